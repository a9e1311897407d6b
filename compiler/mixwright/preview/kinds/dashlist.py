"""Links to the pages of other dashboards."""

from __future__ import annotations

from typing import Any

from mixwright.model.panels.dashlist import DashboardList
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return titles, descriptions and pages of the dashboards that have all tags and the words that are asked for."""
    look = view.panel.look
    assert isinstance(look, DashboardList)
    wanted = set(look.tags)
    items = [
        {"title": dashboard.title, "about": dashboard.description, "page": page, "tags": list(tags)}
        for dashboard, page, tags in view.around.dashboards
        if wanted <= set(tags) and look.query.lower() in dashboard.title.lower()
    ]
    return {"items": items[: look.most]}
