"""Tables: the queries' results joined on their labels, one row for each thing, one column for each query."""

from __future__ import annotations

from typing import Any

from mixwright.backends.grafana.queries import ref_ids
from mixwright.backends.grafana.thresholds import PLAIN
from mixwright.model import Dashboard, Panel
from mixwright.promql import Selector, walk
from mixwright.values import METRIC_NAME, MatchOp

Json = dict[str, Any]


def transformations(panel: Panel, dashboard: Dashboard) -> list[Json]:
    """Return the steps from one frame for each query to one table."""
    organised = {
        "excludeByName": dict.fromkeys(("Time", METRIC_NAME, *_constant(panel)), True),
        "indexByName": {name: index for index, name in enumerate(_keys(panel, dashboard))},
        "renameByName": _columns(panel) | _titles(dashboard),
    }
    joined = [{"id": "merge", "options": {}}] if len(panel.show) > 1 else []
    return [*joined, {"id": "organize", "options": organised}]


def overrides(panel: Panel, dashboard: Dashboard, links: list[Json]) -> list[Json]:
    """Return the settings of single columns: bars for shares, colours for thresholds, drill-downs."""
    found: list[Json] = []
    changes = _numbers(panel)
    if changes:
        found.append(_override("byType", "number", changes))
    if links:
        titles = _titles(dashboard)
        columns = (titles.get(name, name) for name in _linked(panel))
        found += [_override("byName", column, {"links": links}) for column in columns]
    return found


def _numbers(panel: Panel) -> Json:
    """Return how numbers are drawn, when they are more than text."""
    if panel.minimum is not None and panel.maximum is not None:
        bar = {"mode": "basic", "type": "gauge", "valueDisplayMode": "text"}
        return {"custom.cellOptions": bar} | ({} if panel.thresholds else {"color": PLAIN})
    if panel.thresholds:
        return {"custom.cellOptions": {"type": "color-text"}}
    return {}


def _columns(panel: Panel) -> Json:
    """Return the columns' titles by the names that Grafana gives to the queries' values."""
    if len(panel.show) == 1:
        return {"Value": panel.show[0].legend or panel.legend or panel.title}
    return {
        f"Value #{name}": query.legend or name
        for name, query in zip(ref_ids(), panel.show, strict=False)
    }


def _titles(dashboard: Dashboard) -> Json:
    """Return the titles of variables by name, for the columns of their labels."""
    return {v.name: v.title for v in (*dashboard.chain, *dashboard.variables) if v.title}


def _constant(panel: Panel) -> list[str]:
    """Return the labels that every selector fixes: they have one value in all rows."""
    fixed = [
        {(one.name, one.value) for one in selector.matchers if one.op is MatchOp.EQUAL}
        for query in panel.show
        for selector in walk(query.expr, Selector)
    ]
    names = {name for name, _ in set.intersection(*fixed)} if fixed else set()
    return sorted(names - set(_linked(panel)))


def _keys(panel: Panel, dashboard: Dashboard) -> list[str]:
    """Return the labels that come first: of the levels above, then what the rows lead down to."""
    several = (variable.name for variable in dashboard.chain if variable.multi)
    return list(dict.fromkeys((*several, *_linked(panel))))


def _linked(panel: Panel) -> list[str]:
    """Return the labels whose values the panel's links pass on."""
    found = (name for link in panel.links for name, source in link.variables if source == "label")
    return list(dict.fromkeys(found))


def _override(matcher: str, options: str, changes: Json) -> Json:
    properties = [{"id": name, "value": value} for name, value in changes.items()]
    return {"matcher": {"id": matcher, "options": options}, "properties": properties}
