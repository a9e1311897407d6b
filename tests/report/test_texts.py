"""The report for terminals, programs and pull requests."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from mixwright.backtest import Backtest
from mixwright.report import facts, markdown, terminal
from mixwright.report import json as json_report


def shown(result: Backtest, **options: object) -> str:
    out = io.StringIO()
    terminal.render(result, Console(file=out, width=120, **options))  # type: ignore[arg-type]
    return out.getvalue()


def test_the_terminal_says_the_verdict_then_what_is_wrong_then_the_tables(result: Backtest) -> None:
    text = shown(result)

    marks = [
        "1 of 2 incidents missed",
        "✗ `flood`",
        "failed:",
        "1 false page",
        "told after",
        "in alert",
        "never fired",
    ]
    assert sorted(marks, key=text.index) == marks


def test_there_are_no_colours_without_a_terminal(result: Backtest) -> None:
    assert "\x1b" not in shown(result)
    assert "\x1b" in shown(result, force_terminal=True, color_system="standard")


def test_markup_of_the_terminal_library_is_shown_as_it_is(result: Backtest) -> None:
    assert "heat<script>alert(1)</script>`|_*" in shown(result)


def test_a_number_of_the_report_can_be_recomputed_from_its_json(result: Backtest) -> None:
    report = json.loads(json_report.render(result))

    pages, incidents, score = report["pages"], report["incidents"], report["score"]
    true = sum(page["explained"] for page in pages)
    assert (len(pages), true / len(pages)) == (score["pages"], score["precision"])
    assert sum(i["detected"] for i in incidents) / len(incidents) == score["recall"]
    detected = [i for i in incidents if i["detected"]]
    assert [True] * len(detected) == [pages[i["pages"][0]]["explained"] for i in detected]
    fired = [
        e
        for alert in report["alerts"]
        for e in alert["episodes"]
        if e["fired_at"] and alert["name"] == "Hot"
    ]
    assert [page["labels"][0] for page in pages if page["alerts"] == ["Hot"]] == [
        e["labels"] for e in fired
    ]


def test_the_json_tells_failures_and_silences(result: Backtest) -> None:
    alerts = {alert["name"]: alert for alert in json.loads(json_report.render(result))["alerts"]}

    assert "same labelset" in alerts["Doubled"]["evaluations"]["failures"][0]["message"]
    assert {"kind": "no data", "evidence": 'nothing matches `room{job="x"}`'} == alerts["Cold"][
        "silence"
    ]


def test_an_incident_outside_the_span_is_left_out(result: Backtest) -> None:
    assert "long ago" not in [
        i["name"] for i in json.loads(json_report.render(result))["incidents"]
    ]


def test_markdown_shows_recorded_strings_as_they_are(result: Backtest) -> None:
    text = markdown.render(result)

    assert "<script>" not in text
    assert r"heat\<script\>alert(1)\</script\>\`\|\_\*" in text


def test_markdown_tables_have_as_many_cells_as_columns(result: Backtest) -> None:
    plain = markdown.render(result).replace(r"\|", "")
    tables = [block.splitlines() for block in plain.split("\n\n") if block.startswith("|")]

    assert 3 == len(tables)
    assert [1, 1, 1] == [len({row.count("|") for row in table}) for table in tables]


@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        (None, "–"),
        (0, "0s"),
        (1499, "1s"),
        (61_000, "1m1s"),
        (3_599_000, "59m59s"),
        (3_690_000, "1h2m"),
        (7_200_000, "2h"),
    ],
)
def test_lengths_of_time_are_short(ms: float | None, expected: str) -> None:
    assert expected == facts.span(ms)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(None, "–"), (0.0, "0 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.999, "99 %"), (1.0, "100 %")],
)
def test_per_cents_do_not_promise_too_much(ratio: float | None, expected: str) -> None:
    assert expected == facts.percent(ratio)
