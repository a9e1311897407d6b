"""Bottom-up replacement of plan nodes; an input that occurs twice is rewritten once."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from mixwright.engine.logical import (
    Aggregate,
    Binary,
    Call,
    Info,
    Negate,
    Node,
    RangeCall,
    Repeat,
    Subquery,
    Window,
)


def rewritten(plan: tuple[Node, ...], replace: Callable[[Node], Node]) -> tuple[Node, ...]:
    """Return the plan with `replace` applied to every node and every window, inputs first."""
    done: dict[Node, Node] = {}

    def visit(node: Node) -> Node:
        if node not in done:
            done[node] = replace(_with_inputs(node, visit))
        return done[node]

    return tuple(map(visit, plan))


def _with_inputs(node: Node, visit: Callable[[Node], Node]) -> Node:
    match node:
        case Negate() | Repeat() | Subquery() | Info():
            return attrs.evolve(node, inner=visit(node.inner))
        case Binary():
            return attrs.evolve(node, left=visit(node.left), right=visit(node.right))
        case Aggregate():
            parameter = node.parameter
            return attrs.evolve(
                node,
                inner=visit(node.inner),
                parameter=visit(parameter) if isinstance(parameter, Node) else parameter,
            )
        case Call():
            args = tuple(visit(arg) if isinstance(arg, Node) else arg for arg in node.args)
            return attrs.evolve(node, args=args)
        case RangeCall():
            window = visit(node.window)
            assert isinstance(window, Window | Subquery)
            return attrs.evolve(node, window=window, args=tuple(map(visit, node.args)))
    return node
