"""Which rules read what other rules write, and in which order they can be replayed.

Source: prometheus, `rules/group.go#buildDependencyMap`, carried over to rules of other groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np

from mixwright.frame import Mask, Steps
from mixwright.promql import Expr, Selector, Subquery, walk
from mixwright.replay.overlay import ALERTS, ALERTS_FOR_STATE
from mixwright.replay.rules import Group, Rule, is_alert
from mixwright.values import METRIC_NAME


@attrs.frozen(kw_only=True)
class ScheduledRule:
    """A rule with its place: mixin, group, position in the group, and evaluation times in ms.

    Of groups that are evaluated at one time, those of lower `turn` come first; among groups of one turn
    the order is left open, and each is taken to see what the others wrote.
    """

    mixin: str
    group: Group
    position: int
    rule: Rule
    steps: Steps
    turn: int = 0

    @property
    def labels(self) -> Mapping[str, str]:
        """The group's labels overwritten by the rule's, as written: not expanded."""
        return {**self.group.labels, **self.rule.labels}

    @property
    def offset(self) -> int:
        """How far, in ms, the group looks and writes into the past."""
        return self.group.query_offset.ms if self.group.query_offset else 0

    @property
    def query_steps(self) -> Steps:
        """The times at which the expression is evaluated and its results are written."""
        return self.queried(self.steps)

    def queried(self, steps: Steps) -> Steps:
        """Return the times of the query for some of the evaluation times."""
        return Steps(steps.start - self.offset, steps.end - self.offset, steps.step)


@attrs.frozen
class Stage:
    """Rules that need only what earlier stages wrote, and, when `carried`, each other.

    Carried rules read their own output, output that is written only after they have read, or times
    that lie ahead; they are evaluated one time after the other.
    """

    rules: tuple[ScheduledRule, ...]
    carried: bool


def stages(rules: Sequence[ScheduledRule]) -> Iterator[Stage]:
    """Yield rules in an order in which they can be replayed; within a stage in the order given."""
    count = len(rules)
    needs = np.zeros((count, count), dtype=bool)
    for reader, rule in enumerate(rules):
        selectors = tuple(walk(rule.rule.expr, Selector))
        needs[reader, reader] = looks_elsewhere(rule.rule.expr)
        for writer, other in enumerate(rules):
            if reads(selectors, other.rule):
                needs[reader, writer] = True
                if not _sees_all(rule, other):
                    needs[writer, reader] = True
    reached = _closure(needs)
    together = reached & reached.T
    done = np.zeros(count, dtype=bool)
    while not done.all():
        # Ready are rules whose needs, but for those they are carried together with, are done.
        ready = ~done & ~(reached & ~together & ~done).any(axis=1)
        plain = np.flatnonzero(ready & ~together.any(axis=1)).tolist()
        if plain:
            yield Stage(tuple(rules[n] for n in plain), carried=False)
            done[plain] = True
            continue
        first = int(np.flatnonzero(ready)[0])
        circle = np.flatnonzero(together[first]).tolist()
        yield Stage(tuple(rules[n] for n in circle), carried=True)
        done[circle] = True


def _closure(needs: Mask) -> Mask:
    """Return who needs whom through others; squaring doubles the length of the paths that count."""
    reached = needs
    while True:
        steps = reached.astype(np.float32)
        further: Mask = reached | (steps @ steps > 0)
        if (further == reached).all():
            return reached
        reached = further


def _sees_all(reader: ScheduledRule, writer: ScheduledRule) -> bool:
    """Tell whether at each of its times the reader sees all that the writer wrote up to that time."""
    if reader.mixin == writer.mixin and reader.group is writer.group:
        return writer.position < reader.position
    return writer.turn <= reader.turn and writer.offset <= reader.offset


def looks_elsewhere(expr: Expr) -> bool:
    """Tell whether an expression may read ahead of its evaluation, or at a time that it alone defines.

    Nothing is written yet of what lies ahead, and `@ end()` is the evaluation's own time.
    """
    selectors, subqueries = tuple(walk(expr, Selector)), tuple(walk(expr, Subquery))
    return any(
        s.at is not None or s.offset.ms < 0 or s.reach == "smoothed" for s in selectors
    ) or any(s.at is not None or s.offset.ms < 0 for s in subqueries)


def reads(selectors: Sequence[Selector], rule: Rule) -> bool:
    """Tell whether any of some selectors may select what a rule writes."""
    names = (ALERTS, ALERTS_FOR_STATE) if is_alert(rule) else (rule.name,)
    return any(_selects(selector, rule, names) for selector in selectors)


def _selects(selector: Selector, rule: Rule, names: tuple[str, ...]) -> bool:
    if selector.name is not None and selector.name not in names:
        return False

    def matches(label: str, value: str) -> bool:
        return all(m.matches(value) for m in selector.conditions if m.name == label)

    if is_alert(rule) and not matches("alertname", rule.name):
        return False
    return any(matches(METRIC_NAME, name) for name in names)
