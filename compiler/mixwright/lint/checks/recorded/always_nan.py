"""A ratio that is 0/0 all the time.

## Why is this bad?
NaN compares false with everything, so that an alert on it never fires, whichever way it compares. What
is counted never happened in the whole recording: there was no traffic, or nothing counts it any more.

## Use instead
A metric that moves; `(… > 0)` around the divisor, so that no traffic is no result.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#arithmetic-binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import ALERTS, AnyAlert
from mixwright.promql import Binary, walk

_ALERT = """
Alert(
    "Failing",
    expr="sum by (job) (rate(%s_errors_total[5m])) / sum by (job) (rate(%s_lists_total[5m])) > 0.1",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.job }} fails",
)
"""
_SERIES = """
old_errors_total{job="api"} 0x20
old_lists_total{job="api"}  0x20
new_errors_total{job="api"} 0+1x20
new_lists_total{job="api"}  0+9x20
"""

EXAMPLES = (
    Good(_ALERT % ("new", "new"), recorded=_SERIES),
    Bad(
        _ALERT % ("old", "old"),
        "`sum by (job) (rate(old_errors_total[5m])) / sum by (job) (rate(old_lists_total[5m]))` is "
        "0/0 whenever it is there, so that nothing compares true with it",
        recorded=_SERIES,
    ),
)


@check(on=ALERTS, severity="info")
def always_nan(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Evaluate every division of the alert."""
    import math

    witness = context.project.witness
    for node in walk(alert.expr, Binary) if witness is not None else ():
        if node.op != "/" or witness is None:
            continue
        matrix = witness.values(node)
        if matrix is None or not matrix.present.any() or matrix.histograms is not None:
            continue
        if all(map(math.isnan, matrix.values[matrix.present].tolist())):
            yield Finding(
                f"`{node!s}` is 0/0 whenever it is there, so that nothing compares true with it",
                node,
            )
