"""Aggregations: rows are put into groups by their labels once, then combined step by step.

Source: `aggregation`, `aggregationK` and `aggregationCountValues` of Prometheus' `promql/engine.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final, TypeAlias

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block
from mixwright.engine.kernels import run_rows
from mixwright.engine.labels import Signature, as_dict, only, without
from mixwright.engine.logical import Aggregate, Node
from mixwright.engine.run import Run
from mixwright.frame import Index, Mask, Values
from mixwright.values import METRIC_NAME, Labels

Reduce: TypeAlias = Callable[[Index, Values, Mask, Values, Mask], None]
"""Fills `out` and `seen` (groups × steps) from group numbers, values and presence of rows."""


@attrs.frozen(eq=False)
class Groups:
    """Which group each row belongs to, and the groups' labels."""

    of: Index
    labels: tuple[Labels, ...]

    @classmethod
    def by(cls, block: Block, node: Aggregate) -> Groups:
        """Group a block's rows by the labels that the aggregation names."""
        names = frozenset(node.grouping)
        lost = names | {METRIC_NAME}
        numbers: dict[Signature, int] = {}
        labels: list[Labels] = []
        of = np.empty(len(block), np.int64)
        for row, own in enumerate(block.labels):
            key: Signature
            if node.without:
                key = tuple(pair for pair in own.pairs if pair[0] not in lost)
            else:
                values = as_dict(own)
                key = tuple(values.get(name, "") for name in node.grouping)
            of[row] = numbers.setdefault(key, len(numbers))
            if of[row] == len(labels):
                labels.append(without(own, lost) if node.without else only(own, names))
        return cls(of, tuple(labels))


def aggregate(node: Aggregate, run: Run) -> Block:
    """Return one row per group, or for `topk` and its like the chosen rows as they are."""
    texts: tuple[str, ...] = ()
    parameter = np.zeros(0)
    if isinstance(node.parameter, Node):
        scalar = run.block(node.parameter)
        parameter, texts = scalar.values[0], scalar.annotations
    vector = in_order(run.block(node.inner))
    if node.op in ("topk", "bottomk", "limitk", "limit_ratio"):
        from mixwright.engine.operators.choose import choose

        return choose(node, vector, parameter).annotated(texts)
    if node.op == "count_values":
        from mixwright.engine.operators.count_values import count_values

        return count_values(node, vector)
    groups = Groups.by(vector, node)
    if node.op == "quantile":
        texts = (*texts, *notices.odd_quantiles(parameter))
    return _reduced(node, vector, groups, parameter).annotated((*vector.annotations, *texts))


def in_order(vector: Block) -> Block:
    """Return the rows sorted by labels, as a recording has them.

    In what order rows come out of a join or a union may depend on when they were there; what a sum
    rounds off, and which of two equal values is the larger, must not.
    """
    labels = [row.pairs for row in vector.labels]
    if all(one <= other for one, other in pairwise(labels)):
        return vector
    return vector.take(np.array(sorted(range(len(labels)), key=labels.__getitem__), np.int64))


def _reduced(node: Aggregate, vector: Block, groups: Groups, parameter: Values) -> Block:
    shape = len(groups.labels), vector.steps
    out, seen = np.zeros(shape), np.zeros(shape, bool)
    counts_all = node.op in ("count", "group")
    where = vector.present if counts_all else vector.floats
    if node.op == "quantile":
        _quantile(groups.of, vector.values, where, parameter, out, seen)
    else:
        REDUCTIONS[node.op](groups.of, vector.values, where, out, seen)
    nameless = None
    if vector.nameless is not None:
        nameless = np.array(
            [vector.nameless[groups.of == number].any() for number in range(shape[0])], bool
        )
    block = Block(groups.labels, out, seen, None, nameless, slack=_slack(node, vector, groups))
    if vector.histograms is not None and not counts_all:
        from mixwright.engine.operators.histogram_aggregate import with_histograms

        block = with_histograms(node, vector, groups.of, block)
    return block.compact()


def _slack(node: Aggregate, vector: Block, groups: Groups) -> Values | None:
    """Return the slack of groups: what that of their rows adds up to in a sum, the largest otherwise."""
    if vector.slack is None or node.op in ("count", "group"):
        return None
    slack = np.zeros((len(groups.labels), vector.steps))
    gather = np.add if node.op == "sum" else np.maximum
    gather.at(slack, groups.of, np.where(vector.present, vector.slack, 0.0))
    return slack


def _sum(of: Index, values: Values, present: Mask, out: Values, seen: Mask) -> None:
    from mixwright.engine.kernels.groups import sums

    rest = np.zeros(out.shape)
    run_rows(sums, out.shape[1], values.size, of, values, present, rest, out, seen)


def _average(of: Index, values: Values, present: Mask, out: Values, seen: Mask) -> None:
    from mixwright.engine.kernels.groups import averages

    rest, counts, running = np.zeros(out.shape), np.zeros(out.shape), np.zeros(out.shape, bool)
    scratch = rest, counts, running
    run_rows(averages, out.shape[1], values.size, of, values, present, *scratch, out, seen)


def _extreme(sign: float) -> Reduce:
    def reduce(of: Index, values: Values, present: Mask, out: Values, seen: Mask) -> None:
        from mixwright.engine.kernels.groups import extremes

        run_rows(extremes, out.shape[1], values.size, of, values, present, sign, out, seen)

    return reduce


def _count(ones: bool) -> Reduce:
    def reduce(of: Index, values: Values, present: Mask, out: Values, seen: Mask) -> None:
        from mixwright.engine.kernels.groups import counts

        run_rows(counts, out.shape[1], values.size, of, present, ones, out, seen)

    return reduce


def _spread(root: bool) -> Reduce:
    def reduce(of: Index, values: Values, present: Mask, out: Values, seen: Mask) -> None:
        from mixwright.engine.kernels.groups import spread

        scratch = np.zeros(out.shape), np.zeros(out.shape)
        run_rows(spread, out.shape[1], values.size, of, values, present, root, *scratch, out, seen)

    return reduce


REDUCTIONS: Final[dict[str, Reduce]] = {
    "sum": _sum,
    "avg": _average,
    "max": _extreme(1.0),
    "min": _extreme(-1.0),
    "count": _count(ones=False),
    "group": _count(ones=True),
    "stddev": _spread(root=True),
    "stdvar": _spread(root=False),
}


def _quantile(
    of: Index, values: Values, present: Mask, wanted: Values, out: Values, seen: Mask
) -> None:
    """Quantiles by sorting each group's values at every step, NaN first."""
    for number in range(len(out)):
        rows = of == number
        here = present[rows]
        count = here.sum(axis=0)
        seen[number] = count > 0
        ordered = np.sort(np.where(here, values[rows], np.nan), axis=0)
        nans = (here & np.isnan(values[rows])).sum(axis=0)
        with np.errstate(invalid="ignore"):
            rank = np.where(count > 0, wanted * (count - 1), 0.0)
            lower = np.maximum(0.0, np.floor(rank))
            weight = rank - np.floor(rank)
        upper = np.minimum(count - 1.0, lower + 1)
        below, above = (_nth(ordered, nans, place) for place in (lower, upper))
        with np.errstate(invalid="ignore"):
            result = below * (1 - weight) + above * weight
        result = np.where(wanted < 0, -np.inf, np.where(wanted > 1, np.inf, result))
        out[number] = np.where(np.isnan(wanted), np.nan, result)


def _nth(ordered: Values, nans: Index, place: Values) -> Values:
    """Return the value with `place` smaller ones, where `nans` NaN count as smallest."""
    number = np.nan_to_num(place, posinf=0, neginf=0).astype(np.int64) - nans
    inside = np.clip(number, 0, len(ordered) - 1)
    picked: Values = ordered[inside, np.arange(ordered.shape[1])]
    return np.where(number < 0, np.nan, picked)
