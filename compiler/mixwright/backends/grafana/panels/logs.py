"""Lines of logs."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown
from mixwright.model import Panel
from mixwright.model.panels.logs import Logs


def shown(panel: Panel) -> Shown:
    """Return what is told of each line."""
    look = panel.look
    assert isinstance(look, Logs)
    return Shown(
        {
            "dedupStrategy": "none" if look.duplicates == "show" else look.duplicates,
            "enableLogDetails": look.details,
            "prettifyLogMessage": look.pretty,
            "showCommonLabels": look.common_labels,
            "showLabels": look.labels,
            "showLogContextToggle": False,
            "showTime": look.time,
            "sortOrder": look.order.capitalize(),
            "wrapLogMessage": look.wrap,
        }
    )
