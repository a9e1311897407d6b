"""A dashboard's variables, and the queries that give their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

import attrs

from mixwright.dashboardfiles.document import Place
from mixwright.dashboardfiles.queries import Parsed, parse_query
from mixwright.dashboardfiles.templates import mentioned
from mixwright.errors import PromQLError
from mixwright.promql import Expr
from mixwright.values import Origin

_CALL = re.compile(
    r"\s*(label_values|label_names|metrics|query_result)\s*\((.*)\)\s*;?\s*", re.DOTALL
)
_LABEL = re.compile(r"(?:(.*),)?\s*([A-Za-z_]\w*|\$\w+|\$\{\w+\})\s*", re.DOTALL)


@attrs.frozen
class ValuesQuery:
    """What gives a Prometheus variable its values: a function, the series it looks at, and the label.

    `problem` says what is not PromQL. Source: `metricFindQuery` of Grafana's Prometheus data source.
    """

    function: str
    text: str
    label: str = ""
    expr: Expr | None = None
    problem: str = ""


@attrs.frozen(eq=False)
class RenderedVariable:
    """A variable: `kind` is Grafana's type, `query` the text that gives the values.

    `current` is what is chosen when nobody has chosen anything, as it stands in a query.
    """

    name: str
    kind: str
    label: str
    query: str
    regex: str
    data_source: str
    is_prometheus: bool
    multi: bool
    include_all: bool
    all_value: str
    hidden: bool
    refresh: int
    current: str
    choices: Mapping[str, str] = attrs.field(repr=False)
    place: Place = attrs.field(repr=False)

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return self.place.origin

    @property
    def is_required(self) -> bool:
        """Whether somebody has to choose a value for the dashboard to show what is meant."""
        return self.kind in ("query", "datasource") and not (self.include_all or self.hidden)

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The other variables that this one's values depend on."""
        return mentioned(self.query, self.regex, self.data_source)

    @cached_property
    def values(self) -> ValuesQuery | None:
        """What gives the values; None where that is not for Prometheus to say."""
        if self.kind != "query" or not self.is_prometheus or not self.query.strip():
            return None
        return _values(self.query, self.choices)


def _values(query: str, choices: Mapping[str, str]) -> ValuesQuery:
    found = _CALL.fullmatch(query)
    if found is None:
        # Grafana takes anything else for an expression and offers the series' names.
        return _parsed("", query, "", choices)
    function, inside = found.groups()
    if function == "metrics" or not inside.strip():
        return ValuesQuery(function, inside.strip())
    if function != "label_values":
        return _parsed(function, inside, "", choices)
    label = _LABEL.fullmatch(inside)
    if label is None:
        return ValuesQuery(function, inside.strip(), problem=f"`{inside.strip()}` names no label")
    if label[1] is None:
        return ValuesQuery(function, "", label[2])
    return _parsed(function, label[1], label[2], choices)


def _parsed(function: str, text: str, label: str, choices: Mapping[str, str]) -> ValuesQuery:
    match parse_query(text.strip(), choices):
        case Parsed(expr=expr):
            return ValuesQuery(function, text.strip(), label, expr)
        case PromQLError() as error:
            return ValuesQuery(function, text.strip(), label, problem=error.message)
