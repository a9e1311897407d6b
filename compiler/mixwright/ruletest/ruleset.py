"""The rules of a test file, and which of them have anything to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cached_property

import attrs

from mixwright.frame import Samples, Steps
from mixwright.promql import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Negation,
    Range,
    Selector,
    Subquery,
    ValueType,
    children,
    type_of,
    walk,
)
from mixwright.replay.dependencies import ScheduledRule, reads
from mixwright.replay.rules import Group, Rule, is_alert
from mixwright.values import METRIC_NAME, Labels, MatchOp

_NEVER_EMPTY = frozenset({"absent", "absent_over_time", "scalar"})


@attrs.frozen(eq=False)
class _Selected:
    """Who uses a selector, and the ids of the rules whose output it may select."""

    users: tuple[Rule, ...]
    writers: tuple[int, ...]


@attrs.frozen(eq=False)
class RuleSet:
    """Groups in the order in which they are evaluated, each with its turn and the file that it is in."""

    groups: tuple[tuple[int, str, Group], ...]

    @classmethod
    def of(cls, files: Mapping[str, Sequence[Group]], order: Sequence[str] = ()) -> RuleSet:
        """Return the groups of rule files, ordered as `group_eval_order` says.

        A group that it does not name has the first one's turn. Within a turn promtool's order differs
        from run to run; here those that write come before those that read it.
        """
        turns = {name: number for number, name in enumerate(order)}
        groups = [
            (turns.get(group.name, 0), file, group) for file, own in files.items() for group in own
        ]
        return cls(tuple(sorted(groups, key=lambda entry: entry[0])))

    @cached_property
    def alert_names(self) -> frozenset[str]:
        """The names of all alerts."""
        return frozenset(rule.name for rule in self.rules if is_alert(rule))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules in order of evaluation."""
        return tuple(rule for *_, group in self.groups for rule in group.rules)

    @cached_property
    def selectors(self) -> dict[Selector, _Selected]:
        """Every selector of the rules, with who uses it and whose output it may select."""
        users: dict[Selector, list[Rule]] = {}
        for rule in self.rules:
            for selector in dict.fromkeys(walk(rule.expr, Selector)):
                users.setdefault(selector, []).append(rule)
        return {
            selector: _Selected(
                tuple(used), tuple(id(rule) for rule in self.rules if reads((selector,), rule))
            )
            for selector, used in users.items()
        }

    @cached_property
    def restless(self) -> tuple[Rule, ...]:
        """The rules that have something to do without any series, such as `absent()`."""
        return tuple(rule for rule in self.rules if _works(rule.expr, frozenset()))

    def scheduled(
        self, samples: Samples, steps_of: Callable[[Group], Steps], *, idle: bool = False
    ) -> tuple[ScheduledRule, ...]:
        """Return the rules that can yield or fail on `samples`, with the times of their groups.

        Most rules of a large file have nothing to do in a test that is about one of them. With `idle`,
        those are returned too that yield nothing, but read something that is there.
        """
        busy, live = self._busy(samples)
        if idle:
            busy |= {id(rule) for selector in live for rule in self.selectors[selector].users}
        return tuple(
            ScheduledRule(
                mixin=file, group=group, position=position, rule=rule, steps=steps, turn=turn
            )
            for turn, file, group in self.groups
            for steps in (steps_of(group),)
            for position, rule in enumerate(group.rules)
            if id(rule) in busy
        )

    def _busy(self, samples: Samples) -> tuple[set[int], set[Selector]]:
        """Return the ids of the rules that can yield or fail, and the selectors that can select anything.

        What rules write may wake others.
        """
        given = _Index(samples.labels)
        live: set[Selector] = set()
        waiting = [selector for selector in self.selectors if given.has(selector)]
        busy = {id(rule) for rule in self.restless}
        while True:
            waiting += [
                selector
                for selector, selected in self.selectors.items()
                if selector not in live and not busy.isdisjoint(selected.writers)
            ]
            if not waiting:
                return busy, live
            live.update(waiting)
            woken = (rule for selector in waiting for rule in self.selectors[selector].users)
            busy |= {id(r) for r in woken if id(r) not in busy and _works(r.expr, live)}
            waiting = []


class _Index:
    """The labels of series by metric name."""

    def __init__(self, labels: Iterable[Labels]) -> None:
        self.all = tuple(labels)
        self.by_name: dict[str, list[Labels]] = {}
        for one in self.all:
            self.by_name.setdefault(one.name, []).append(one)

    def has(self, selector: Selector) -> bool:
        """Tell whether a selector selects any of the series."""
        matchers = selector.conditions
        name = next(
            (m.value for m in matchers if m.name == METRIC_NAME and m.op is MatchOp.EQUAL), None
        )
        candidates = self.all if name is None else self.by_name.get(name, ())
        return any(all(m.matches(one.get(m.name, "")) for m in matchers) for one in candidates)


def _works(expr: Expr, live: Set[Selector]) -> bool:
    """Tell whether a rule can yield anything, or compute anything that can fail."""
    if _yields(expr, live) or type_of(expr) not in (ValueType.VECTOR, ValueType.SCALAR):
        return True
    return any(
        _yields(node, live) and any(True for _ in walk(node, Selector))
        for kind in (Aggregate, Binary, Call, Negation)
        for node in walk(expr, kind)
    )


def _yields(expr: Expr, live: Set[Selector]) -> bool:
    """Tell whether an expression can have a value, when selectors but for the `live` ones have none."""
    match expr:
        case Selector():
            return expr in live
        case Range(selector):
            return selector in live
        case Subquery() | Negation() | Aggregate():
            return _yields(expr.expr, live)
        case Call(function, args):
            vectors = [a for a in args if type_of(a) in (ValueType.VECTOR, ValueType.MATRIX)]
            if function in _NEVER_EMPTY or not vectors:
                return True
            return any(_yields(arg, live) for arg in vectors)
        case Binary(op, left, right):
            sides = [_yields(side, live) for side in (left, right)]
            filled = expr.matching.fill_left, expr.matching.fill_right
            if op == "or" or filled != (None, None):
                return any(sides)
            return sides[0] if op == "unless" else all(sides)
    return not children(expr)
