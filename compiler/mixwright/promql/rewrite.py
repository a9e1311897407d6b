"""Walking and rewriting trees: bottom-up replacement, and what a tree reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import attrs

from mixwright.promql.expr import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Negation,
    Range,
    Selector,
    Subquery,
    children,
)

Node = TypeVar("Node", bound=Expr)


def walk(expr: Expr, kind: type[Node] = Expr) -> Iterator[Node]:  # type: ignore[assignment]
    """Yield every node of a kind, each before its children, left to right."""
    waiting: list[Expr] = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, kind):
            yield node
        waiting.extend(reversed(children(node)))


def rewrite(expr: Expr, replace: Callable[[Expr], Expr]) -> Expr:
    """Return the tree with `replace` applied to every node, children first.

    The selector inside a range is offered too; its replacement must be a selector.
    """

    def inside(node: Expr) -> Expr:
        return rewrite(node, replace)

    match expr:
        case Range(selector, window):
            new = inside(selector)
            if not isinstance(new, Selector):
                raise TypeError("the selector of a range can only become another selector")
            expr = Range(new, window)
        case Subquery(inner) | Negation(inner):
            expr = attrs.evolve(expr, expr=inside(inner))
        case Call(function, args):
            expr = Call(function, tuple(map(inside, args)))
        case Aggregate(_, inner, parameter):
            expr = attrs.evolve(
                expr,
                expr=inside(inner),
                parameter=None if parameter is None else inside(parameter),
            )
        case Binary(_, left, right):
            expr = attrs.evolve(expr, left=inside(left), right=inside(right))
    return replace(expr)


def metric_names(expr: Expr) -> frozenset[str]:
    """Return the metric names that selectors of the tree ask for literally."""
    return frozenset(node.name for node in walk(expr, Selector) if node.name is not None)
