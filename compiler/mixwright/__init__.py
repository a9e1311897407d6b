"""The vocabulary of definitions: everything that `dashboards/`, `rules/` and `mixins/` need."""

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

__all__ = [
    "Alert",
    "Dashboard",
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
