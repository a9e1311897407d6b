"""Tables: the queries' results joined on their labels, one row for each thing, one column for each query.

Requires: links, scoped panels.
Ensures: every panel that shows rows says by transformations which columns it has.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from string import ascii_uppercase

import attrs

from mixwright.model import Dashboard, Mixin, Panel
from mixwright.model.transformations import FilterFields, Merge, Organize
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql import Aggregate, Binary, Call, Expr, Selector, walk
from mixwright.values import METRIC_NAME, MatchOp

KINDS = frozenset({"barchart", "table"})
"""What shows rows."""


def tabulate(mixin: Mixin) -> Mixin:
    """Fill the transformations of panels that show rows, unless the definition has some."""

    def tabulated(dashboard: Dashboard, _parent: Dashboard | None) -> Dashboard:
        return each_panel(dashboard, lambda panel: with_columns(panel, dashboard))

    return each_dashboard(mixin, tabulated)


def ref_ids() -> Iterator[str]:
    """Yield the names that Grafana gives to queries: A to Z, AA, AB and so on."""
    for length in itertools.count(1):
        for letters in itertools.product(ascii_uppercase, repeat=length):
            yield "".join(letters)


def linked(panel: Panel) -> tuple[str, ...]:
    """Return the labels whose values the panel's links pass on."""
    found = (one.source for link in panel.links for one in link.variables if one.origin == "label")
    return tuple(dict.fromkeys(found))


def with_columns(panel: Panel, dashboard: Dashboard) -> Panel:
    """Return a panel that shows rows with the transformations that make its columns, unless it has some."""
    if panel.kind not in KINDS or panel.transformations or not panel.show:
        return panel
    several = (variable.name for variable in dashboard.chain if variable.multi)
    organised = Organize(
        exclude=("Time", METRIC_NAME, *_constant(panel)),
        order=tuple(dict.fromkeys((*several, *linked(panel)))),
        rename=_columns(panel) | {one.name: one.title for one in dashboard.labels() if one.title},
        origin=panel.origin,
    )
    if len(panel.show) == 1:
        return attrs.evolve(panel, transformations=(organised,))
    # Rows that differ in the name of the metric would not become one.
    nameless = FilterFields(exclude=(METRIC_NAME,), origin=panel.origin)
    named = any(_keeps_name(query.expr) for query in panel.show)
    joined = (*((nameless,) if named else ()), Merge(origin=panel.origin))
    return attrs.evolve(panel, transformations=(*joined, organised))


def _keeps_name(expr: Expr) -> bool:
    """Tell whether the series of an expression still have the name of their metric."""
    match expr:
        case Selector():
            return True
        case Binary("==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "unless", left):
            return _keeps_name(left)
        case Binary("or", left, right):
            return _keeps_name(left) or _keeps_name(right)
        case Aggregate("topk" | "bottomk" | "limitk" | "limit_ratio", inner):
            return _keeps_name(inner)
        case Call("last_over_time" | "first_over_time" | "sort" | "sort_desc"):
            return True
    return False


def _columns(panel: Panel) -> dict[str, str]:
    """Return the columns' titles by the names that Grafana gives to the queries' values."""
    if len(panel.show) == 1:
        return {"Value": panel.show[0].legend or panel.legend or panel.title}
    return {
        f"Value #{name}": query.legend or name
        for name, query in zip(ref_ids(), panel.show, strict=False)
    }


def _constant(panel: Panel) -> list[str]:
    """Return the labels that every selector fixes: they have one value in all rows."""
    fixed = [
        {
            (one.name, one.value)
            for one in selector.matchers
            if one.op is MatchOp.EQUAL and "$" not in one.value
        }
        for query in panel.show
        for selector in walk(query.expr, Selector)
    ]
    names = {name for name, _ in set.intersection(*fixed)} if fixed else set()
    return sorted(names - set(linked(panel)))
