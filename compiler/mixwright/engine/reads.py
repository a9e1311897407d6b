"""What an evaluation would read, told from its plan."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.engine.logical import Info, Matchers, Node, inputs, selections
from mixwright.engine.lower import Lowering
from mixwright.engine.operators.info import info_matchers
from mixwright.engine.reading import Span, looked_at
from mixwright.engine.run import DEFAULTS, Options
from mixwright.frame import Steps
from mixwright.promql import Expr


def reads(expr: Expr, steps: Steps, options: Options = DEFAULTS) -> dict[Matchers, Span]:
    """Return the matchers of all selectors, each with the time that it is read over.

    Raises `EvaluationError` where an evaluation would fail whatever the samples are.
    """
    found: dict[Matchers, Span] = {}
    plan = Lowering(steps, options.subquery_step.ms).plan(expr, steps)
    for matchers, (first, last) in _reads(plan, options.lookback.ms):
        known = found.get(matchers, (first, last))
        found[matchers] = min(first, known[0]), max(last, known[1])
    return found


def _reads(root: Node, lookback: int) -> Iterator[tuple[Matchers, Span]]:
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(inputs(node))
        for selector in selections(node):
            yield selector.selection.matchers, looked_at(selector, lookback)
        if isinstance(node, Info):
            below = [span for _, span in _reads(node.inner, lookback)]
            first = min((first for first, _ in below), default=node.steps.start - lookback)
            yield info_matchers(node), (first, int(node.steps.times[-1]))
