"""Selectors that differ only by further matchers read their series together.

Source: the idea of `MergeSelectsOptimizer` in Thanos' PromQL engine.
"""

from __future__ import annotations

import attrs

from mixwright.engine.logical import Matchers, Node, Select, Window, inputs, selections
from mixwright.engine.optimize.rewriting import rewritten
from mixwright.values import METRIC_NAME, MatchOp


def merge_reads(plan: tuple[Node, ...]) -> tuple[Node, ...]:
    """Let a selector read what another one reads anyway, when that is a superset of its own."""
    reads: set[Matchers] = set()
    stack, seen = list(plan), set[Node]()
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            reads.update(selector.selection.read for selector in selections(node))
            stack.extend(inputs(node))
    widest = {read: _widest(read, reads) for read in reads}

    def replace(node: Node) -> Node:
        match node:
            case Select(_, selection) | Window(_, selection):
                wide = widest.get(selection.read, selection.read)
                if wide != selection.read:
                    return attrs.evolve(node, selection=attrs.evolve(selection, read=wide))
        return node

    return rewritten(plan, replace)


def _widest(read: Matchers, reads: set[Matchers]) -> Matchers:
    """Return the least demanding read with a metric name whose matchers are all among `read`'s."""
    own = frozenset(read)
    wider = [
        other
        for other in reads
        if own.issuperset(other)
        and any(m.name == METRIC_NAME and m.op is MatchOp.EQUAL for m in other)
    ]
    return min(wider, key=lambda other: (len(other), other), default=read)
