"""Arithmetic and comparison of two vectors: who is paired with whom is settled on labels, once.

Source: `VectorBinop` and `resultMetric` of Prometheus' `promql/engine.go`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import attrs
import numpy as np

from mixwright.engine.arithmetic import compared, computed
from mixwright.engine.block import NO_LABELS, Block, stacked
from mixwright.engine.labels import METADATA, Signature, as_dict, matching_labels, signature
from mixwright.engine.logical import Binary
from mixwright.engine.operators.binary import TRIMS, changes_meaning, operated
from mixwright.engine.operators.settling import doubtful, plainly, spread
from mixwright.engine.run import Run
from mixwright.errors import EvaluationError
from mixwright.frame import Index, Mask, Objects
from mixwright.promql import Cardinality, Matching
from mixwright.promql.expr import COMPARISONS
from mixwright.values import Labels

_MANY_MATCHES = "multiple matches for labels: "
_ONE_TO_ONE = f"{_MANY_MATCHES}many-to-one matching must be explicit (group_left/group_right)"
_GROUPED = f"{_MANY_MATCHES}grouping labels must ensure unique matches"


@attrs.define(eq=False)
class _Pairs:
    """Rows of the result: the many side's and the one side's row, -1 for a filled-in value."""

    many: list[int] = attrs.field(factory=list)
    one: list[int] = attrs.field(factory=list)
    group: list[int] = attrs.field(factory=list)
    labels: list[Labels] = attrs.field(factory=list)


def joined(node: Binary, left: Block, right: Block, run: Run) -> Block:
    """Return the operator's value for every pair of rows that match."""
    matching = node.matching
    swapped = matching.cardinality is Cardinality.ONE_TO_MANY
    many, one = (right, left) if swapped else (left, right)
    sign = signature(tuple(sorted(matching.labels)), matching.on)
    groups: dict[Signature, int] = {}
    many_group = [groups.setdefault(sign(labels), len(groups)) for labels in many.labels]
    one_group = [groups.setdefault(sign(labels), len(groups)) for labels in one.labels]
    # Without a fill value, nothing is looked at where one side is empty.
    filled = matching.fill_left is not None or matching.fill_right is not None
    some = many.somewhere & one.somewhere
    _refuse_duplicates(one, one_group, node, some | filled, swapped=swapped)

    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(one_group):
        rows_of[group].append(row)
    pairs = _Pairs()
    for row, group in enumerate(many_group):
        for other in rows_of[group]:
            _add(pairs, row, other, group, many.labels[row], one.labels[other], node, run)
        if matching.fill_right is not None:
            lonely = _own(many.labels[row], matching)
            _add(pairs, row, -1, group, many.labels[row], lonely, node, run)
    if matching.fill_left is not None:
        for row, group in enumerate(one_group):
            lonely = _own(one.labels[row], matching)
            _add(pairs, -1, row, group, lonely, one.labels[row], node, run)
    return _computed(pairs, many, one, many_group, one_group, node, run, swapped=swapped)


def _own(labels: Labels, matching: Matching) -> Labels:
    return matching_labels(labels, matching.labels, matching.on)


def _add(
    pairs: _Pairs,
    many: int,
    one: int,
    group: int,
    many_labels: Labels,
    one_labels: Labels,
    node: Binary,
    run: Run,
) -> None:
    pairs.many.append(many)
    pairs.one.append(one)
    pairs.group.append(group)
    pairs.labels.append(_result_labels(many_labels, one_labels, node, run))


def _result_labels(many: Labels, one: Labels, node: Binary, run: Run) -> Labels:
    matching = node.matching
    result = dict(as_dict(many))
    now = node.bool_ and not run.options.late_names
    if now or changes_meaning(node.op):
        result = {name: value for name, value in result.items() if name not in METADATA}
    if matching.cardinality is Cardinality.ONE_TO_ONE:
        chosen = frozenset(matching.labels)
        result = {name: value for name, value in result.items() if (name in chosen) == matching.on}
    for name in matching.include:
        result[name] = as_dict(one).get(name, "")
    return Labels(result)


def _refuse_duplicates(
    one: Block, groups: list[int], node: Binary, where: Mask, *, swapped: bool
) -> None:
    """Raise when the one side has two series of a group at the same step."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        rows_of[group].append(row)
    for rows in rows_of.values():
        if len(rows) == 1:
            continue
        crowd = (one.present[rows].sum(axis=0) > 1) & where
        if crowd.any():
            step = int(crowd.argmax())
            first, second = [row for row in rows if one.present[row, step]][:2]
            shared = _own(one.labels[second], node.matching)
            raise EvaluationError(
                f"found duplicate series for the match group {_go_text(shared)} on the "
                f"{'left' if swapped else 'right'} hand-side of the operation: "
                f"[{_go_text(one.labels[second])}, {_go_text(one.labels[first])}];"
                "many-to-many matching not allowed: matching labels must be unique on one side"
            )


def _go_text(labels: Labels) -> str:
    """Return a label set as Go's `Labels.String` prints it, the name among the labels."""
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels.pairs) + "}"


def _computed(
    pairs: _Pairs,
    many: Block,
    one: Block,
    many_group: list[int],
    one_group: list[int],
    node: Binary,
    run: Run,
    *,
    swapped: bool,
) -> Block:
    steps = many.steps
    if not pairs.many:
        return Block.empty(steps)
    matching = node.matching
    many_rows, one_rows = np.array(pairs.many), np.array(pairs.one)
    a = _filled(many, many_rows, matching.fill_left)
    b = _filled(one, one_rows, matching.fill_right)
    matched = a.present & b.present
    lonely_many, lonely_one = one_rows < 0, many_rows < 0
    if lonely_many.any():
        matched[lonely_many] &= ~_any_of(one, one_group, pairs.group)[lonely_many]
    if lonely_one.any():
        matched[lonely_one] &= ~_any_of(many, many_group, pairs.group)[lonely_one]
    _refuse_ambiguity(pairs, matched, node)
    left, right = (b, a) if swapped else (a, b)
    values, keep = operated(node.op, left.values, right.values)
    slack = None
    if node.op in COMPARISONS:
        slack = left.slack
        doubt = doubtful((left.values, left.slack), (right.values, right.slack))
        if doubt is not None:
            nodes = (node.right, node.left) if swapped else (node.left, node.right)
            many_side = attrs.evolve(many, values=plainly(nodes[0], many, run))
            one_side = attrs.evolve(one, values=plainly(nodes[1], one, run))
            a = _filled(many_side, many_rows, matching.fill_left)
            b = _filled(one_side, one_rows, matching.fill_right)
            first, second = (b, a) if swapped else (a, b)
            keep = np.where(doubt, compared(node.op, first.values, second.values), keep)
            values = np.where(doubt, first.values, values)
            slack = None if slack is None else np.where(doubt, 0.0, slack)
    elif node.op not in TRIMS:
        sides = (left.values, left.slack), (right.values, right.slack)
        slack = spread(lambda one, other: computed(node.op, one, other), *sides)
    present = matched & (keep | node.bool_)
    histograms: Objects | None = None
    texts: tuple[str, ...] = ()
    if many.histograms is not None or one.histograms is not None:
        from mixwright.engine.operators.histogram_binary import with_vector

        values, keep, present, histograms, texts = with_vector(
            node.op, left, right, values, keep, matched, bool_=node.bool_
        )
    nameless = None
    if many.nameless is not None or node.bool_:
        nameless = np.full(len(matched), node.bool_ and run.options.late_names)
    if node.bool_:
        values, slack = keep.astype(np.float64), None
    block = Block(tuple(pairs.labels), values, present, histograms, nameless, slack=slack)
    return block.compact().merged().annotated(texts)


def _filled(block: Block, rows: Index, fill: float | None) -> Block:
    """Return the rows asked for; row -1 is the fill value, present everywhere."""
    if fill is None:
        return block.take(rows)
    extra = Block((NO_LABELS,), np.full((1, block.steps), fill), np.ones((1, block.steps), bool))
    return stacked((block, extra)).take(np.where(rows < 0, len(block), rows))


def _any_of(block: Block, groups: list[int], wanted: Iterable[int]) -> Mask:
    """Tell for each wanted group at which steps any of its rows is present."""
    there: dict[int, Mask] = {}
    for group, row in zip(groups, block.present, strict=True):
        there[group] = there[group] | row if group in there else row
    nowhere = np.zeros(block.steps, bool)
    return np.array([there.get(group, nowhere) for group in wanted], bool)


def _refuse_ambiguity(pairs: _Pairs, matched: Mask, node: Binary) -> None:
    """Raise when several pairs of a group give the same result at the same step."""
    alone = node.matching.cardinality is Cardinality.ONE_TO_ONE
    rivals: dict[tuple[int, Labels | None], Mask] = {}
    for row, (group, labels) in enumerate(zip(pairs.group, pairs.labels, strict=True)):
        key = group, None if alone else labels
        if key in rivals:
            if (rivals[key] & matched[row]).any():
                raise EvaluationError(_ONE_TO_ONE if alone else _GROUPED)
            rivals[key] = rivals[key] | matched[row]
        else:
            rivals[key] = matched[row]
