"""A list of annotations."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown
from mixwright.model import Panel
from mixwright.model.panels.annolist import AnnotationList


def shown(panel: Panel) -> Shown:
    """Return which annotations are listed."""
    look = panel.look
    assert isinstance(look, AnnotationList)
    return Shown(
        {
            "limit": look.most,
            "navigateAfter": "10m",
            "navigateBefore": "10m",
            "navigateToPanel": True,
            "onlyFromThisDashboard": look.only_here,
            "onlyInTimeRange": look.only_in_range,
            "showTags": look.show_tags,
            "showTime": look.show_time,
            "showUser": look.show_user,
            "tags": list(look.tags),
        }
    )
