"""Parts of a whole."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown, legend, reduced, tooltip
from mixwright.model import Panel
from mixwright.model.panels.piechart import PieChart


def shown(panel: Panel) -> Shown:
    """Return slices in the colours of the series."""
    look = panel.look
    assert isinstance(look, PieChart)
    options = {
        "displayLabels": list(look.labels),
        "legend": legend(look) | {"values": list(look.legend_values)},
        "orientation": "auto",
        "pieType": look.shape,
        "reduceOptions": reduced(look.calculation),
        "sort": look.sort,
        "tooltip": tooltip(look.tooltip),
    }
    hidden = {"legend": False, "tooltip": False, "viz": False}
    return Shown(options, {"hideFrom": hidden}, {"color": {"mode": "palette-classic"}})
