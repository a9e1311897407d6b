"""The variables of a dashboard: the data source, the chain of its levels, and what it adds."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from mixwright.backends.grafana.queries import SOURCE, values_of
from mixwright.errors import DefinitionError
from mixwright.model import (
    AnyVariable,
    CustomVariable,
    Dashboard,
    IntervalVariable,
    QueryVariable,
    TextVariable,
    Variable,
)

ALL = ".*"
"""What All stands for: no condition, so that series without the label are shown too."""

ON_TIME_RANGE_CHANGE = 2
NATURAL = 7
"""Sorted as people count: `web-2` before `web-10`."""


HIDDEN = 2


def variables(dashboard: Dashboard) -> list[Any]:
    """Return the variables, each after those that narrow its values."""
    loki = [_source("loki", "Logs")] if any(panel.logs for panel in dashboard.all_panels()) else []
    own = (
        _label(one) if isinstance(one, Variable) else _input(one)
        for one in dashboard.all_variables()
    )
    return [_source("prometheus", "Data source"), *loki, *own]


def _source(kind: str, label: str) -> core.Template:
    name = "datasource" if kind == "prometheus" else kind
    return core.Template(name=name, label=label, type="datasource", query=kind)


def _input(variable: AnyVariable) -> Any:
    """Return a variable that readers choose without narrowing selectors by itself."""
    assert not isinstance(variable, Variable)
    shared: dict[str, Any] = {
        "name": variable.name,
        "label": variable.title or _spoken(variable.name),
        "description": variable.description or None,
        "hide": HIDDEN if variable.hidden else 0,
    }
    match variable:
        case QueryVariable(query=query, pattern=pattern, multi=multi):
            return core.Template(
                name=variable.name,
                label=shared["label"],
                hide=shared["hide"],
                dataSource=SOURCE,
                query=query,
                regex=pattern or None,
                refresh=ON_TIME_RANGE_CHANGE,
                sort=NATURAL,
                multi=multi,
                includeAll=multi,
                allValue=ALL if multi else None,
            )
        case CustomVariable(values=values, multi=multi):
            pairs = [
                text if text == value else f"{text} : {value}" for text, value in values.items()
            ]
            listed = ",".join(pair.replace(",", "\\,") for pair in pairs)
            options = [_option(text, value) for text, value in values.items()]
            every = {"text": ["All"], "value": ["$__all"]}
            return shared | {
                "type": "custom",
                "query": listed,
                "options": options,
                "multi": multi,
                "includeAll": multi,
                "current": every if multi else options[0],
            }
        case IntervalVariable(values=lengths):
            options = [_option(str(length), str(length)) for length in lengths]
            return shared | {
                "type": "interval",
                "query": ",".join(map(str, lengths)),
                "options": options,
                "refresh": ON_TIME_RANGE_CHANGE,
                "current": options[0],
            }
        case TextVariable(value=value):
            only = _option(value, value)
            return shared | {"type": "textbox", "query": value, "options": [only], "current": only}
    return shared | {"type": "adhoc", "datasource": SOURCE}


def _option(text: str, value: str) -> dict[str, Any]:
    return {"text": text, "value": value}


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _label(variable: Variable) -> core.Template:
    if variable.name == "datasource":
        raise DefinitionError(
            "every dashboard has a variable `datasource` already; give this one another name",
            variable.origin,
        )
    return core.Template(
        name=variable.name,
        label=variable.title or _spoken(variable.name),
        dataSource=SOURCE,
        query=values_of(variable),
        regex=variable.pattern or None,
        refresh=ON_TIME_RANGE_CHANGE,
        sort=NATURAL,
        multi=variable.multi,
        includeAll=variable.multi,
        allValue=ALL if variable.multi else None,
    )
