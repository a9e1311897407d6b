"""A panel whose unit contradicts what its metrics measure.

## Why is this bad?
Prometheus' metrics carry base units in their names. Bytes shown as seconds, or seconds shown as
milliseconds without a factor, are off by a thousand or mean nothing, and look right.

## Use instead
The unit of the metric; Grafana scales it. Or compute what the unit says: `… * 1000` for `"ms"`.

## Upstream
https://prometheus.io/docs/practices/naming/#base-units
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql.dimension import dimension

_PANEL = 'Panel("Time", "%s", unit="%s", minimum=0, maximum=1, description="How long it takes.")'

EXAMPLES = (
    Good(_PANEL % ("job_age_seconds", "s")),
    Good(_PANEL % ("job_age_seconds * 1000", "ms")),
    Good(_PANEL % ("rate(node_cpu_seconds_total[5m])", "percentunit")),
    Bad(
        _PANEL % ("job_age_seconds", "ms"),
        "`job_age_seconds` is in seconds; the unit `ms` shows something else",
    ),
    Bad(
        _PANEL % ("rate(node_network_receive_bytes_total[5m])", "bytes"),
        "`rate(node_network_receive_bytes_total[$__rate_interval])` is in bytes per second; "
        "the unit `bytes` shows something else",
    ),
)

_UNITS = {
    "bytes": frozenset({"bytes", "decbytes"}),
    "bytes per second": frozenset({"Bps", "binBps"}),
    "ratio": frozenset({"percentunit"}),
    "seconds": frozenset({"s", "dtdhms", "dtdurations", "dthms"}),
}
_TELLING = frozenset().union(*_UNITS.values()) | {
    *("bits", "bps", "binbps", "kbytes", "deckbytes", "mbytes", "decmbytes", "gbytes", "decgbytes"),
    *("d", "h", "m", "ms", "µs", "ns", "percent"),
    *("iops", "ops", "opm", "pps", "reqps", "rps", "wps"),
}
"""Units that are one thing and nothing else; `short`, `none` and the like contradict nothing."""


@check(on=RenderedPanel)
def unit_mismatch(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Compare the unit with the dimension of every expression, where all series have that unit."""
    unit = panel.unit if len(set(panel.units)) == 1 else ""
    for query in panel.shown if unit in _TELLING else ():
        measured = dimension(query.expr) if query.expr is not None else None
        if measured is not None and unit not in _UNITS[measured]:
            yield Finding(
                f"`{query.text}` is {'a ratio' if measured == 'ratio' else f'in {measured}'}; "
                f"the unit `{unit}` shows something else",
                query.expr,
            )
