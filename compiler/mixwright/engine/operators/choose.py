"""`topk`, `bottomk`, `limitk` and `limit_ratio`: rows are let through as they are, step by step."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block
from mixwright.engine.hashing import label_hash
from mixwright.engine.kernels import run_rows
from mixwright.engine.logical import Aggregate
from mixwright.errors import EvaluationError
from mixwright.frame import Index, Mask, Values
from mixwright.gofloat import format_float

_INT64 = 2.0**63


def choose(node: Aggregate, vector: Block, parameter: Values) -> Block:
    """Return the chosen rows; at one instant `topk` and `bottomk` sort them within their groups."""
    from mixwright.engine.operators.aggregate import Groups

    groups = Groups.by(vector, node).of
    texts = list(vector.annotations)
    if node.op == "limit_ratio":
        chosen, warnings = _ratio(vector, parameter)
        texts += warnings
    elif parameter.max() < 1:
        return Block.empty(vector.steps, vector.annotations)
    else:
        wanted = _wanted(parameter)
        if node.op == "limitk":
            chosen = _first(vector.present, groups, wanted)
        else:
            sign = 1.0 if node.op == "topk" else -1.0
            chosen = _extreme(vector, groups, wanted, sign)
            if (vector.present & ~vector.floats).any():
                texts.append(notices.ignored_in_aggregation(node.op))
            if vector.steps == 1:
                block = attrs.evolve(vector, present=chosen).take(_ranking(vector, groups, sign))
                return block.compact().annotated(texts)
    return attrs.evolve(vector, present=chosen).compact().annotated(texts)


def _wanted(parameter: Values) -> Index:
    if np.isnan(parameter).any():
        raise EvaluationError("Parameter value is NaN")
    if parameter.min() <= -_INT64:
        raise EvaluationError(f"Scalar value {format_float(parameter.min())} underflows int64")
    if parameter.max() >= _INT64:
        raise EvaluationError(f"Scalar value {format_float(parameter.max())} overflows int64")
    return parameter.astype(np.int64)


def _extreme(vector: Block, groups: Index, wanted: Index, sign: float) -> Mask:
    from mixwright.engine.kernels.groups import top

    chosen = np.zeros(vector.present.shape, bool)
    rows = np.argsort(groups, kind="stable")
    size = int(groups.max(initial=-1)) + 1
    borders = np.concatenate(
        [np.zeros(1, np.int64), np.cumsum(np.bincount(groups, minlength=size))]
    )
    run_rows(
        top, vector.steps, vector.values.size,
        rows, borders, vector.values, vector.floats, wanted, sign, chosen,
    )  # fmt: skip
    return chosen


def _ranking(vector: Block, groups: Index, sign: float) -> Index:
    """Return all rows, group by group, the most extreme first and NaN last."""
    order: Index = np.lexsort((-sign * vector.values[:, 0], groups))
    return order


def _first(present: Mask, groups: Index, wanted: Index) -> Mask:
    """Choose the first `wanted` present rows of each group."""
    chosen = np.zeros(present.shape, bool)
    taken = np.zeros((int(groups.max(initial=-1)) + 1, present.shape[1]), np.int64)
    for row, group in enumerate(groups):
        chosen[row] = present[row] & (taken[group] < wanted)
        taken[group] += chosen[row]
    return chosen


def _ratio(vector: Block, ratio: Values) -> tuple[Mask, list[str]]:
    """Choose rows by a hash of their labels, so that the same ones are chosen every time."""
    if np.isnan(ratio).any():
        raise EvaluationError("Ratio value is NaN")
    warnings = []
    if ratio.max() > 1:
        warnings.append(notices.ratio(float(ratio.max()), 1.0))
    if ratio.min() < -1:
        warnings.append(notices.ratio(float(ratio.min()), -1.0))
    if not ratio.any():
        return np.zeros(vector.present.shape, bool), warnings
    limit = np.clip(ratio, -1.0, 1.0)
    offsets = np.array([label_hash(labels) / (2**64 - 1) for labels in vector.labels])
    offsets = offsets.reshape(-1, 1)
    inside = np.where(limit >= 0, offsets < limit, offsets >= 1.0 + limit)
    return vector.present & inside & (ratio != 0), warnings
