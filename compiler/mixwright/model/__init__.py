"""What a definition says: mixins, dashboards and rules; frozen, without I/O."""

from mixwright.model.dashboard import (
    Dashboard,
    Grid,
    Link,
    Method,
    Panel,
    Query,
    Row,
    Threshold,
    Variable,
)
from mixwright.model.expression import promql
from mixwright.model.mixin import Mixin
from mixwright.model.rules import Alert, Recording, Rule, RuleGroup, Severity

__all__ = [
    "Alert",
    "Dashboard",
    "Grid",
    "Link",
    "Method",
    "Mixin",
    "Panel",
    "Query",
    "Recording",
    "Row",
    "Rule",
    "RuleGroup",
    "Severity",
    "Threshold",
    "Variable",
    "promql",
]
