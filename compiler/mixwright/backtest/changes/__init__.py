"""What one version of rules and dashboards has that another has not, and what it would have done otherwise."""

from mixwright.backtest.changes.behaviour import Behaviour, IncidentChange, PageChange, compare
from mixwright.backtest.changes.bump import Bump, bump, next_version
from mixwright.backtest.changes.semantic import Change, Level, changes
from mixwright.backtest.changes.version import Unit, Version, read_version

__all__ = [
    "Behaviour",
    "Bump",
    "Change",
    "IncidentChange",
    "Level",
    "PageChange",
    "Unit",
    "Version",
    "bump",
    "changes",
    "compare",
    "next_version",
    "read_version",
]
