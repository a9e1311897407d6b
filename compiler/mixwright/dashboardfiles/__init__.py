"""Dashboards as Grafana reads them: files that others wrote, and what our own definitions become."""

from __future__ import annotations

from mixwright.dashboardfiles.dashboard import (
    Box,
    DashboardFile,
    RenderedPanel,
    RenderedVariable,
)
from mixwright.dashboardfiles.links import RenderedLink
from mixwright.dashboardfiles.queries import Parsed, RenderedQuery, parse_query
from mixwright.dashboardfiles.read import as_dashboard, dashboard_files, read_dashboards
from mixwright.dashboardfiles.templates import mentioned

__all__ = [
    "Box",
    "DashboardFile",
    "Parsed",
    "RenderedLink",
    "RenderedPanel",
    "RenderedQuery",
    "RenderedVariable",
    "as_dashboard",
    "dashboard_files",
    "mentioned",
    "parse_query",
    "read_dashboards",
]
