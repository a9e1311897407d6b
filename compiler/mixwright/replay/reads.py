"""What rules and queries read of a recording, and since when, so that they do there what they did live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

import attrs

from mixwright.engine import reads
from mixwright.errors import EvaluationError
from mixwright.frame import Steps
from mixwright.promql import Expr, Selector
from mixwright.recordings.wanted import Wanted
from mixwright.replay.dependencies import reads as may_read
from mixwright.replay.overlay import ALERTS, ALERTS_FOR_STATE
from mixwright.replay.rules import Group, Rule, is_alert
from mixwright.values import METRIC_NAME, Duration, Matcher, MatchOp

_ROUNDS: Final = 8
"""How often recording rules are traced back to what they read; one that reads itself has no beginning."""


@attrs.define
class _Evaluated:
    """An expression whose values are needed since `since`, and which is evaluated so long `before` up to `end` (ms)."""

    expr: Expr
    since: int
    end: int
    step: int
    reader: str
    rule: Rule | None = None
    before: int = 0

    def reads(self) -> tuple[Wanted, ...]:
        """Return what the evaluations read; nothing, when they fail whatever that is."""
        start = self.since - self.before
        try:
            found = reads(self.expr, Steps(start, max(start, self.end), self.step))
        except EvaluationError:
            return ()
        return tuple(Wanted(m, first, last, (self.reader,)) for m, (first, last) in found.items())

    @property
    def writes(self) -> tuple[str, ...]:
        """The metric names that the results get."""
        if self.rule is None:
            return ()
        return (ALERTS, ALERTS_FOR_STATE) if is_alert(self.rule) else (self.rule.name,)


def wanted_by(
    groups: Iterable[Group],
    queries: Iterable[tuple[str, Expr]],
    *,
    start: int,
    end: int,
    interval: Duration,
) -> tuple[Wanted, ...]:
    """Return what the rules of `groups` read, and `queries` with the names of their readers.

    Alerts are evaluated so long before `start` that what was pending then is known, recording rules
    since the first time that anything reads them. What the rules write themselves is not wanted.
    """
    evaluated = [
        *(_rule(group, rule, start, end, interval) for group in groups for rule in group.rules),
        *(_Evaluated(expr, start, end, interval.ms, reader) for reader, expr in queries),
    ]
    writing: dict[str, list[_Evaluated]] = {}
    for one in evaluated:
        for name in one.writes:
            writing.setdefault(name, []).append(one)
    found = [one.reads() for one in evaluated]
    for _ in range(_ROUNDS):
        before = [one.since for one in evaluated]
        for read in chain.from_iterable(found):
            for writer in _writers(read.matchers, writing):
                writer.since = min(writer.since, read.start)
        if before == [one.since for one in evaluated]:
            break
        found = [
            known if one.since == since else one.reads()
            for one, since, known in zip(evaluated, before, found, strict=True)
        ]
    return tuple(
        read
        for read in chain.from_iterable(found)
        if _name(read.matchers) is None or not _writers(read.matchers, writing)
    )


def _rule(group: Group, rule: Rule, start: int, end: int, interval: Duration) -> _Evaluated:
    offset = group.query_offset.ms if group.query_offset else 0
    step = (group.interval or interval).ms
    since, until = start - offset, end - offset
    if not is_alert(rule):
        return _Evaluated(rule.expr, since, until, step, f"recording rule `{rule.name}`", rule)
    # What was held from before, or kept firing since, is known after that long and one evaluation.
    before = rule.hold.ms + rule.keep_firing.ms + step
    return _Evaluated(rule.expr, since, until, step, f"alert `{rule.name}`", rule, before)


def _writers(
    matchers: tuple[Matcher, ...], writing: Mapping[str, Sequence[_Evaluated]]
) -> list[_Evaluated]:
    """Return those of the rules `writing` each name that may write what `matchers` select."""
    name, selector = _name(matchers), Selector(None, matchers)
    rules = chain.from_iterable(writing.values()) if name is None else writing.get(name, ())
    return [one for one in rules if one.rule is not None and may_read((selector,), one.rule)]


def _name(matchers: Sequence[Matcher]) -> str | None:
    """Return the metric that is selected, `None` when it may be several."""
    names = (m.value for m in matchers if m.name == METRIC_NAME and m.op is MatchOp.EQUAL)
    return next(names, None)
