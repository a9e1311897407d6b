"""A list of alerts; @grafana/schema has no options of it, these are what Grafana 13 writes."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown
from mixwright.model import Panel
from mixwright.model.panels.alertlist import AlertList

_ORDERS = {"alphabetical": 1, "reversed": 2, "importance": 3, "oldest": 4, "newest": 5}
_STATES = ("firing", "pending", "noData", "normal", "error", "recovering")


def shown(panel: Panel) -> Shown:
    """Return which alerts are listed."""
    look = panel.look
    assert isinstance(look, AlertList)
    return Shown(
        {
            "alertInstanceLabelFilter": look.matchers,
            "alertName": look.name,
            "dashboardAlerts": look.only_here,
            "datasource": "",
            "groupBy": list(look.group_by),
            "groupMode": "custom" if look.group_by else "default",
            "maxItems": look.most,
            "showInactiveAlerts": False,
            "sortOrder": _ORDERS[look.sort],
            "stateFilter": {state: state in look.states for state in _STATES},
            "viewMode": look.view,
        }
    )
