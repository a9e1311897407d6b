"""A panel of numbers without a unit.

## Why is this bad?
`1073741824` is unreadable and `0.2` could be seconds, a ratio or requests. Grafana scales numbers
(`1 GiB`, `200 ms`) only when it knows the unit.

## Use instead
`unit`: `"s"`, `"bytes"`, `"percentunit"`, `"reqps"`; `"short"` for plain counts.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql.dimension import dimension

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Good('Panel("Jobs", "job_info", kind="table", description="The jobs there are.")'),
    Bad(
        'Panel("Queue", "queue_length", description="Jobs that wait.")',
        "the numbers have no unit; give the panel `short` or what they are",
    ),
    Bad(
        'Panel("Free", "node_filesystem_avail_bytes", description="Space left.")',
        "the numbers have no unit; give the panel `bytes` or what they are",
    ),
)

_KINDS = frozenset({"bargauge", "gauge", "graph", "heatmap", "singlestat", "stat", "timeseries"})
_UNITS = {"bytes": "bytes", "bytes per second": "Bps", "ratio": "percentunit", "seconds": "s"}


@check(on=RenderedPanel)
def missing_unit(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look at panels that show numbers and do not map them to words."""
    if panel.kind in _KINDS and panel.shown and not panel.units and not panel.mapped:
        measured = (dimension(query.expr) for query in panel.shown if query.expr is not None)
        likely = _UNITS.get(next(measured, None) or "", "short")
        yield Finding(f"the numbers have no unit; give the panel `{likely}` or what they are")
