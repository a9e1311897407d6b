"""`rate()`, `irate()` or `increase()` of something that is not a counter.

## Why is this bad?
These functions take every fall for a restarted counter and add what fell. On a value that goes up and
down they return a large number that means nothing.

## Use instead
`deriv()` for how fast a gauge moves, `delta()` for how far, `changes()` for how often.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#deriv
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, Range, Selector, walk

EXAMPLES = (
    Good("rate(process_cpu_seconds_total[5m])"),
    Good("deriv(node_hwmon_temp_celsius[30m])"),
    Good("rate(etcd_server_proposals_committed_total[5m])"),
    Bad(
        "increase(pilot_conflict_inbound_listener[5m])",
        "`increase()` of `pilot_conflict_inbound_listener`, which is not a counter; use `delta()`",
    ),
    Bad(
        "rate(node_hwmon_temp_celsius[5m])",
        "`rate()` of `node_hwmon_temp_celsius`, which is not a counter; use `deriv()`",
    ),
    Bad("increase(up[1h])", "`increase()` of `up`, which is not a counter; use `delta()`"),
)

_SUFFIXES = ("_celsius", "_created", "_info", "_ratio", "_timestamp_seconds")
_GAUGES = frozenset({"node_load1", "node_load15", "node_load5", "probe_success", "up"})
_INSTEAD = {"increase": "delta", "irate": "deriv", "rate": "deriv"}


@check(on=Expr, severity="error")
def rate_of_gauge(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look at the metric names inside counter functions; guess only where nobody knows."""
    for call in walk(expr, Call):
        match call:
            case Call(function, (Range(Selector(str(name))),)) if function in _INSTEAD:
                counts = context.facts.counts(name)
                guess = name in _GAUGES or name.endswith(_SUFFIXES)
                if counts is False or (counts is None and guess):
                    yield Finding(
                        f"`{function}()` of `{name}`, which is not a counter; "
                        f"use `{_INSTEAD[function]}()`",
                        call,
                    )
