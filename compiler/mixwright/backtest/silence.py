"""Why an alert never fired: no data, a condition that was never met, or one that never lasted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import attrs

from mixwright.backtest.conditions import Condition
from mixwright.frame import Source, Steps
from mixwright.promql import Expr, Range, Selector, Subquery, rewrite, walk
from mixwright.replay.rules import AlertingRule
from mixwright.replay.states import Episode
from mixwright.templating import humanize
from mixwright.values import Duration

_LOOKBACK = 300_000
_BRIEF = 60
_HOUR = 3_600_000


class SilenceKind(Enum):
    """The three ways of staying silent."""

    NO_DATA = "no data"
    NEVER_MET = "never met"
    PENDING_ONLY = "pending only"


@attrs.frozen
class Silence:
    """Why an alert never fired, and the evidence in one line."""

    kind: SilenceKind
    evidence: str

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.evidence}"


def silence(
    alert: AlertingRule,
    episodes: Sequence[Episode],
    conditions: Sequence[Condition],
    source: Source,
    steps: Steps,
) -> Silence | None:
    """Return why an alert never fired, or `None` for one that did."""
    if any(episode.fired for episode in episodes):
        return None
    if episodes:
        longest = max(
            (steps.end if e.resolved_at is None else e.resolved_at) - e.active_at for e in episodes
        )
        times = "once" if len(episodes) == 1 else f"{len(episodes)} times"
        return Silence(
            SilenceKind.PENDING_ONLY,
            f"{times}, at most {Duration(longest)} of the {alert.hold} that it must last",
        )
    for condition in conditions:
        if condition.series == 0 and (lacking := _without_data(condition, source, steps)):
            selectors = ", ".join(f"`{text}`" for text in dict.fromkeys(lacking))
            return Silence(SilenceKind.NO_DATA, f"nothing matches {selectors}")
    unmet = [condition for condition in conditions if not condition.met]
    if not unmet and len(conditions) > 1:
        evidence = "each of its conditions held at times, but not together for one series"
        return Silence(SilenceKind.NEVER_MET, evidence)
    return Silence(SilenceKind.NEVER_MET, "; ".join(map(_distance, unmet or conditions)))


def _distance(condition: Condition) -> str:
    comparison = condition.comparison
    if not condition.series:
        return f"`{brief(comparison.watched)}` had no value at any time"
    if condition.extreme is None or comparison.constant is None:
        return f"`{brief(comparison.expr)}` held for no series at any time"
    best = {">": "at most", ">=": "at most", "<": "at least", "<=": "at least"}
    return (
        f"`{brief(comparison.watched)}` was {best.get(comparison.op, 'nearest')} "
        f"{readable(condition.extreme)}, it alerts {comparison.op} {readable(comparison.constant)}"
    )


def brief(expr: Expr) -> str:
    """Return an expression's text for a sentence: when it is long, without its selectors' matchers."""
    text = str(expr)
    if len(text) <= _BRIEF:
        return text

    def bare(node: Expr) -> Expr:
        if isinstance(node, Selector) and node.name is not None:
            return attrs.evolve(node, matchers=())
        return node

    return str(rewrite(expr, bare))


def readable(value: float) -> str:
    """Return a number with four digits, and a prefix where it is large or small."""
    return f"{value:.4g}" if value == 0 or 1e-3 <= abs(value) < 1e4 else humanize(value)


def _without_data(condition: Condition, source: Source, steps: Steps) -> list[str]:
    """Return the selectors of what a condition watches that select nothing in the whole span."""
    expr: Expr = condition.comparison.watched
    reach = _LOOKBACK + max((node.window.ms for node in walk(expr, Range)), default=0)
    reach += max((node.window.ms for node in walk(expr, Subquery)), default=0)
    return [
        str(node)
        for node in walk(expr, Selector)
        if not _any_sample(source, node, steps.start - reach - node.offset.ms, steps.end)
    ]


def _any_sample(source: Source, selector: Selector, start: int, end: int) -> bool:
    """Tell whether a selector selects anything, looking at an hour at a time."""
    return any(
        len(source.select(selector.conditions, first, min(end, first + _HOUR)))
        for first in range(start, end + 1, _HOUR)
    )
