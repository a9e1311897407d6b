"""Why an alert never fired."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixwright.backtest import Backtest, SilenceKind, brief
from mixwright.backtest.conditions import comparisons
from mixwright.model import Alert
from mixwright.promql import parse
from mixwright.recordings.memory import MemoryRecording

Record = Callable[..., MemoryRecording]
Run = Callable[..., Backtest]
Make = Callable[..., Alert]


@pytest.mark.parametrize(
    ("expr", "hold", "kind", "evidence"),
    [
        ("nope > 5", "0s", SilenceKind.NO_DATA, "nothing matches `nope`"),
        (
            "sum(rate(nope[5m])) / sum(room) > 5",
            "0s",
            SilenceKind.NO_DATA,
            "nothing matches `nope`",
        ),
        ("room > 5", "0s", SilenceKind.NEVER_MET, "`room` was at most 3, it alerts > 5"),
        ("5 < room", "0s", SilenceKind.NEVER_MET, "`room` was at most 3, it alerts > 5"),
        ("room < 0.5 * 2", "0s", SilenceKind.NEVER_MET, "`room` was at least 1, it alerts < 1"),
        ("room == 7", "0s", SilenceKind.NEVER_MET, "`room` was nearest 3, it alerts == 7"),
        (
            "room > limit",
            "0s",
            SilenceKind.NEVER_MET,
            "`room > limit` held for no series at any time",
        ),
        ("absent(room)", "0s", SilenceKind.NEVER_MET, "`absent(room)` had no value at any time"),
        (
            "room > 2 and room > 9",
            "0s",
            SilenceKind.NEVER_MET,
            "`room` was at most 3, it alerts > 9",
        ),
        (
            "room > 2 and room < 2",
            "0s",
            SilenceKind.NEVER_MET,
            "each of its conditions held at times, but not together for one series",
        ),
        (
            "room > 2",
            "5m",
            SilenceKind.PENDING_ONLY,
            "once, at most 30s of the 5m that it must last",
        ),
    ],
)
def test_a_silent_alert_says_why(
    record: Record,
    run: Run,
    make_alert: Make,
    expr: str,
    hold: str,
    kind: SilenceKind,
    evidence: str,
) -> None:
    source = record({"room": "1 3 3 1 1 1", "limit": "4*6"})

    silence = run(source, make_alert(expr, hold=hold)).alerts[0].silence

    assert silence is not None
    assert (kind, evidence) == (silence.kind, silence.evidence)


def test_an_alert_that_fired_has_no_excuse(record: Record, run: Run, make_alert: Make) -> None:
    assert run(record({"room": "9 9"}), make_alert("room > 5")).alerts[0].silence is None


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("a > 1", [("a", ">", 1.0)]),
        ("1 > a", [("a", "<", 1.0)]),
        ("a > -1", [("a", ">", -1.0)]),
        ("a > 14.4 * 0.5", [("a", ">", 7.2)]),
        ("a > b", [("a", ">", None)]),
        ("a > 1 and b < 2 or c == 3", [("a", ">", 1.0), ("b", "<", 2.0), ("c", "==", 3.0)]),
        ("a > 1 unless b > 2", [("a", ">", 1.0)]),
        ("absent(a)", [("absent(a)", "", None)]),
        ("a > bool 1", [("a > bool 1", "", None)]),
        ("sum(a > 1) > 2", [("sum(a > 1)", ">", 2.0)]),
    ],
)
def test_an_alert_watches_what_it_compares(
    expr: str, expected: list[tuple[str, str, float | None]]
) -> None:
    assert expected == [(str(c.watched), c.op, c.constant) for c in comparisons(parse(expr))]


def test_a_long_expression_is_shown_without_matchers() -> None:
    expr = parse('sum(rate(http_requests_total{job="api",code=~"5..",instance!=""}[5m]))')

    assert "sum(rate(http_requests_total[5m]))" == brief(expr)
