"""Evaluating expressions over recorded samples, with Prometheus' semantics."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.labels import without_metadata
from mixwright.engine.logical import Matchers, Node, inputs, selections
from mixwright.engine.lower import Lowering
from mixwright.engine.operators.windows import cut
from mixwright.engine.optimize import optimized
from mixwright.engine.pushed import pushed
from mixwright.engine.run import DEFAULTS, Names, Options, Result, Run
from mixwright.errors import EvaluationError
from mixwright.frame import Matrix, Samples, Source, Steps
from mixwright.promql import Expr
from mixwright.values import Duration

_DEFAULT_LOOKBACK = Duration(300_000)


def evaluate(
    exprs: Sequence[Expr],
    source: Source,
    steps: Steps,
    *,
    lookback: Duration = _DEFAULT_LOOKBACK,
    options: Options = DEFAULTS,
) -> tuple[Matrix, ...]:
    """Return the value of every expression at every step, as one plan.

    Equal sub-expressions are computed once, equal selectors read once. Over a range, rows are
    sorted by labels; at one instant they keep the order that `sort` and `topk` gave them.
    Raises `EvaluationError` with Prometheus' text where Prometheus would answer with an error.
    """
    results = evaluate_each(exprs, source, steps, lookback=lookback, options=options)
    matrices = []
    for result in results:
        if isinstance(result, EvaluationError):
            raise result
        matrices.append(result)
    return tuple(matrices)


def evaluate_each(
    exprs: Sequence[Expr],
    source: Source,
    steps: Steps,
    *,
    lookback: Duration = _DEFAULT_LOOKBACK,
    options: Options = DEFAULTS,
) -> tuple[Matrix | EvaluationError, ...]:
    """Return like `evaluate()`, with the error in the place of an expression that fails.

    With a memory budget among the options, this goes shard by shard through time; what comes out
    is the same to the last bit.
    """
    if lookback != _DEFAULT_LOOKBACK:
        options = attrs.evolve(options, lookback=lookback)
    evaluation = Evaluation(exprs, source, steps, options)
    if options.memory is None:
        return evaluation.over(steps)
    from mixwright.engine.shards import over_shards

    return over_shards(evaluation)


@attrs.define(eq=False)
class Evaluation:
    """Expressions over a source, as one plan, to be evaluated over the whole of `query` or parts of it.

    What does not vary with time is computed by the first part that needs it and kept for the others.
    """

    exprs: Sequence[Expr]
    source: Source
    query: Steps
    options: Options = DEFAULTS
    most_held: int = attrs.field(default=0, init=False)
    """Bytes of values that the last part had in memory at once."""
    _constants: dict[Node, Result] = attrs.field(factory=dict, init=False)
    _names: Names = attrs.field(factory=dict, init=False)

    def plan(self, steps: Steps) -> tuple[Node | EvaluationError, ...]:
        """Return the optimised plans of all expressions over some of the query's steps."""
        lowering = Lowering(self.query, self.options.subquery_step.ms)
        plans: list[Node | EvaluationError] = []
        for expr in self.exprs:
            try:
                plans.append(lowering.plan(expr, steps))
            except EvaluationError as error:
                plans.append(error)
        roots = iter(optimized(tuple(plan for plan in plans if isinstance(plan, Node))))
        return tuple(next(roots) if isinstance(plan, Node) else plan for plan in plans)

    def over(self, steps: Steps, *, plain: bool = False) -> tuple[Matrix | EvaluationError, ...]:
        """Return the value of each expression at some of the query's steps, or why it has none.

        With `plain`, no window slides: slower, and Prometheus' own order of operations throughout.
        """
        known = pushed(self.exprs, self.source, steps)
        plans = self.plan(steps)
        waiting = [number for number in range(len(plans)) if number not in known]
        run = Run(self.source, self.options, self._constants, self._names, plain)
        run.prepare(plan for n in waiting if isinstance(plan := plans[n], Node))
        results = list[Matrix | EvaluationError | None](known.get(n) for n in range(len(plans)))
        for number in sorted(waiting, key=lambda number: _reads(plans[number])):
            plan = plans[number]
            results[number] = (
                _finished(plan, run, steps, len(self.query)) if isinstance(plan, Node) else plan
            )
        self.most_held = run.most_held
        return tuple(result for result in results if result is not None)


def _reads(plan: Node | EvaluationError) -> tuple[Matchers, ...]:
    """Return what a plan reads first: those that read the same are evaluated one after the other."""
    if not isinstance(plan, Node):
        return ()
    reads = [selector.selection.read for selector in selections(plan)]
    for node in inputs(plan):
        reads += _reads(node)
    return (min(reads),) if reads else ()


def _finished(root: Node, run: Run, steps: Steps, query_steps: int) -> Matrix | EvaluationError:
    try:
        block = _renamed(run.block(root))
    except EvaluationError as error:
        return error
    if query_steps > 1 and len(block) > 1:
        order = sorted(range(len(block)), key=lambda row: block.labels[row].pairs)
        block = block.take(np.array(order, np.int64))
    return Matrix(
        block.labels, steps, block.values, block.present, block.histograms, block.annotations
    )


def _renamed(block: Block) -> Block:
    """Drop the names that were kept until the end."""
    if block.nameless is None:
        return block
    labels = tuple(
        without_metadata(labels) if nameless else labels
        for labels, nameless in zip(block.labels, block.nameless, strict=True)
    )
    return attrs.evolve(block, labels=labels, nameless=None).merged()


def evaluate_range_vector(
    expr: Expr, source: Source, time: int, *, options: Options = DEFAULTS
) -> Samples:
    """Return the samples that a range vector such as `m[5m]` holds at one instant (ms)."""
    steps = Steps.instant(time)
    window = Lowering(steps, options.subquery_step.ms).window(expr, steps)
    run = Run(source, options)
    run.prepare((window,))
    return cut(window, run)
