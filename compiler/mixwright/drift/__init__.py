"""What lives in a Grafana beside what the definitions say: edits, strays, duplicates, and what to do about them."""

from __future__ import annotations

from mixwright.drift.client import Grafana
from mixwright.drift.compare import Drift, Finding, LiveDashboard, compare
from mixwright.drift.render import markdown, text, to_json

__all__ = [
    "Drift",
    "Finding",
    "Grafana",
    "LiveDashboard",
    "compare",
    "markdown",
    "text",
    "to_json",
]
