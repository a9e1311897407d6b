"""Dashboards drawn from a recording as static HTML pages: no Grafana, no network."""

from __future__ import annotations

from mixwright.preview.render import render
from mixwright.preview.result import Episode, Flaw, PreviewResult, Problem

__all__ = ["Episode", "Flaw", "PreviewResult", "Problem", "render"]
