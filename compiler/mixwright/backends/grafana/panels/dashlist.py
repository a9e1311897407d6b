"""A list of dashboards."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Json, Shown
from mixwright.model import Panel
from mixwright.model.panels.dashlist import DashboardList


def shown(panel: Panel) -> Shown:
    """Return which dashboards are listed."""
    look = panel.look
    assert isinstance(look, DashboardList)
    options: Json = {
        "includeVars": look.keep_variables,
        "keepTime": look.keep_time,
        "maxItems": look.most,
        "query": look.query,
        "showFolderNames": True,
        "showHeadings": look.headings,
        "showRecentlyViewed": look.recent,
        "showSearch": look.search,
        "showStarred": look.starred,
        "tags": list(look.tags),
    }
    if look.folder:
        options["folderUID"] = look.folder
    return Shown(options)
