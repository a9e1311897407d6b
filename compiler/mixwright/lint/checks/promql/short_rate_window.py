"""A range function over a window too short to hold two samples.

## Why is this bad?
`rate()` and its relatives need two samples in the window. Over less than two scrape intervals they
return nothing, so an alert built on them never fires.

## Use instead
A window of four scrape intervals or more: it survives a missed scrape.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, Range, walk
from mixwright.values import Duration

NEED_TWO_SAMPLES = frozenset(
    {"delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate"}
)

EXAMPLES = (
    Good("rate(http_requests_total[2m])"),
    Good("max_over_time(queue_length[15s])"),
    Bad("sum(rate(http_requests_total[20s]))", "`rate()` over `20s` needs `30s` or more"),
)


@check(on=Expr, severity="error")
def short_rate_window(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare each window with twice the scrape interval."""
    shortest = Duration(2 * context.profile.scrape_interval.ms)
    for call in walk(expr, Call):
        match call:
            case Call(function, (Range(_, window), *_)) if function in NEED_TWO_SAMPLES:
                if window < shortest:
                    yield Finding(
                        f"`{function}()` over `{window}` needs `{shortest}` or more", call
                    )
