"""A number on an arc."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown, reduced
from mixwright.backends.grafana.thresholds import PLAIN
from mixwright.model import Panel
from mixwright.model.panels.gauge import Gauge


def shown(panel: Panel) -> Shown:
    """Return an arc with its thresholds as a second one around it."""
    look = panel.look
    assert isinstance(look, Gauge)
    graded = bool(panel.thresholds or panel.steps)
    return Shown(
        {
            "barShape": "flat",
            "barWidthFactor": 0.5,
            "effects": {},
            "minVizHeight": 75,
            "minVizWidth": 75,
            "orientation": look.orientation,
            "reduceOptions": reduced(look.calculation),
            "segmentCount": 1,
            "segmentSpacing": 0.3,
            "shape": look.shape,
            "showThresholdLabels": look.threshold_labels,
            "showThresholdMarkers": look.threshold_markers and graded,
            "sizing": "auto",
            "sparkline": False,
        },
        defaults={} if graded else {"color": PLAIN},
    )
