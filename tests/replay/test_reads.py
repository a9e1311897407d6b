"""What rules read, and since when."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.promql import parse
from mixwright.recordings.wanted import Wanted, grouped, merged
from mixwright.replay.reads import wanted_by
from mixwright.rulefiles import read_rule_file
from mixwright.values import Duration, Matcher, MatchOp

MINUTE = 60_000
START, END = 1_000 * MINUTE, 2_000 * MINUTE
LOOKBACK = 5


def _wanted(tmp_path: Path, rules: str, *queries: str) -> dict[str, tuple[float, float]]:
    path = tmp_path / "rules.yml"
    path.write_text(f"groups: [{{name: g, interval: 1m, rules: [{rules}]}}]")
    found = wanted_by(
        read_rule_file(path),
        [("a query", parse(query)) for query in queries],
        start=START,
        end=END,
        interval=Duration(MINUTE),
    )
    return {
        str(one): ((START - one.start) / MINUTE, (one.end - END) / MINUTE) for one in grouped(found)
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{record: r, expr: up}", {"up": (5, 0)}),
        ("{alert: A, expr: up}", {"up": (6, 0)}),
        ("{alert: A, expr: up, for: 10m}", {"up": (16, 0)}),
        ("{alert: A, expr: up, for: 10m, keep_firing_for: 1h}", {"up": (76, 0)}),
        ("{record: r, expr: 'rate(up[1h])'}", {"up": (60, 0)}),
        ("{record: r, expr: 'up offset 1h'}", {"up": (65, -60)}),
        ("{record: r, expr: 'up - up offset 1h'}", {"up": (65, 0)}),
        ("{record: r, expr: 'up @ 0'}", {"up": (1005, -2000)}),
        ("{record: r, expr: 'max_over_time(up[1h:1m])'}", {"up": (64, 0)}),
        ("{record: r, expr: 'a{b!=\"c\"} / d'}", {'a{b!="c"}': (5, 0), "d": (5, 0)}),
    ],
)
def test_a_rule_looks_back(
    rule: str, expected: dict[str, tuple[float, float]], tmp_path: Path
) -> None:
    assert _wanted(tmp_path, rule) == expected


def test_what_rules_write_is_not_wanted_but_what_it_is_made_of(tmp_path: Path) -> None:
    rules = (
        "{record: 'a:b', expr: 'rate(up[10m])'}, {record: 'b:c', expr: 'avg_over_time(a:b[1h])'}, "
        "{alert: A, expr: 'b:c > 1', for: 5m}, {alert: B, expr: 'ALERTS{alertname=\"A\"} > 0'}"
    )
    # B's evaluation before and its look-back, A's hold and evaluation before, look-back, both windows.
    assert _wanted(tmp_path, rules) == {"up": (1 + 5 + 5 + 1 + 5 + 60 + 10, 0)}


def test_a_rule_that_reads_itself_ends_somewhere(tmp_path: Path) -> None:
    rules = "{record: r, expr: 'r offset 1m + up'}"
    ((name, (before, after)),) = _wanted(tmp_path, rules).items()

    assert (name, after) == ("up", 0)
    assert before > 5


def test_a_pattern_of_names_reads_the_recording_and_the_rules(tmp_path: Path) -> None:
    rules = "{record: 'a:b', expr: up}, {record: r, expr: 'sum({__name__=~\"a.*\"})'}"

    assert _wanted(tmp_path, rules) == {'{__name__=~"a.*"}': (5, 0), "up": (10, 0)}


def test_queries_are_wanted_too(tmp_path: Path) -> None:
    assert _wanted(tmp_path, "{record: r, expr: up}", "rate(load[30m])", "r") == {
        "load": (30, 0),
        "up": (10, 0),
    }


def test_a_wider_selector_brings_the_others_along() -> None:
    up = Matcher("__name__", MatchOp.EQUAL, "up")
    web = Matcher("job", MatchOp.EQUAL, "web")
    narrow = Wanted((up, web), 5, 30, ("a",))
    wide = Wanted((up,), 10, 20, ("b", "a"))

    assert merged([narrow, wide]) == (Wanted((up,), 5, 30, ("b", "a")),)
    assert merged([narrow]) == (narrow,)
    assert grouped([narrow, wide]) == (narrow, wide)
