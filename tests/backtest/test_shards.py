"""A backtest cut into shards of time says the same to the last bit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mixwright.backtest import Backtest, backtest
from mixwright.engine.shards import Shard, Shards
from mixwright.errors import MixwrightError
from mixwright.frame import Matrix, Samples
from mixwright.loader import load
from mixwright.model import Mixin, RuleGroup
from mixwright.model import Recording as RuleRecording
from mixwright.passes import compile_mixin
from mixwright.recordings import open_recording
from mixwright.recordings.recording import Recording
from mixwright.replay.groups import Replay, replay, schedule
from mixwright.values import Duration, Matcher, MatchOp


@pytest.fixture(scope="module")
def recorded(recording: Path) -> Iterator[Recording]:
    with open_recording(recording) as opened:
        yield opened


@pytest.fixture(scope="module")
def mixins(repository: Path) -> tuple[Mixin, ...]:
    return tuple(compile_mixin(mixin) for mixin in load(repository, ("node", "http-service")))


@pytest.fixture(scope="module")
def whole(recorded: Recording, mixins: tuple[Mixin, ...]) -> Backtest:
    return backtest(mixins, recorded)


def short(monkeypatch: pytest.MonkeyPatch, seed: int) -> list[Shard]:
    """Let shards be a few evaluations long, at random; return those that will have been."""
    seen: list[Shard] = []
    rng = random.Random(seed)

    def shards(self: Shards) -> Iterator[Shard]:
        begin = self.start
        while begin <= self.end:
            shard = Shard(begin, begin + rng.choice((1, 3, 8, 15)) * self.unit)
            begin = shard.end
            last = begin > self.end
            self.streaming.begin(shard.start, shard.end, self.unit, last=last)
            seen.append(shard)
            yield shard

    monkeypatch.setattr(Shards, "__iter__", shards)
    return seen


@pytest.mark.parametrize("seed", [1])
def test_a_backtest_of_the_bundled_recording(
    recorded: Recording,
    mixins: tuple[Mixin, ...],
    whole: Backtest,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    seen = short(monkeypatch, seed)
    parts = backtest(mixins, recorded)

    assert len(seen) > 10
    assert len(whole.episodes) > 5
    for one, other in zip(whole.alerts, parts.alerts, strict=True):
        assert one.episodes == other.episodes
        assert (one.failures, one.pages, one.silence) == (
            other.failures,
            other.pages,
            other.silence,
        )
        for mine, theirs in zip(one.conditions, other.conditions, strict=True):
            facts = [(c.comparison, c.series, c.extreme, c.met) for c in (mine, theirs)]
            assert facts[0] == facts[1]
            assert_same(mine.values, theirs.values)
    assert whole.score == parts.score
    assert [r.series for r in whole.recordings] == [r.series for r in parts.recordings]


def assert_same(one: Matrix, other: Matrix) -> None:
    assert one.labels == other.labels
    np.testing.assert_array_equal(one.present, other.present)
    np.testing.assert_array_equal(
        one.values[one.present].view(np.uint64), other.values[other.present].view(np.uint64)
    )


def test_what_rules_write_on_the_bundled_recording(
    recorded: Recording, mixins: tuple[Mixin, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, end = recorded.span() or (0, 0)
    rules = schedule(mixins, interval=Duration(60_000), start=start, end=end)
    before = replay(rules, recorded)
    short(monkeypatch, 3)
    after = replay(rules, recorded)

    names = sorted({s.rule.name for s in rules} | {"ALERTS", "ALERTS_FOR_STATE"})
    found = 0
    for name in names:
        mine, theirs = (written(done, name, start, end) for done in (before, after))
        assert mine.labels == theirs.labels
        for row in range(len(mine)):
            for one, other in zip(mine.series(row), theirs.series(row), strict=True):
                np.testing.assert_array_equal(one.view(np.uint64), other.view(np.uint64))
        found += len(mine)
    assert found > 20


def written(done: Replay, name: str, start: int, end: int) -> Samples:
    samples = done.source.select((Matcher("__name__", MatchOp.EQUAL, name),), start, end)
    return Samples.of(sorted(samples, key=lambda series: series[0].pairs))


def test_a_budget_makes_shards(
    recorded: Recording,
    mixins: tuple[Mixin, ...],
    whole: Backtest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []
    monkeypatch.setattr("mixwright.engine.shards.room", lambda _memory: begun.append(1) or 3e6)
    parts = backtest(mixins, recorded, memory=100_000_000)

    assert len(begun) > 2
    assert whole.episodes == parts.episodes


def test_a_rule_that_needs_more_than_the_budget_for_one_evaluation_is_refused(
    recorded: Recording,
) -> None:
    rule = RuleRecording("a:b:c", expr="count(up) + sum(rate({job!=''}[1h]))")
    mixin = Mixin("test", version="1.0.0", rules=(RuleGroup("g", rules=rule),))

    with pytest.raises(MixwrightError) as caught:
        backtest([mixin], recorded, memory=1_000_000)

    message, expr, caret = str(caught.value).split("\n")
    assert '`a:b:c`: `{job!=""}[1h]` needs about' in message
    assert "test_shards.py:" in message
    assert '  count(up) + sum(rate({job!=""}[1h]))' == expr
    assert expr.index("{job") == caret.index("^")
