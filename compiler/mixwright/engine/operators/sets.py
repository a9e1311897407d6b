"""`and`, `or` and `unless`: a series stays or goes by what has its labels on the other side."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine.block import Block, stacked
from mixwright.engine.labels import Signature, signature
from mixwright.engine.logical import Binary
from mixwright.frame import Mask


def combined(node: Binary, left: Block, right: Block) -> Block:
    """Return the rows of `left`, and for `or` those of `right`, that the operator lets through."""
    sign = signature(tuple(sorted(node.matching.labels)), node.matching.on)
    left_signs = [sign(labels) for labels in left.labels]
    right_signs = [sign(labels) for labels in right.labels]
    match node.op:
        case "and":
            there = _there(right_signs, right.present, left_signs)
            return attrs.evolve(left, present=left.present & there).compact()
        case "unless":
            there = _there(right_signs, right.present, left_signs)
            return attrs.evolve(left, present=left.present & ~there).compact()
    there = _there(left_signs, left.present, right_signs)
    rest = attrs.evolve(right, present=right.present & ~there).compact()
    return stacked((left, rest)).merged()


def _there(signs: list[Signature], present: Mask, wanted: list[Signature]) -> Mask:
    """Tell for each wanted signature at which steps any row of that signature is present."""
    groups: dict[Signature, Mask] = {}
    for sign, row in zip(signs, present, strict=True):
        groups[sign] = groups[sign] | row if sign in groups else row
    nowhere = np.zeros(present.shape[1], bool)
    rows = [groups.get(sign, nowhere) for sign in wanted]
    return np.array(rows, bool).reshape(len(wanted), present.shape[1])
