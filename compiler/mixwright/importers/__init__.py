"""What others wrote, as definitions: dashboards and rule files turned into Python that says the same."""

from __future__ import annotations

from mixwright.importers.dashboards import ImportedDashboard, import_dashboard, recompiled
from mixwright.importers.equivalence import Difference, differences
from mixwright.importers.hierarchy import arranged
from mixwright.importers.migrations import as_loaded
from mixwright.importers.mixins import mixin_module
from mixwright.importers.rules import ImportedRules, import_rules

__all__ = [
    "Difference",
    "ImportedDashboard",
    "ImportedRules",
    "arranged",
    "as_loaded",
    "differences",
    "import_dashboard",
    "import_rules",
    "mixin_module",
    "recompiled",
]
