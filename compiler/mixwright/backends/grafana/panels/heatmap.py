"""A distribution over time as colour."""

from __future__ import annotations

from mixwright.backends.grafana.fields import defaults
from mixwright.backends.grafana.panels.shown import Json, Shown
from mixwright.backends.grafana.queries import shows_buckets
from mixwright.model import Panel
from mixwright.model.panels.heatmap import Heatmap


def shown(panel: Panel) -> Shown:
    """Return cells whose colour is how much is in them."""
    look = panel.look
    assert isinstance(look, Heatmap)
    axis: Json = {"axisPlacement": "left", "reverse": False}
    if look.axis_label:
        axis["axisLabel"] = look.axis_label
    options: Json = {
        "calculate": not shows_buckets(panel),
        "cellGap": look.gap,
        "color": {
            "exponent": look.exponent,
            "fill": "dark-orange",
            "mode": "scheme",
            "reverse": look.reverse,
            "scale": look.scale,
            "scheme": look.scheme,
            "steps": look.steps,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": look.legend},
        "rowsFrame": {"layout": "auto"},
        "showValue": "always" if look.show_values else "never",
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": True},
        "yAxis": axis,
    }
    # A heatmap has unit and range on its axis: a cell counts.
    shared = defaults(panel)
    axis |= {name: shared[name] for name in ("unit", "decimals", "min", "max") if name in shared}
    return Shown(options, {"scaleDistribution": {"type": "linear"}})
