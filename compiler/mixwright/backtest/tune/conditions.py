"""An alert's expression taken apart into what is evaluated once and what is compared for every setting.

`X > c and Y` is a comparison of X's values and a set operation on its labels; both are cheap once X and Y have
been evaluated. Labels do not depend on time, so who matches whom is settled once as well.
Source: prometheus, `promql/engine.go#VectorAnd`, `#VectorOr`, `#VectorUnless`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.backtest.conditions import COMPARE, MIRRORED
from mixwright.engine.labels import signature
from mixwright.frame import Index, Mask, Matrix, Values
from mixwright.promql import Binary, Expr, Matching, Negation, Number
from mixwright.promql.expr import SET_OPERATORS
from mixwright.values import Labels


@attrs.frozen(eq=False)
class Fixed:
    """An expression without anything to set: its number among those that are evaluated."""

    number: int


@attrs.frozen(eq=False)
class Compared:
    """`watched op threshold`, the threshold being the literal `literal`; `number` is the watched expression's."""

    number: int
    op: str
    literal: Number


@attrs.frozen(eq=False)
class Joined:
    """`left op right`, a set operation."""

    op: str
    left: Tree
    right: Tree
    matching: Matching


Tree: TypeAlias = Fixed | Compared | Joined


def taken_apart(expr: Expr, literals: Collection[int]) -> tuple[Tree, tuple[Expr, ...]]:
    """Return a tree and the expressions at its leaves.

    `literals` are the ids of the numbers to set; those that are not compared at the top, below set operations
    only, are not found in the tree (`literals_of`).
    """
    leaves: list[Expr] = []

    def leaf(node: Expr) -> int:
        leaves.append(node)
        return len(leaves) - 1

    def tree(node: Expr) -> Tree:
        match node:
            case Binary(op, left, right, matching) if op in SET_OPERATORS:
                one, other = tree(left), tree(right)
                if isinstance(one, Fixed) and isinstance(other, Fixed):
                    del leaves[one.number :]
                    return Fixed(leaf(node))
                return Joined(op, one, other, matching)
            case Binary(op, left, right, bool_=False) if op in COMPARE:
                for watched, side, own in ((left, right, op), (right, left, MIRRORED[op])):
                    literal = side.expr if isinstance(side, Negation) else side
                    if isinstance(literal, Number) and id(literal) in literals:
                        return Compared(leaf(watched), own, literal)
        return Fixed(leaf(node))

    return tree(expr), tuple(leaves)


def literals_of(tree: Tree) -> set[int]:
    """Return the ids of the literals that a tree compares with."""
    match tree:
        case Compared(literal=literal):
            return {id(literal)}
        case Joined(left=left, right=right):
            return literals_of(left) | literals_of(right)
    return set()


@attrs.frozen(eq=False)
class Met:
    """Where a condition is met: the labels of its series, and a function of the thresholds, by id, to their mask."""

    labels: tuple[Labels, ...]
    mask: Callable[[Mapping[int, float]], Mask]


def prepared(tree: Tree, matrices: Sequence[Matrix]) -> Met:
    """Settle all that does not depend on thresholds."""
    match tree:
        case Fixed(number):
            present = matrices[number].present
            return Met(matrices[number].labels, lambda _: present)
        case Compared(number, op, literal):
            return _compared(matrices[number], COMPARE[op], id(literal))
        case Joined(op, left, right, matching):
            return _joined(op, prepared(left, matrices), prepared(right, matrices), matching)


def _compared(matrix: Matrix, compare: Callable[[Values, float], Mask], key: int) -> Met:
    # A histogram is greater than no number; its float is NaN here.
    return Met(
        matrix.labels,
        lambda thresholds: matrix.present & compare(matrix.values, thresholds[key]),
    )


def _joined(op: str, left: Met, right: Met, matching: Matching) -> Met:
    sign = signature(tuple(sorted(matching.labels)), matching.on)
    groups: dict[object, int] = {}
    ours, theirs = (
        np.array([groups.setdefault(sign(labels), len(groups)) for labels in side.labels], np.int64)
        for side in (left, right)
    )
    count = len(groups)

    def both(thresholds: Mapping[int, float]) -> Mask:
        one, other = left.mask(thresholds), right.mask(thresholds)
        if op == "or":
            return np.concatenate([one, other & ~_any(one, ours, count)[theirs]])
        matched = _any(other, theirs, count)[ours]
        return one & matched if op == "and" else one & ~matched

    return Met((*left.labels, *right.labels) if op == "or" else left.labels, both)


def _any(mask: Mask, groups: Index, count: int) -> Mask:
    """Tell in which groups any row is met; shape (groups, steps)."""
    found = np.zeros((count, mask.shape[1]), bool)
    np.logical_or.at(found, groups, mask)
    return found
