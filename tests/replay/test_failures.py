"""A rule that fails at some evaluations keeps what it yields at the others, native histograms included."""

from __future__ import annotations

from pathlib import Path

from mixwright.engine.conformance.loading import Points, add, samples
from mixwright.engine.conformance.notation import parse_series
from mixwright.frame import MemorySource, Steps
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.groups import replay
from mixwright.rulefiles import read_rule_file
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

MINUTE = 60_000
RULES = "groups: [{name: g, rules: [{record: product, expr: hist * on () group_left () factor}]}]\n"
SERIES = (
    'hist{job="a"} {{count:1 sum:1 buckets:[1]}}+{{count:1 sum:1 buckets:[1]}}x9',
    'factor{kind="x"} 2x9',
    'factor{kind="y"} _x4 1 stale',
)


def test_histograms_survive_a_failure_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    (group,) = read_rule_file(tmp_path / "rules.yml")
    loaded: dict[Labels, Points] = {}
    add(loaded, map(parse_series, SERIES), MINUTE)
    steps = Steps(0, 9 * MINUTE, MINUTE)
    rule = ScheduledRule(mixin="m", group=group, position=0, rule=group.rules[0], steps=steps)

    done = replay((rule,), MemorySource(samples(loaded)))

    assert [4 * MINUTE] == [failure.time for failure in done.rules[0].failures]
    product = Matcher(METRIC_NAME, MatchOp.EQUAL, "product")
    written = done.source.select((product,), 0, 9 * MINUTE)
    assert written.histograms is not None
    times, _ = written.series(0)
    assert [0, 1, 2, 3, 5, 6, 7, 8, 9] == [time // MINUTE for time in times.tolist()]
    assert [2, 4, 6, 8, 12, 14, 16, 18, 20] == [h.count for h in written.histograms]
