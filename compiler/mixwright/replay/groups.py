"""The replay: every rule of every group evaluated at its own times, seeing what earlier rules wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

import attrs

from mixwright.engine import Options
from mixwright.engine.budget import NOTHING, Need
from mixwright.engine.evaluate import Evaluation
from mixwright.engine.shards import Shards
from mixwright.engine.streaming import Streaming
from mixwright.errors import EvaluationError, MixwrightError
from mixwright.frame import Source, Steps
from mixwright.promql import Expr, pointed, walk
from mixwright.replay.alerting import Results
from mixwright.replay.carried import Carried, carry
from mixwright.replay.dependencies import ScheduledRule, stages
from mixwright.replay.evaluation import Evaluated, Setting, evaluate_rules
from mixwright.replay.following import Alerts, Failure, Recorded, Replayed, follower
from mixwright.replay.overlay import Overlay
from mixwright.replay.rules import Rule, RuleFile, is_alert
from mixwright.replay.schedule import group_steps
from mixwright.values import Duration

__all__ = ["Failure", "Progress", "Replay", "Replayed", "Results", "replay", "schedule"]

_DEFAULTS = Setting()

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@attrs.frozen
class Replay:
    """What all rules did, in the order of the mixins, and the samples with those that rules wrote."""

    rules: tuple[Replayed, ...]
    source: Overlay
    _streaming: Streaming
    _options: Options

    def over_shards(
        self, queries: Sequence[tuple[Sequence[Expr], Steps]]
    ) -> Iterator[tuple[int, tuple[Evaluated, ...]]]:
        """Evaluate further expressions, each of some over the same steps, shard by shard.

        Yields the number of the query, and the values of its expressions for the next of its steps.
        """
        shards = _shards(queries, self._streaming, self.source, self._options)
        unwritten = [([x for x in xs if not self.source.is_read_by(x)], s) for xs, s in queries]
        shards.spread([(exprs, steps, 0) for exprs, steps in unwritten if exprs])
        for shard in shards:
            for number, (exprs, steps) in enumerate(queries):
                part = shard.of(steps)
                if part is not None:
                    results, held = evaluate_rules(exprs, self.source, part, self._options)
                    shards.held = max(shards.held, held)
                    yield number, results


def schedule(
    files: Sequence[RuleFile], *, interval: Duration, start: int, end: int
) -> tuple[ScheduledRule, ...]:
    """Return the rules of all files, or mixins, with their evaluation times in [start, end]."""
    return tuple(
        ScheduledRule(mixin=file.name, group=group, position=position, rule=rule, steps=steps)
        for file in files
        for group in file.rules
        if (
            steps := group_steps(
                group, file=file.rule_file, interval=interval, start=start, end=end
            )
        )
        for position, rule in enumerate(group.rules)
    )


def replay(
    rules: Sequence[ScheduledRule],
    source: Source,
    progress: Progress | None = None,
    *,
    setting: Setting = _DEFAULTS,
    hiding: bool = True,
) -> Replay:
    """Evaluate rules over their times; one that fails is marked and the run goes on.

    Within each shard of time, rules are taken stage by stage: first those that read only the
    recording, then those that read what these wrote, and so on; rules of one stage and equal times
    are evaluated together. With `hiding`, recorded series that the rules write themselves are not
    seen.
    """
    alerts = {s.rule.name for s in rules if is_alert(s.rule)}
    recordings = {s.rule.name for s in rules if not is_alert(s.rule)}
    streaming = Streaming(source)
    order = tuple(stages(rules))
    overlay = (
        Overlay(streaming, recordings=recordings, alerts=alerts) if hiding else Overlay(streaming)
    )
    followers = {
        id(scheduled): follower(scheduled, overlay, setting)
        for stage in order
        for scheduled in (() if stage.carried else stage.rules)
    }
    carried = {
        id(scheduled): Carried.of(scheduled, overlay, setting)
        for stage in order
        for scheduled in (stage.rules if stage.carried else ())
    }
    queries = [([s.rule.expr for s in batch], batch[0].steps) for batch in batches(rules)]
    shards = _shards(queries, streaming, overlay, setting.options, rules)
    independent = (
        scheduled
        for stage in order
        for scheduled in (() if stage.carried else stage.rules)
        if not overlay.is_read_by(scheduled.rule.expr)
    )
    shards.spread(
        [([s.rule.expr for s in own], own[0].steps, own[0].offset) for own in batches(independent)]
    )
    for shard in shards:
        if shard.start > shards.start:
            overlay.put_aside()
        for done, stage in enumerate(order):
            if progress is not None:
                share = shard.start + (shard.end - shard.start) * done // len(order) - shards.start
                span = shards.end + 1 - shards.start
                progress("evaluating rules", len(rules) * share // span, len(rules))
            if stage.carried:
                carry([carried[id(s)] for s in stage.rules], shard, overlay, setting)
                continue
            for batch in batches(stage.rules):
                steps = shard.of(batch[0].steps)
                if steps is not None:
                    held = _evaluate(batch, steps, followers, overlay, setting.options)
                    shards.held = max(shards.held, held)
    if progress is not None:
        progress("evaluating rules", len(rules), len(rules))
    on_their_way: Mapping[int, Alerts | Carried | Recorded] = {**followers, **carried}
    replayed = tuple(on_their_way[id(s)].finish() for s in rules)
    return Replay(replayed, overlay, streaming, setting.options)


def _evaluate(
    batch: Sequence[ScheduledRule],
    steps: Steps,
    followers: Mapping[int, Alerts | Recorded],
    overlay: Overlay,
    options: Options,
) -> int:
    """Evaluate rules of equal times at some of them; return how many bytes of values were in memory."""
    exprs = [scheduled.rule.expr for scheduled in batch]
    evaluated, held = evaluate_rules(exprs, overlay, batch[0].queried(steps), options)
    for scheduled, result in zip(batch, evaluated, strict=True):
        followers[id(scheduled)].take(result, steps)
    return held


def _shards(
    queries: Sequence[tuple[Sequence[Expr], Steps]],
    streaming: Streaming,
    source: Source,
    options: Options,
    rules: Sequence[ScheduledRule] = (),
) -> Shards:
    """Return the shards of time in which expressions are evaluated, each over its steps.

    Raises `MixwrightError` when one needs more than the budget for a single evaluation.
    """
    start = min((steps.start for _, steps in queries), default=0)
    end = max((steps.end for _, steps in queries), default=-1)
    unit = max((steps.step for _, steps in queries), default=1)
    need = NOTHING
    for exprs, steps in queries if options.memory is not None else ():
        try:
            need = need.together(Need.of(Evaluation(exprs, source, steps, options)))
        except EvaluationError as error:
            whole = next(e for e in exprs if any(p == error.place for p in walk(e, Expr)))
            where = next((_place(s.rule) for s in rules if s.rule.expr == whole), "")
            raise MixwrightError(where + pointed(error, whole)) from None
    return Shards(streaming, start, end, unit, options.memory, need)


def _place(rule: Rule) -> str:
    """Return a rule's name, after the file and line where that is known, to begin a message with."""
    origin = getattr(rule, "origin", None)
    return f"{origin}: `{rule.name}`: " if origin is not None else f"`{rule.name}`: "


def batches(rules: Iterable[ScheduledRule]) -> Iterable[list[ScheduledRule]]:
    """Group rules by their times, so that the engine can share work among them."""

    def times(scheduled: ScheduledRule) -> tuple[int, int, int, int]:
        steps = scheduled.query_steps
        return steps.step, steps.start, steps.end, scheduled.offset

    return (list(batch) for _, batch in groupby(sorted(rules, key=times), key=times))
