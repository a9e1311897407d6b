"""Binary operators where a histogram takes part, cell by cell.

Source: `vectorElemBinop` of Prometheus' `promql/engine.go`.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block
from mixwright.engine.histogram.arithmetic import combined
from mixwright.engine.histogram.trim import trimmed
from mixwright.frame import Mask, Objects, Values
from mixwright.frame.histogram import Histogram, HistogramError, ResetHint

_Side: TypeAlias = float | Histogram


def _operated(op: str, left: _Side, right: _Side) -> tuple[Histogram | None, bool, list[str]]:
    """Return the resulting histogram, whether the sample is kept, and annotations."""
    match left, right:
        case Histogram(), Histogram():
            return _both(op, left, right)
        case Histogram(), float():
            if op == "*":
                return left.scaled(right).compacted(), True, []
            if op == "/":
                return left.divided(right).compacted(), True, []
            if op in ("</", ">/"):
                return trimmed(left, right, upper=op == "</"), True, []
            return None, False, [notices.incompatible_types("histogram", op, "float")]
        case float(), Histogram():
            if op == "*":
                return right.scaled(left).compacted(), True, []
            return None, False, [notices.incompatible_types("float", op, "histogram")]
    return None, False, [notices.incompatible_types("float", op, "float")]


def _both(op: str, left: Histogram, right: Histogram) -> tuple[Histogram | None, bool, list[str]]:
    match op:
        case "+" | "-":
            word = "addition" if op == "+" else "subtraction"
            try:
                result = combined(left, right, 1.0 if op == "+" else -1.0)
            except HistogramError:
                return None, False, [notices.incompatible_buckets(op)]
            if result.collision:
                return None, False, [notices.reset_collision(word)]
            texts = [notices.reconciled_bounds(word)] if result.reconciled else []
            value = result.value.compacted()
            if op == "-":
                value = attrs.evolve(value, hint=ResetHint.GAUGE)
            return value, True, texts
        case "==":
            return left, left.same_as(right), []
        case "!=":
            return left, not left.same_as(right), []
    return None, False, [notices.incompatible_types("histogram", op, "histogram")]


def with_scalar(
    op: str, vector: Block, number: Values, present: Mask, *, swapped: bool
) -> tuple[Objects, Mask, list[str]]:
    """Return the histograms, presence and annotations of a vector's operation with a scalar."""
    assert vector.histograms is not None
    histograms = np.full(vector.values.shape, None, object)
    present, texts = present.copy(), dict[str, None]()
    for place in map(tuple, np.argwhere(vector.present & ~vector.floats)):
        scalar = float(number[place[1]])
        histogram = vector.histograms[place]
        sides = (scalar, histogram) if swapped else (histogram, scalar)
        histograms[place], present[place], more = _operated(op, *sides)
        texts.update(dict.fromkeys(more))
    if op in ("</", ">/") and vector.floats.any():
        texts[notices.incompatible_types("float", op, "float")] = None
    return histograms, present, list(texts)


def with_vector(
    op: str, left: Block, right: Block, values: Values, keep: Mask, matched: Mask, *, bool_: bool
) -> tuple[Values, Mask, Mask, Objects | None, tuple[str, ...]]:
    """Return values, what is kept, presence, histograms and annotations of two matched vectors."""
    histograms = np.full(values.shape, None, object)
    keep, texts = keep.copy(), dict[str, None]()
    present = matched & (keep | bool_)
    either = ~(left.floats & right.floats)
    for place in map(tuple, np.argwhere(matched & either)):
        sides = tuple(_side(block, place) for block in (left, right))
        histogram, kept, more = _operated(op, *sides)
        histograms[place], keep[place] = None if bool_ else histogram, kept
        comparable = histogram is not None
        present[place] = kept or (bool_ and comparable)
        texts.update(dict.fromkeys(more))
    if op in ("</", ">/") and (matched & ~either).any():
        texts[notices.incompatible_types("float", op, "float")] = None
    return values, keep, present, None if bool_ else histograms, tuple(texts)


def _side(block: Block, place: tuple[int, int]) -> _Side:
    if block.histograms is not None and block.histograms[place] is not None:
        histogram: Histogram = block.histograms[place]
        return histogram
    return float(block.values[place])
