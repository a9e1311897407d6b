"""`delta()`, `deriv()` or `idelta()` of a counter.

## Why is this bad?
These functions are for gauges and know nothing of resets: when the process restarts, the counter
falls to zero and the result is hugely negative.

## Use instead
`increase()` for `delta()`, `rate()` for `deriv()`, `irate()` for `idelta()`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#delta
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, Range, Selector, walk

EXAMPLES = (
    Good("increase(http_requests_total[1h])"),
    Good("delta(node_hwmon_temp_celsius[1h])"),
    Good("delta(etcd_server_has_leader[1h])"),
    Bad(
        "delta(http_requests_total[1h])",
        "`delta()` of the counter `http_requests_total` does not see resets; use `increase()`",
    ),
    Bad(
        "deriv(mysql_global_status_slow_queries[5m])",
        "`deriv()` of the counter `mysql_global_status_slow_queries` does not see resets; use `rate()`",
    ),
)

_INSTEAD = {"delta": "increase", "deriv": "rate", "idelta": "irate"}


@check(on=Expr, severity="error")
def delta_of_counter(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look for counters, by the catalogue or by suffix, inside functions for gauges."""
    for call in walk(expr, Call):
        match call:
            case Call(function, (Range(Selector(str(name))),)) if function in _INSTEAD:
                counts = context.facts.counts(name)
                if counts is None:
                    counts = name.endswith(("_total", "_bucket")) and ":" not in name
                if counts:
                    yield Finding(
                        f"`{function}()` of the counter `{name}` does not see resets; "
                        f"use `{_INSTEAD[function]}()`",
                        call,
                    )
