"""A panel of numbers without a unit.

## Why is this bad?
`1073741824` is unreadable and `0.2` could be seconds, a ratio or requests. Grafana scales numbers
(`1 GiB`, `200 ms`) only when it knows the unit.

## Use instead
`unit=`: `"s"`, `"bytes"`, `"percentunit"`, `"reqps"`; `"short"` for plain counts.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Panel
from mixwright.promql.dimension import dimension

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Good('Panel("Jobs", "job_info", kind="table", description="The jobs there are.")'),
    Bad(
        'Panel("Queue", "queue_length", description="Jobs that wait.")',
        'the numbers have no unit; give the panel `unit="short"` or what they are',
    ),
    Bad(
        'Panel("Free", "node_filesystem_avail_bytes", description="Space left.")',
        'the numbers have no unit; give the panel `unit="bytes"` or what they are',
    ),
)

_KINDS = frozenset({"bargauge", "gauge", "heatmap", "stat", "timeseries"})
_UNITS = {"bytes": "bytes", "bytes per second": "Bps", "ratio": "percentunit", "seconds": "s"}


@check(on=Panel)
def missing_unit(panel: Panel, _context: Context) -> Iterator[Finding]:
    """Look at panels that show numbers and do not map them to words."""
    if panel.kind in _KINDS and not panel.unit and not panel.mappings:
        likely = _UNITS.get(dimension(panel.show[0].expr) or "", "short")
        yield Finding(
            f'the numbers have no unit; give the panel `unit="{likely}"` or what they are'
        )
