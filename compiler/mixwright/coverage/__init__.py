"""What of rules has been exercised: conditions, states, templates; by tests, or by a replay of a recording.

collector = Collector(); collector.add("rules.yaml", groups)
collector.observe(replay); print(text(collector.coverage()))
"""

from __future__ import annotations

from mixwright.coverage.collector import Collector, Compared, Coverage, RuleCoverage
from mixwright.coverage.points import Point, points
from mixwright.coverage.render import text, to_object

__all__ = [
    "Collector",
    "Compared",
    "Coverage",
    "Point",
    "RuleCoverage",
    "points",
    "text",
    "to_object",
]
