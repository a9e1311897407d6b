"""Burn-rate families: alerts on how fast an error budget is spent.

Source of windows and factors: The Site Reliability Workbook (Google, 2018), chapter 5, for a
budget of 30 days.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from mixwright import Alert, DefinitionError, Duration, Recording, RuleGroup, Severity, promql
from mixwright.promql import Expr

from .latency import SERVICE


@attrs.frozen
class Speed:
    """A speed at which the budget is spent: `factor` times the sustainable one, seen over two windows.

    The long window says that it matters, the short one that it still goes on. `history` is how long
    ago requests must have been counted already.
    """

    factor: float
    long: str
    short: str
    history: str = ""


FAST = (Speed(14.4, "1h", "5m"), Speed(6, "6h", "30m", history="3h"))
"""2 % of a month's budget in an hour, 5 % in six hours: act now."""
SLOW = (Speed(3, "1d", "2h", history="12h"), Speed(1, "3d", "6h", history="36h"))
"""10 % of a month's budget in a day, or in three days: act in days."""


@attrs.frozen(kw_only=True)
class Budget:
    """An error budget that is watched: two alerts, and the groups that evaluate them."""

    fast: Alert
    """Pages: the budget is gone in days."""
    slow: Alert
    """Opens a ticket: it is gone before the month is over."""
    groups: tuple[RuleGroup, RuleGroup]
    """What is recorded, and both alerts."""


def ratio(errors: Expr, requests: Expr, *, over: str, by: Sequence[str] = SERVICE) -> Expr:
    """Return the failed share of requests: 0 before the first error, when `errors` has no series yet."""
    labels = ", ".join(by)
    all_ = f"sum by ({labels}) (rate({requests}[{over}]))"
    return promql(f"(sum by ({labels}) (rate({errors}[{over}])) or 0 * {all_}) / {all_}")


def recorded(record: str, *, over: str) -> Expr:
    """Return the recorded speed at which the budget is spent over a window; 1 lasts for the month."""
    return promql(f"{record}:burn_rate{over}")


def rate(
    *,
    errors: Expr,
    requests: Expr,
    target: float = 0.999,
    by: Sequence[str] = SERVICE,
    evidence: int = 10,
    record: str = "job:request_errors",
    group: str = "error-budget",
    interval: str = "30s",
    name: str = "ErrorBudgetBurns",
) -> Budget:
    """Errors spend the budget of an objective too fast.

    `errors` and `requests` select counters; `target` is the share of requests that must succeed.
    The failed share, in budgets, of each window is recorded as `<record>:burn_rate<window>`.

    Guards: two windows have to agree. At least `evidence` requests must have failed in the short
    one: one error at night is 100 % of little traffic. All speeds but the fastest ask for a history
    of half their long window, which otherwise is as short as the short one and says nothing more;
    the fastest asks for none, because what fails from its first minute must page. Before the first
    error there is no error series, which counts as 0.

    Cost: one rate of all requests over each of seven windows. The three longest are in the slow
    group, which runs four times as seldom.

    Raises `DefinitionError` where an alert could not fire even if every request failed.
    """
    budget = round(1 - target, 9)
    for speed in (*FAST, *SLOW):
        if not 0 < speed.factor * budget < 1:
            raise DefinitionError(
                f"a target of `{target:g}` leaves a budget of `{budget:g}`, which cannot burn "
                f"{speed.factor:g} times as fast; choose a target between "
                f"`{1 - 1 / speed.factor:.3g}` and 1"
            )

    def recording(window: str) -> Recording:
        share = ratio(errors, requests, over=window, by=by)
        return Recording(str(recorded(record, over=window)), expr=promql(f"{share} / {budget:g}"))

    def burns(speed: Speed) -> Expr:
        failed = f"sum by ({', '.join(by)}) (increase({errors}[{speed.short}])) >= {evidence}"
        burning = (
            (recorded(record, over=speed.long) > speed.factor)
            & (recorded(record, over=speed.short) > speed.factor)
            & promql(failed)
        )
        if not speed.history:
            return burning
        anything = recorded(record, over="5m")
        return burning & promql(f"last_over_time({anything}[10m] offset {speed.history})")

    def alert(how: str, speeds: tuple[Speed, Speed], severity: Severity, hold: str) -> Alert:
        first, second = speeds
        return Alert(
            name + how,
            expr=burns(first) | burns(second),
            hold=hold,
            keep_firing="2m",
            severity=severity,
            summary=f"{{{{ $labels.{by[-1]} }}}} fails too many requests for its objective",
            description=f"The error budget of {budget * 100:g} % is spent {{{{ $value | humanize }}}} "
            f"times too fast. This is told from {first.factor:g} over {first.long} on, or "
            f"{second.factor:g} over {second.long}.",
        )

    fast = alert("Fast", FAST, Severity.PAGE, hold="1m")
    slow = alert("Slowly", SLOW, Severity.TICKET, hold="15m")
    return Budget(
        fast=fast,
        slow=slow,
        groups=(
            RuleGroup(
                f"{group}-fast",
                interval=interval,
                rules=(*map(recording, ("5m", "30m", "1h", "6h")), fast),
            ),
            RuleGroup(
                f"{group}-slow",
                interval=Duration(Duration.parse(interval).ms * 4),
                rules=(*map(recording, ("2h", "1d", "3d")), slow),
            ),
        ),
    )
