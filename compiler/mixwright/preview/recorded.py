"""What recording rules would have written, laid over a recording of a server that did not run them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mixwright.engine import Options, evaluate_each
from mixwright.frame import STALE_NAN, Matrix, Source, Steps, Times, Values
from mixwright.model import Mixin, Recording, RuleGroup
from mixwright.preview.result import Episode
from mixwright.promql import metric_names
from mixwright.replay.overlay import Overlay, Written
from mixwright.values import METRIC_NAME, Duration, Labels, Matcher, MatchOp

_BEAT = 30_000
"""Distance of the samples of `ALERTS` in ms."""

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


def with_alerts(episodes: Sequence[Episode], source: Source, end: int) -> Source:
    """Return the source with the series `ALERTS` that Prometheus writes of alerts that fire.

    A recording of a server that ran the rules has them already.
    """
    span = source.span()
    condition = (Matcher(METRIC_NAME, MatchOp.EQUAL, "ALERTS"),)
    if span is None or not episodes or len(source.select(condition, *span)):
        return source
    lives: dict[Labels, list[tuple[Times, Values]]] = {}
    for one in episodes:
        if one.fired_at is None:
            continue
        labels = one.labels.with_({METRIC_NAME: "ALERTS", "alertstate": "firing"})
        lives.setdefault(labels, []).append(_life(one.fired_at, one.resolved_at, end))
    overlay = Overlay(source)
    for labels, stretches in lives.items():
        times = np.concatenate([times for times, _ in stretches])
        values = np.concatenate([values for _, values in stretches])
        different, first = np.unique(times, return_index=True)
        overlay.write([(labels, different, values[first], None)])
    return overlay


def _life(start: int, over: int | None, end: int) -> tuple[Times, Values]:
    """Return the samples of one life of an alert: ones, and a staleness marker where it is over."""
    last = end if over is None else over
    beats = np.arange(start, max(last, start + 1), _BEAT, dtype=np.int64)
    times = np.append(beats, last).astype(np.int64)
    values = np.ones(len(times))
    if over is not None:
        values[-1] = STALE_NAN
    return times, values


def _series(matrix: Matrix, extra: dict[str, str]) -> Iterator[Written]:
    """Yield what a rule writes: its values, and a staleness marker where a series ends."""
    times = matrix.steps.times
    for labels, values, present in zip(matrix.labels, matrix.values, matrix.present, strict=True):
        ended = np.concatenate([[False], present[:-1] & ~present[1:]])
        kept = present | ended
        yield labels.with_(extra), times[kept], np.where(present, values, STALE_NAN)[kept], None
