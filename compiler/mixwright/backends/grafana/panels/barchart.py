"""Bars beside each other, one group for each thing."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Json, Shown, legend, stacking, tooltip
from mixwright.model import Panel
from mixwright.model.panels.barchart import BarChart


def shown(panel: Panel) -> Shown:
    """Return groups of bars in the colours of the columns."""
    look = panel.look
    assert isinstance(look, BarChart)
    options: Json = {
        "barRadius": 0,
        "barWidth": look.bar_width,
        "fullHighlight": False,
        "groupWidth": look.group_width,
        "legend": legend(look),
        "orientation": look.orientation,
        "showValue": look.show_values,
        "stacking": stacking(look.stack)["mode"],
        "tooltip": tooltip(look.tooltip),
        "xTickLabelMaxLength": 0,
        "xTickLabelRotation": look.label_rotation,
        "xTickLabelSpacing": 0,
    }
    if look.x:
        options["xField"] = look.x
    custom = {"fillOpacity": look.fill, "gradientMode": "none", "lineWidth": look.line_width}
    return Shown(options, custom, {"color": {"mode": "palette-classic"}})
