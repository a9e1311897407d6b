"""One bar for each series."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown, reduced
from mixwright.backends.grafana.thresholds import PLAIN
from mixwright.model import Panel
from mixwright.model.panels.bargauge import BarGauge


def shown(panel: Panel) -> Shown:
    """Return bars on one scale."""
    look = panel.look
    assert isinstance(look, BarGauge)
    return Shown(
        {
            "displayMode": look.display,
            "legend": {
                "calcs": [],
                "displayMode": "list",
                "placement": "bottom",
                "showLegend": False,
            },
            "maxVizHeight": 300,
            "minVizHeight": 16,
            "minVizWidth": 8,
            "namePlacement": "auto",
            "orientation": look.orientation,
            "reduceOptions": reduced(look.calculation),
            "showUnfilled": look.unfilled,
            "sizing": "auto",
            "valueMode": look.value,
        },
        defaults={} if panel.thresholds or panel.steps else {"color": PLAIN},
    )
