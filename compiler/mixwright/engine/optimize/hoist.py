"""What does not vary between steps is evaluated at one of them and repeated.

Source: `PreprocessExpr` and `AtModifierUnsafeFunctions` of Prometheus' `promql/engine.go` and `functions.go`.
"""

from __future__ import annotations

from typing import Final

import attrs

from mixwright.engine.logical import (
    Aggregate,
    Binary,
    Call,
    Clock,
    Info,
    Literal,
    Negate,
    Node,
    Nothing,
    RangeCall,
    Repeat,
    Select,
    Subquery,
    Window,
    inputs,
)
from mixwright.engine.optimize.rewriting import rewritten
from mixwright.frame import Steps

_VARYING: Final = frozenset(
    {
        *("days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute"),
        *("month", "year", "predict_linear", "timestamp"),
    }
)
"""Functions whose value depends on the evaluation time although their arguments do not."""


def hoist(plan: tuple[Node, ...]) -> tuple[Node, ...]:
    """Evaluate every invariant part of the plan at one step."""
    return rewritten(plan, _hoisted)


def _hoisted(node: Node) -> Node:
    if len(node.steps) == 1 or isinstance(node, Literal | Window | Subquery) or _varies(node):
        return node
    return Repeat(node.steps, _at_any_step(node))


def _varies(node: Node) -> bool:
    match node:
        case Clock() | Info():
            return True
        case Literal() | Repeat() | Nothing():
            return False
        case Select(_, selection):
            return selection.at is None
        case RangeCall(_, function, window, args):
            at = window.at if isinstance(window, Subquery) else window.selection.at
            return at is None or function in _VARYING or any(map(_varies, args))
        case Call(_, function, args):
            if function in _VARYING:
                select = args[0] if args else None
                unwrapped = select.inner if isinstance(select, Repeat) else select
                return not (
                    function == "timestamp"
                    and isinstance(unwrapped, Select)
                    and unwrapped.selection.at is not None
                )
            return any(_varies(arg) for arg in args if isinstance(arg, Node))
    return any(map(_varies, inputs(node)))


_ANY: Final = Steps.instant(0)
"""The same one always, so that every shard of an evaluation has the same invariant nodes."""


def _at_any_step(node: Node) -> Node:
    steps = _ANY
    match node:
        case Repeat():
            return node.inner
        case Literal() | Select() | Nothing():
            return attrs.evolve(node, steps=steps)
        case Negate():
            return attrs.evolve(node, steps=steps, inner=_at_any_step(node.inner))
        case Binary():
            return attrs.evolve(
                node,
                steps=steps,
                left=_at_any_step(node.left),
                right=_at_any_step(node.right),
            )
        case Aggregate():
            parameter = node.parameter
            if isinstance(parameter, Node):
                parameter = _at_any_step(parameter)
            return attrs.evolve(
                node, steps=steps, inner=_at_any_step(node.inner), parameter=parameter
            )
        case Call():
            args = tuple(_at_any_step(a) if isinstance(a, Node) else a for a in node.args)
            return attrs.evolve(node, steps=steps, args=args)
        case RangeCall():
            # The steps inside a subquery are absolute times and stay as they are.
            return attrs.evolve(
                node,
                steps=steps,
                window=attrs.evolve(node.window, steps=steps),
                args=tuple(map(_at_any_step, node.args)),
            )
    raise TypeError(f"`{type(node).__name__}` varies with time")
