"""One evaluation of one plan: each node computed once, each selector read once, results freed after use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

import attrs

from mixwright.engine.block import Block
from mixwright.engine.logical import Binary, Node, Repeat, Select, Window, inputs, selections
from mixwright.engine.reading import Reading
from mixwright.errors import EvaluationError
from mixwright.frame import Source
from mixwright.promql import Expr
from mixwright.promql.expr import COMPARISONS
from mixwright.values import Duration, Labels


@attrs.frozen
class Options:
    """How an engine is set up, with Prometheus' defaults.

    `late_names` is its feature `promql-delayed-name-removal`. `memory` is how many bytes the whole
    process may take: evaluations that would need more go shard by shard through time.
    """

    lookback: Duration = Duration(300_000)
    subquery_step: Duration = Duration(60_000)
    late_names: bool = False
    memory: int | None = None


DEFAULTS: Final = Options()

Result: TypeAlias = Block | EvaluationError
Names: TypeAlias = dict[tuple[Expr | None, int, int], dict[Labels, Labels]]
"""For an expression and the step and phase of its evaluation: which series was given which labels."""


@attrs.define(eq=False)
class Run:
    """The state of an evaluation: what has been read and computed, and who still needs it.

    `constants` are values that do not vary and `names` which series lost its name where, both kept by
    whoever evaluates shard after shard. With `plain`, no window slides.
    """

    source: Source
    options: Options
    constants: dict[Node, Result] = attrs.field(factory=dict)
    names: Names = attrs.field(factory=dict)
    plain: bool = False
    reading: Reading = attrs.field(init=False)
    held: int = attrs.field(default=0, init=False)
    most_held: int = attrs.field(default=0, init=False)
    """Bytes of values in memory, now and at most."""
    _compared: set[Node] = attrs.field(factory=set, init=False)
    _results: dict[Node, Result] = attrs.field(factory=dict, init=False)
    _waiting: Counter[Node] = attrs.field(factory=Counter, init=False)

    def __attrs_post_init__(self) -> None:
        self.reading = Reading(self.source, self.options.lookback.ms)

    def prepare(self, roots: Iterable[Node]) -> None:
        """Count who needs what, and widen the span of every read over all its selectors."""
        seen: set[Node] = set()
        stack = list(roots)
        self._compare(stack)
        self._waiting.update(stack)
        selectors: list[Select | Window] = []
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            if isinstance(node, Repeat) and node.inner in self.constants:
                continue
            selectors += selections(node)
            needed = inputs(node)
            self._waiting.update(needed)
            stack.extend(needed)
        self.reading.announce(selectors)

    def wants_slack(self, node: Node) -> bool:
        """Tell whether it matters how far a sliding result may be from the plain one."""
        return node in self._compared

    def _compare(self, roots: Iterable[Node]) -> None:
        """Learn which nodes something is compared with that is made of them."""
        stack = [(root, False) for root in roots]
        seen: set[tuple[Node, bool]] = set()
        while stack:
            node, below = stack.pop()
            if (node, below) in seen or (below, self.plain) == (False, True):
                continue
            seen.add((node, below))
            if below:
                self._compared.add(node)
            compares = isinstance(node, Binary) and node.op in COMPARISONS
            stack += [(inner, below or compares) for inner in inputs(node)]

    def block(self, node: Node) -> Block:
        """Return the value of a node, computing it when it is not known yet."""
        result = self.constants.get(node)
        if result is None:
            result = self._results.get(node)
        if result is None:
            result = self._results[node] = self._computed(node)
            self.held += _size(result)
            self.most_held = max(self.most_held, self.held)
        self._waiting[node] -= 1
        if self._waiting[node] <= 0 and self._results.pop(node, None) is not None:
            self.held -= _size(result)
        if isinstance(result, EvaluationError):
            raise result
        return result

    def constant(self, node: Node) -> Block:
        """Return the value of a node that is the same in every shard."""
        if node not in self.constants:
            try:
                self.constants[node] = self.block(node)
            except EvaluationError as error:
                self.constants[node] = error
        return self.block(node)

    def _computed(self, node: Node) -> Result:
        from mixwright.engine.operators import compute

        try:
            return compute(node, self)
        except EvaluationError as error:
            if error.place is None:
                error.place = node.expr
            return error
        finally:
            for selector in selections(node):
                self.reading.release(selector)


def _size(result: Result) -> int:
    return (
        0 if isinstance(result, EvaluationError) else result.values.nbytes + result.present.nbytes
    )
