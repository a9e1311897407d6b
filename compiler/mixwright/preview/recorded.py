"""What recording rules would have written, laid over a recording of a server that did not run them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mixwright.engine import Options, evaluate_each
from mixwright.frame import STALE_NAN, Matrix, Source, Steps
from mixwright.model import Mixin, Recording, RuleGroup
from mixwright.promql import metric_names
from mixwright.replay.overlay import Overlay, Written
from mixwright.values import METRIC_NAME, Duration, Matcher, MatchOp

_DEFAULTS = Options()
_INTERVAL = Duration(60_000)
"""The interval of a group that has none: Prometheus' default `evaluation_interval`."""


def with_recorded(
    mixins: Sequence[Mixin], source: Source, end: int, options: Options = _DEFAULTS
) -> Source:
    """Return the source with what the mixins' recording rules would have written up to `end`.

    A rule whose name the recording has series of was run when it was recorded: they stay.
    """
    span = source.span()
    waiting = [
        (group, rule)
        for mixin in mixins
        for group, rule in mixin.all_rules()
        if isinstance(rule, Recording)
        and span is not None
        and not len(source.select((Matcher(METRIC_NAME, MatchOp.EQUAL, rule.name),), *span))
    ]
    if span is None or not waiting:
        return source
    overlay = Overlay(source)
    while waiting:
        names = {rule.name for _, rule in waiting}
        ready = [pair for pair in waiting if not metric_names(pair[1].expr) & names] or waiting[:1]
        waiting = [pair for pair in waiting if pair not in ready]
        by_interval: dict[int, list[tuple[RuleGroup, Recording]]] = {}
        for group, rule in ready:
            by_interval.setdefault((group.interval or _INTERVAL).ms, []).append((group, rule))
        for interval, rules in by_interval.items():
            steps = Steps(span[0], max(span[0], end), interval)
            exprs = tuple(rule.expr for _, rule in rules)
            answers = evaluate_each(exprs, overlay, steps, options=options)
            for (group, rule), answer in zip(rules, answers, strict=True):
                if isinstance(answer, Matrix):
                    labels = {**group.labels, **rule.labels, METRIC_NAME: rule.name}
                    overlay.write(_series(answer, labels))
    return overlay


def _series(matrix: Matrix, extra: dict[str, str]) -> Iterator[Written]:
    """Yield what a rule writes: its values, and a staleness marker where a series ends."""
    times = matrix.steps.times
    for labels, values, present in zip(matrix.labels, matrix.values, matrix.present, strict=True):
        ended = np.concatenate([[False], present[:-1] & ~present[1:]])
        kept = present | ended
        yield labels.with_(extra), times[kept], np.where(present, values, STALE_NAN)[kept], None
