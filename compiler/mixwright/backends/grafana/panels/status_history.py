"""States at regular times, one box for each."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown, legend, tooltip
from mixwright.model import Panel
from mixwright.model.panels.status_history import StatusHistory


def shown(panel: Panel) -> Shown:
    """Return a grid of boxes."""
    look = panel.look
    assert isinstance(look, StatusHistory)
    options = {
        "colWidth": look.column_width,
        "legend": legend(look),
        "rowHeight": look.row_height,
        "showValue": look.show_values,
        "tooltip": tooltip("single"),
    }
    return Shown(options, {"fillOpacity": look.fill, "lineWidth": look.line_width})
