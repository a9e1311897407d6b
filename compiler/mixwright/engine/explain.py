"""A plan as text: what is evaluated, at which steps, and what is shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mixwright.engine import logical
from mixwright.engine.logical import Argument, Node, inputs
from mixwright.engine.lower import Lowering
from mixwright.engine.optimize import optimized
from mixwright.engine.run import DEFAULTS
from mixwright.frame import Steps
from mixwright.promql import Expr
from mixwright.values import Duration, Matcher


def explain(exprs: Sequence[Expr], steps: Steps) -> str:
    """Return the optimised plan of `evaluate(exprs, …, steps)`, one node a line; `#n` marks shared ones."""
    lowering = Lowering(steps, DEFAULTS.subquery_step.ms)
    roots = optimized(tuple(lowering.plan(expr, steps) for expr in exprs))
    parents: dict[Node, int] = {}
    stack, seen = list(roots), set[Node]()
    while stack:
        node = stack.pop()
        parents[node] = parents.get(node, 0) + 1
        if node not in seen:
            seen.add(node)
            stack.extend(inputs(node))
    shared = {
        node: 0
        for node, count in parents.items()
        if count > 1 and not isinstance(node, logical.Literal)
    }
    return "\n".join(line for root in roots for line in _lines(root, 0, steps, shared))


def _lines(node: Node, depth: int, steps: Steps, shared: dict[Node, int]) -> Iterator[str]:
    text = "  " * depth + _describe(node)
    if node.steps != steps:
        text += f"  (every {Duration(node.steps.step)}, {len(node.steps)} steps)"
    if node in shared:
        known = shared[node]
        shared[node] = known or max(shared.values()) + 1
        text += f"  #{shared[node]}"
        if known:
            yield f"{text} …"
            return
    yield text
    for child in inputs(node):
        yield from _lines(child, depth + 1, node.steps, shared)


def _describe(node: Node) -> str:
    match node:
        case logical.Literal(_, value):
            return f"number {value:g}"
        case logical.Clock():
            return "time"
        case logical.Select(_, selection):
            return f"select {_selection(selection)}"
        case logical.RangeCall(_, function, logical.Window(_, selection, width)):
            return f"{function} {_selection(selection)} [{Duration(width)}]"
        case logical.RangeCall(_, function, logical.Subquery() as subquery):
            return f"{function} of subquery [{Duration(subquery.width)}]"
        case logical.Call(_, function, args):
            return " ".join((function, *(repr(arg) for arg in args if isinstance(arg, str))))
        case logical.Aggregate(_, op, _, parameter, grouping, without):
            by = f" {'without' if without else 'by'} ({', '.join(grouping)})"
            return f"aggregate {op}{by}{_text(parameter)}"
        case logical.Binary(_, op, _, _, _, bool_):
            return f"binary {op}{' bool' if bool_ else ''}"
        case logical.Negate():
            return "negate"
        case logical.Repeat():
            return "repeat"
        case logical.Info(_, _, matchers):
            return f"info {_matchers(matchers)}"
    return type(node).__name__


def _text(argument: Argument | None) -> str:
    return f" {argument!r}" if isinstance(argument, str) else ""


def _matchers(matchers: Sequence[Matcher]) -> str:
    return "{" + ", ".join(map(str, matchers)) + "}"


def _selection(selection: logical.Selection) -> str:
    text = _matchers(selection.matchers)
    if selection.read != selection.matchers:
        text += f" from {_matchers(selection.read)}"
    if selection.at is not None:
        text += f" @ {selection.at / 1000:.3f}"
    return text + (f" offset {Duration(selection.offset)}" if selection.offset else "")
