"""What a definition says: mixins, dashboards and rules; frozen, without I/O."""

from mixwright.model.dashboard import Annotation, Dashboard, Method, Row
from mixwright.model.expression import promql
from mixwright.model.fields import (
    DataLink,
    Override,
    RangeMap,
    RegexMap,
    SpecialMap,
    Steps,
    ValueMap,
)
from mixwright.model.mixin import Mixin
from mixwright.model.panel import (
    DrillDown,
    Grid,
    Link,
    LogQuery,
    Panel,
    Passed,
    Query,
    RawPanel,
    Threshold,
)
from mixwright.model.rules import Alert, Recording, Rule, RuleGroup, Severity
from mixwright.model.variables import (
    AdhocFilters,
    AnyVariable,
    CustomVariable,
    IntervalVariable,
    QueryVariable,
    TextVariable,
    Variable,
)

__all__ = [
    "AdhocFilters",
    "Alert",
    "Annotation",
    "AnyVariable",
    "CustomVariable",
    "Dashboard",
    "DataLink",
    "DrillDown",
    "Grid",
    "IntervalVariable",
    "Link",
    "LogQuery",
    "Method",
    "Mixin",
    "Override",
    "Panel",
    "Passed",
    "Query",
    "QueryVariable",
    "RangeMap",
    "RawPanel",
    "Recording",
    "RegexMap",
    "Row",
    "Rule",
    "RuleGroup",
    "Severity",
    "SpecialMap",
    "Steps",
    "TextVariable",
    "Threshold",
    "ValueMap",
    "Variable",
    "promql",
]
