"""Evaluating expressions over recorded samples, with Prometheus' semantics."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.labels import without_metadata
from mixwright.engine.logical import Node
from mixwright.engine.lower import Lowering
from mixwright.engine.operators.windows import cut
from mixwright.engine.optimize import optimized
from mixwright.engine.run import DEFAULTS, Options, Run
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
    """Return like `evaluate()`, with the error in the place of an expression that fails."""
    if lookback != _DEFAULT_LOOKBACK:
        options = attrs.evolve(options, lookback=lookback)
    lowering = Lowering(steps, options.subquery_step.ms)
    plans: list[Node | EvaluationError] = []
    for expr in exprs:
        try:
            plans.append(lowering.plan(expr, steps))
        except EvaluationError as error:
            plans.append(error)
    roots = iter(optimized(tuple(plan for plan in plans if isinstance(plan, Node))))
    plans = [next(roots) if isinstance(plan, Node) else plan for plan in plans]
    run = Run(source, options)
    run.prepare(plan for plan in plans if isinstance(plan, Node))
    return tuple(_finished(plan, run, steps) if isinstance(plan, Node) else plan for plan in plans)


def _finished(root: Node, run: Run, steps: Steps) -> Matrix | EvaluationError:
    try:
        block = _renamed(run.block(root))
    except EvaluationError as error:
        return error
    if len(steps) > 1 and len(block) > 1:
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
