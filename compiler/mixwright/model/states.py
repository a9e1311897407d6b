"""States: values that an alert is about, as 0 of `up` is where something alerts on `up == 0`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mixwright.model.panel import Panel
from mixwright.model.rules import Severity
from mixwright.promql import Aggregate, Binary, Call, Expr, Number, Range, Selector

_GRAVITY = {severity: number for number, severity in enumerate(Severity)}
"""The gravest is the first."""


def alerted_values(panel: Panel) -> Mapping[float, Severity]:
    """Return the values of what a panel shows that its alerts are about, each with the gravest severity."""
    shown = {name for query in panel.show for name in _shown(query.expr)}
    return {
        value: alert.severity
        for alert in sorted(panel.alert, key=lambda one: -_GRAVITY[one.severity])
        for name, value in _equalities(alert.expr)
        if name in shown
    }


def _shown(expr: Expr) -> Iterator[str | None]:
    """Yield the metrics whose values an expression has."""
    match expr:
        case Selector(name):
            yield name
        case Binary("or", left, right):
            yield from _shown(left)
            yield from _shown(right)


def _equalities(condition: Expr) -> Iterator[tuple[str | None, float]]:
    """Yield (metric, value) of a condition's leading comparisons; what is right of `and` is a guard."""
    match condition:
        case Binary("or", left, right):
            yield from _equalities(left)
            yield from _equalities(right)
        case Binary("and" | "unless", left) | Aggregate(_, left):
            yield from _equalities(left)
        case Binary("==", Selector(name) | Aggregate(_, Selector(name)), Number(value)):
            yield name, value
        case Binary(
            "==",
            Call("last_over_time" | "max_over_time" | "min_over_time", (Range(Selector(name)),)),
            Number(value),
        ):
            yield name, value
