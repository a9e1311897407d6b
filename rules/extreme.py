"""Extreme families: alerts on values beyond everything that was seen of late."""

from __future__ import annotations

from mixwright import Alert, DefinitionError, Recording, Severity, promql
from mixwright.promql import Expr


def beyond(
    x: Expr,
    *,
    record: str,
    over: str = "14d",
    mean: str = "1h",
    gap: str = "2h",
    margin: float = 0.4,
    share: float = 0.01,
    history: str = "1d",
    what: str = "value",
    where: str = "{{ $labels.job }}",
    humanize: str = "humanize",
    name: str = "BeyondAllSeen",
    severity: Severity = Severity.TICKET,
    keep_firing: str = "3h",
) -> tuple[Recording, Recording, Recording, Alert]:
    """The moving average of a gauge or recorded value is beyond what the last days have seen.

    This is the recipe to begin with where nothing is known of a metric: it knows no level, no unit
    and no distribution, days and nights are among what it has seen, and what spikes often has to
    spike higher. Compared is the average over `mean` with its own `share` and `1 - share` quantiles
    of the time `over` that ended a `gap` ago; it must be beyond them by `margin` of their distance.
    Recorded are `<record>:mean`, `<record>:high` and `<record>:low`. `humanize` is the template
    function that writes the average: `humanizeDuration` for seconds.

    Guards: the gap keeps the beginning of an incident out of what it is compared with; the average
    must have been there `history` ago; a value that has never moved has no distance, and any change
    counts; after the last extreme the alert fires on for `keep_firing`, which makes one of many.

    The defaults were chosen on half of the labelled series that `benchmarks/labelled.py` reads; they
    sit on a plateau. `over` and `gap` together must not exceed the retention.

    Cost: two quantiles over `over` of one recorded series each: evaluate the group every five
    minutes, or as often as `x` is scraped if that is less often.

    Raises `DefinitionError` where the quantiles are not two.
    """
    if not 0 < share < 0.5:
        raise DefinitionError(f"`share={share:g}` must lie between 0 and 0.5")
    average, high, low = (promql(f"{record}:{part}") for part in ("mean", "high", "low"))

    def seen(quantile: float) -> Expr:
        return promql(f"quantile_over_time({quantile:g}, {average}[{over}] offset {gap})")

    room = f"{margin:g} * ({high} - {low})"
    beyond = promql(f"{average} > {high} + {room}") | promql(f"{average} < {low} - {room}")
    return (
        Recording(str(average), expr=promql(f"avg_over_time({x}[{mean}])")),
        Recording(str(high), expr=seen(1 - share)),
        Recording(str(low), expr=seen(share)),
        Alert(
            name,
            expr=beyond & promql(f"last_over_time({average}[{mean}] offset {history})"),
            keep_firing=keep_firing,
            severity=severity,
            summary=f"the {what} of {where} is beyond what was seen of late",
            description=f"Its average over {mean} is {{{{ $value | {humanize} }}}}, well outside of what "
            f"the last {over} have shown.",
        ),
    )
