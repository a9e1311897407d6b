"""The variables of a dashboard: the data source, the chain of its levels, and what it adds."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from mixwright.backends.grafana.queries import SOURCE, values_of
from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, Variable

ALL = ".*"
"""What All stands for: no condition, so that series without the label are shown too."""

ON_TIME_RANGE_CHANGE = 2
NATURAL = 7
"""Sorted as people count: `web-2` before `web-10`."""


def variables(dashboard: Dashboard) -> list[Any]:
    """Return the variables, each after those that narrow its values."""
    return [_source(), *map(_query, (*dashboard.chain, *dashboard.variables))]


def _source() -> core.Template:
    return core.Template(
        name="datasource",
        label="Data source",
        type="datasource",
        query="prometheus",
    )


def _query(variable: Variable) -> core.Template:
    if variable.name == "datasource":
        raise DefinitionError(
            "every dashboard has a variable `datasource` already; give this one another name",
            variable.origin,
        )
    return core.Template(
        name=variable.name,
        label=variable.title or variable.name.replace("_", " ").capitalize(),
        dataSource=SOURCE,
        query=values_of(variable),
        refresh=ON_TIME_RANGE_CHANGE,
        sort=NATURAL,
        multi=variable.multi,
        includeAll=variable.multi,
        allValue=ALL if variable.multi else None,
    )
