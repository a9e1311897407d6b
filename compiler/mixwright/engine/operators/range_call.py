"""Functions of windows: every series' window at every step becomes one value."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine.block import SAME_LABELSET, Block, any_step
from mixwright.engine.functions import WINDOW_FUNCTIONS, WindowCall
from mixwright.engine.labels import without_metadata
from mixwright.engine.logical import RangeCall, Window
from mixwright.engine.operators.absent import absent_labels
from mixwright.engine.operators.windows import Windows, windows
from mixwright.engine.run import Run
from mixwright.errors import EvaluationError
from mixwright.values import Labels

_KEEPS_NAME = frozenset({"first_over_time", "last_over_time"})
_COUNTER_SUFFIXES = ("_total", "_sum", "_count", "_bucket")


def range_call(node: RangeCall, run: Run) -> Block:
    """Return the function's value for every series and step; rows without any value are left out."""
    arguments = tuple(run.block(argument) for argument in node.args)
    if isinstance(node.window, Window) and node.window.reach:
        from mixwright.engine.operators.extended import extended

        seen, block = extended(node, node.window, run)
    else:
        seen = windows(node.window, run)
        scalars = tuple(argument.values[0] for argument in arguments)
        block = _applied(node, seen, scalars, run)
    texts = (*seen.annotations, *(text for part in arguments for text in part.annotations))
    block = block.annotated(texts).annotated(_not_counters(node.function, block))
    if node.function == "absent_over_time":
        return _absent(node, block)
    return _named(node, block.compact(), run)


def _applied(node: RangeCall, seen: Windows, scalars: tuple[np.ndarray, ...], run: Run) -> Block:
    rows = len(seen.samples)
    shape = rows, len(node.steps)
    out, present = np.empty(shape), np.zeros(shape, bool)
    slack = np.zeros(shape if run.wants_slack(node) else (0, 0))
    call = WindowCall(
        node.function, seen, node.steps.times, scalars, out, present, slack, run.plain
    )
    texts = tuple(WINDOW_FUNCTIONS[node.function](call) or ()) if rows else ()
    known = slack if slack.any() else None
    block = Block(seen.samples.labels, out, present, None, seen.nameless, texts, known)
    if seen.samples.histograms is not None:
        from mixwright.engine.operators.range_histograms import with_histograms

        block = with_histograms(block, call)
    return block


def _named(node: RangeCall, block: Block, run: Run) -> Block:
    if run.options.late_names:
        lost = np.full(len(block), node.function not in _KEEPS_NAME) | block.late
        return attrs.evolve(block, nameless=lost)
    named = block
    if node.function not in _KEEPS_NAME:
        block = block.relabelled(without_metadata)
    # Two series must not share a result's labels, not even at different times of one query.
    where = node.expr, node.steps.step, node.steps.start % node.steps.step
    known = run.names.setdefault(where, {})
    for labels, origin in zip(block.labels, named.labels, strict=True):
        if known.setdefault(labels, origin) != origin:
            raise EvaluationError(SAME_LABELSET)
    if len(set(block.labels)) < len(block):
        raise EvaluationError(SAME_LABELSET)
    return block


def _not_counters(function: str, block: Block) -> tuple[str, ...]:
    if function not in ("rate", "increase"):
        return ()
    some = any_step(block.floats)
    return tuple(
        "PromQL info: metric might not be a counter, name does not end in "
        f'_total/_sum/_count/_bucket: "{name}"'
        for row, labels in enumerate(block.labels)
        if (name := labels.name) and some[row] and not name.endswith(_COUNTER_SUFFIXES)
    )


def _absent(node: RangeCall, block: Block) -> Block:
    labels = (
        absent_labels(node.window.selection.matchers)
        if isinstance(node.window, Window)
        else Labels()
    )
    present = ~block.somewhere.reshape(1, -1)
    result = Block((labels,), np.ones(present.shape), present, annotations=block.annotations)
    return result.compact()
