"""States over time, one track for each series."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown, legend, tooltip
from mixwright.model import Panel
from mixwright.model.panels.state_timeline import StateTimeline


def shown(panel: Panel) -> Shown:
    """Return tracks whose spans are states."""
    look = panel.look
    assert isinstance(look, StateTimeline)
    options = {
        "alignValue": look.align,
        "legend": legend(look),
        "mergeValues": look.merge,
        "rowHeight": look.row_height,
        "showValue": look.show_values,
        "tooltip": tooltip("single"),
    }
    return Shown(options, {"fillOpacity": look.fill, "lineWidth": look.line_width})
