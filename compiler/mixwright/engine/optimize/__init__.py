"""Rewrites of logical plans that do not change any value; one per file, applied in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from mixwright.engine.logical import Node
from mixwright.engine.optimize.fold import fold
from mixwright.engine.optimize.hoist import hoist
from mixwright.engine.optimize.merge_reads import merge_reads

Plan: TypeAlias = tuple[Node, ...]

OPTIMIZERS: Final[tuple[Callable[[Plan], Plan], ...]] = (fold, hoist, merge_reads)


def optimized(plan: Plan) -> Plan:
    """Return the plan after all rewrites."""
    for rewrite in OPTIMIZERS:
        plan = rewrite(plan)
    return plan
