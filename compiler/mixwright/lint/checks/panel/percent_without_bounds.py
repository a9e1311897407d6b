"""A percentage on an axis that does not go from nothing to everything.

## Why is this bad?
Without bounds Grafana fits the axis to the data: 0.2 % and 98 % look alike, and panels side by side
cannot be compared. Normalised axes are read without looking at the numbers.

## Use instead
`minimum=0, maximum=1` for `"percentunit"`, `minimum=0, maximum=100` for `"percent"`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

_PANEL = 'Panel("Up", "avg(up)", unit="percentunit", %sdescription="Targets that answer.")'

EXAMPLES = (
    Good(_PANEL % "minimum=0, maximum=1, "),
    Bad(
        _PANEL % "",
        "a `percentunit` axis fits itself to the data; make it begin at 0 and end at 1",
    ),
)

_WHOLE = {"percent": 100, "percentunit": 1}
_WITH_AXIS = frozenset({"bargauge", "gauge", "graph", "timeseries"})


@check(on=RenderedPanel)
def percent_without_bounds(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for both bounds where there is an axis."""
    whole = _WHOLE.get(panel.unit)
    if whole is None or panel.kind not in _WITH_AXIS:
        return
    if panel.minimum is None or panel.maximum is None:
        yield Finding(
            f"a `{panel.unit}` axis fits itself to the data; make it begin at 0 and end at {whole}"
        )
