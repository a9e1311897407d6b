"""Shorthand made explicit: levels and their chained variables, bare panels, thresholds from alerts.

Requires: resolved references.
Ensures: `level` and `chain` are set, every chain variable has `of`; all panels are in rows; panels
carry the thresholds of the alerts that they show.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import Alert, Dashboard, Mixin, Panel, Row, Threshold, Variable
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql import Binary, Call, Expr, Negation, Number, Selector, metric_names, walk


def expand(mixin: Mixin) -> Mixin:
    """Expand every dashboard."""
    alerts = {alert.name: alert for alert in mixin.alerts()}

    def expanded(dashboard: Dashboard, parent: Dashboard | None) -> Dashboard:
        chain = parent.chain if parent is not None else ()
        if dashboard.per is not None:
            if dashboard.per.name in {variable.name for variable in chain}:
                raise DefinitionError(
                    f"dashboard `{dashboard.title}` is per `{dashboard.per.name}`, and so is a level "
                    "above it; name what this level adds",
                    dashboard.origin,
                )
            chain = (*chain, _anchored(dashboard.per, dashboard))
        rows = dashboard.rows
        if dashboard.panels:
            rows = (Row("", dashboard.panels, origin=dashboard.origin), *rows)
        return each_panel(
            attrs.evolve(
                dashboard,
                level=0 if parent is None else parent.level + 1,
                chain=chain,
                variables=tuple(
                    _anchored(one, dashboard) if isinstance(one, Variable) else one
                    for one in dashboard.variables
                ),
                panels=(),
                rows=rows,
            ),
            lambda panel: _with_alerts(panel, alerts),
        )

    return each_dashboard(mixin, expanded)


def _anchored(variable: Variable, dashboard: Dashboard) -> Variable:
    """Give a variable the series whose label values it offers: those of the first panel."""
    if variable.of is not None:
        return variable
    for panel in dashboard.all_panels():
        for query in panel.show:
            for selector in walk(query.expr, Selector):
                plain = attrs.evolve(selector, offset=Selector("x").offset, at=None)
                return attrs.evolve(variable, of=plain)
    raise DefinitionError(
        f"variable `{variable.name}` of dashboard `{dashboard.title}` has no series to take its "
        "values from; say which with `of=`",
        variable.origin,
    )


def _with_alerts(panel: Panel, alerts: dict[str, Alert]) -> Panel:
    shown = tuple(alerts[alert.name] for alert in panel.alert)
    found = (threshold(alert, panel) for alert in shown)
    lines = dict.fromkeys((*panel.thresholds, *(line for line in found if line is not None)))
    return attrs.evolve(
        panel, alert=shown, thresholds=tuple(sorted(lines, key=lambda line: line.value))
    )


def threshold(alert: Alert, panel: Panel) -> Threshold | None:
    """Return where the alert's condition draws a line through what the panel shows.

    The leading comparison with a number decides, `a > 1` in `(a > 1) & (b > 2)`, if the panel shows
    its left side, or the same functions of the same metrics. The others are mostly guards: one
    counts only if the panel's first expression is its left side.
    """
    shown = [query.expr for query in panel.show]
    compared = [
        (comparison.left, Threshold(value, alert.severity.value, above=comparison.op[0] == ">"))
        for comparison in _conditions(alert.expr)
        if (value := _constant(comparison.right)) is not None
    ]
    for left, line in compared[:1]:
        if left in shown or _shape(left) in map(_shape, shown):
            return line
    return next((line for left, line in compared if left in shown[:1]), None)


def _conditions(expr: Expr) -> Iterator[Binary]:
    """Yield the ordering comparisons that `and`, `or` and the left of `unless` put together."""
    match expr:
        case Binary("<" | "<=" | ">" | ">=", bool_=False):
            yield expr
        case Binary("and" | "or", left, right):
            yield from _conditions(left)
            yield from _conditions(right)
        case Binary("unless", left):
            yield from _conditions(left)


def _shape(expr: Expr) -> tuple[frozenset[str], frozenset[str], frozenset[tuple[str, float]]]:
    """Return the metrics and functions of an expression, and what numbers do to them: `1 - x` is not `x`."""
    functions = {call.function for call in walk(expr, Call)}
    scaled = {
        (node.op, side.value)
        for node in walk(expr, Binary)
        for side in (node.left, node.right)
        if isinstance(side, Number)
    }
    return metric_names(expr), frozenset(functions), frozenset(scaled)


def _constant(expr: Expr) -> float | None:
    match expr:
        case Number(value):
            return value
        case Negation(Number(value)):
            return -value
        case Binary("*", left, right):
            factors = _constant(left), _constant(right)
            return None if None in factors else factors[0] * factors[1]  # type: ignore[operator]
    return None
