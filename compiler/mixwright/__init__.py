"""The vocabulary of definitions: everything that `dashboards/`, `rules/` and `mixins/` need."""

from mixwright.errors import DefinitionError
from mixwright.model import (
    Alert,
    Dashboard,
    Method,
    Mixin,
    Panel,
    Query,
    Recording,
    Row,
    RuleGroup,
    Severity,
    Variable,
    promql,
)
from mixwright.values import Duration

__all__ = [
    "Alert",
    "Dashboard",
    "DefinitionError",
    "Duration",
    "Method",
    "Mixin",
    "Panel",
    "Query",
    "Recording",
    "Row",
    "RuleGroup",
    "Severity",
    "Variable",
    "promql",
]
