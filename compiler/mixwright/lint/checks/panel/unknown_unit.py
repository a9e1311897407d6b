"""A unit that Grafana does not know.

## Why is this bad?
Grafana prints an unknown unit behind the number as it stands: nothing is scaled, `1073741824 Bytes`
stays eleven characters wide, and other panels of the same kind look different.

## Use instead
An id of Grafana's unit picker, or a form of one's own: `suffix:jobs`, `prefix:#`, `si:W`.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model.units import known_unit, unit_ids

_PANEL = 'Panel("Traffic", "rate(requests_total[5m])", unit="%s", description="Requests.")'

EXAMPLES = (
    Good(_PANEL % "reqps"),
    Good(_PANEL % "suffix:req/s"),
    Bad(_PANEL % "reqs", "Grafana has no unit `reqs`; did you mean `reqps`, or `suffix:reqs`?"),
)


@check(on=RenderedPanel)
def unknown_unit(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look all units up, those of single fields too."""
    for unit in dict.fromkeys(panel.units):
        if not known_unit(unit):
            near = difflib.get_close_matches(unit, sorted(unit_ids()), n=1)
            meant = f"`{near[0]}`, or " if near else ""
            yield Finding(f"Grafana has no unit `{unit}`; did you mean {meant}`suffix:{unit}`?")
