"""A panel of a type that Grafana no longer has.

## Why is this bad?
Angular panels are gone since Grafana 12. A few Grafana turns into their successors when the page is opened, and guesses
where the two differ; the others stay empty.

## Use instead
`timeseries`, `stat`, `table`, `piechart`, `state-timeline`, `status-history`, `geomap`. `mixwright import` turns the
panels that Grafana turns, as Grafana does, and says what is lost.

## Upstream
https://grafana.com/docs/grafana/latest/developers/angular_deprecation/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": [{"type": "graph", "title": "Queue", "targets": [{}]}]}',
        "`graph` is gone since Grafana 12, which turns it into `timeseries`; write that",
    ),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": [{"type": "savantly-heatmap-panel", "title": "Q"}]}',
        "`savantly-heatmap-panel` is gone since Grafana 12 and stays empty; write `heatmap`",
    ),
)

_TURNED = {
    "graph": "timeseries",
    "grafana-piechart-panel": "piechart",
    "grafana-singlestat-panel": "stat",
    "grafana-worldmap-panel": "geomap",
    "natel-discrete-panel": "state-timeline",
    "singlestat": "stat",
    "table-old": "table",
}
_EMPTY = {
    "briangann-gauge-panel": "gauge",
    "flant-statusmap-panel": "status-history",
    "michaeldmoore-multistat-panel": "stat",
    "savantly-heatmap-panel": "heatmap",
    "vonage-status-panel": "stat",
}


@check(on=RenderedPanel)
def retired_type(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look the type up."""
    if panel.kind in _TURNED:
        yield Finding(
            f"`{panel.kind}` is gone since Grafana 12, which turns it into `{_TURNED[panel.kind]}`; "
            "write that"
        )
    elif panel.kind in _EMPTY:
        yield Finding(
            f"`{panel.kind}` is gone since Grafana 12 and stays empty; write `{_EMPTY[panel.kind]}`"
        )
