"""Dashboards as Grafana reads them: files that others wrote, and what our own definitions become."""

from __future__ import annotations

from mixwright.dashboardfiles.dashboard import (
    Box,
    DashboardFile,
    RenderedPanel,
)
from mixwright.dashboardfiles.edit import Edit, edited
from mixwright.dashboardfiles.links import RenderedLink
from mixwright.dashboardfiles.queries import Parsed, RenderedQuery, parse_query
from mixwright.dashboardfiles.read import (
    as_dashboard,
    dashboard_files,
    is_bare_json,
    read_dashboards,
)
from mixwright.dashboardfiles.templates import mentioned, mentions
from mixwright.dashboardfiles.variables import RenderedVariable, ValuesQuery

__all__ = [
    "Box",
    "DashboardFile",
    "Edit",
    "Parsed",
    "RenderedLink",
    "RenderedPanel",
    "RenderedQuery",
    "RenderedVariable",
    "ValuesQuery",
    "as_dashboard",
    "dashboard_files",
    "edited",
    "is_bare_json",
    "mentioned",
    "mentions",
    "parse_query",
    "read_dashboards",
]
