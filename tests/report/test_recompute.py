"""Every number of the report on the bundled recording can be had by hand from its JSON, and is what people read."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from statistics import quantiles
from typing import Any

import pytest

from mixwright.backtest import Backtest, backtest, read_incidents
from mixwright.passes import compile_mixin
from mixwright.recordings import open_recording
from mixwright.report import html, terminal
from mixwright.report import json as json_report
from mixwright.standard.mixins import http_service, node

WEEK = 7 * 86400


@pytest.fixture(scope="module")
def result(repository) -> Backtest:
    folder = repository / "recordings" / "loopback"
    mixins = [compile_mixin(module.mixin()) for module in (node, http_service)]
    with open_recording(folder / "metrics") as recording:
        return backtest(mixins, recording, incidents=read_incidents(folder / "incidents.yaml"))


@pytest.fixture(scope="module")
def report(result: Backtest) -> dict[str, Any]:
    return json.loads(json_report.render(result))


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def concerns(incident: dict[str, Any], labels: dict[str, str]) -> bool:
    return all(
        name not in labels or re.fullmatch(pattern, labels[name])
        for name, pattern in incident["labels"].items()
    )


def explains(report: dict[str, Any], incident: dict[str, Any], page: dict[str, Any]) -> bool:
    early, late = report["tolerance"]["early"], report["tolerance"]["late"]
    start, end = seconds(incident["start"]) - early, seconds(incident["end"]) + late
    return start <= seconds(page["onset"]) <= end and any(
        concerns(incident, labels) for labels in page["labels"]
    )


def union(spans: list[tuple[float, float]]) -> float:
    total, reached = 0.0, -math.inf
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def rank(values: list[float], q: float) -> float:
    """The quantile by linear interpolation between ranks."""
    return quantiles(values, n=100, method="inclusive")[round(100 * q) - 1]


@pytest.mark.parametrize("severities", [("page", "ticket"), ("page",), ("ticket",)])
def test_the_scores_by_hand(report: dict[str, Any], severities: tuple[str, ...]) -> None:
    score = report["score"] if len(severities) > 1 else report["by_severity"][severities[0]]
    pages = [page for page in report["pages"] if page["severity"] in severities]
    incidents = report["incidents"]
    start, end = seconds(report["start"]), seconds(report["end"])

    told = {
        incident["name"]: [page for page in pages if explains(report, incident, page)]
        for incident in incidents
    }
    true = [page for page in pages if any(explains(report, i, page) for i in incidents)]
    delays = {
        i["name"]: max(0.0, min(seconds(p["onset"]) for p in told[i["name"]]) - seconds(i["start"]))
        for i in incidents
        if told[i["name"]]
    }
    precision, recall = len(true) / len(pages), len(delays) / len(incidents)
    rate = len(pages) / (end - start)
    chance = sum(
        1
        - math.exp(
            -rate * (min(seconds(i["end"]) + 300, end) - max(seconds(i["start"]) - 60, start))
        )
        for i in incidents
    ) / len(incidents)
    firing = [
        (seconds(e["fired_at"]), min(end, seconds(e["resolved_at"]) if e["resolved_at"] else end))
        for alert in report["alerts"]
        for e in alert["episodes"]
        if e["fired_at"] and alert["severity"] in severities
    ]

    assert (len(pages), len(true), len(delays)) == (
        score["pages"],
        score["true_pages"],
        score["detected"],
    )
    assert (precision, recall) == (score["precision"], score["recall"])
    assert pytest.approx(2 * precision * recall / (precision + recall)) == score["f1"]
    ordered = sorted([*delays.values(), *[math.inf] * (len(incidents) - len(delays))])
    for name, q in (("delay_median", 0.5), ("delay_p90", 0.9)):
        expected = rank(ordered, q)
        known = math.isfinite(expected)
        assert score[name] == (pytest.approx(expected) if known else None)
    assert [d for d, _ in score["recall_within"]] == pytest.approx(sorted(delays.values()))
    assert pytest.approx(len(pages) / (end - start) * WEEK) == score["pages_per_week"]
    assert pytest.approx((len(pages) - len(true)) / (end - start) * WEEK) == score["false_per_week"]
    # No false page: the upper end is χ²(0.975; 2) / 2 = −ln 0.025 a span.
    assert pytest.approx(-math.log(0.025) / (end - start) * WEEK) == score["false_per_week_high"]
    assert pytest.approx(chance) == score["chance_recall"]
    assert pytest.approx(recall / chance) == score["lift"]
    assert pytest.approx(union(firing) / (end - start)) == score["time_in_alert"]
    assert len(pages) == score["worst_shift"]


def test_incidents_and_pages_belong_together(report: dict[str, Any]) -> None:
    for incident in report["incidents"]:
        own = [n for n, page in enumerate(report["pages"]) if explains(report, incident, page)]
        assert own == incident["pages"]
        first = min(seconds(report["pages"][n]["onset"]) for n in own)
        assert pytest.approx(first - seconds(incident["start"])) == incident["delay"]


def test_every_page_is_a_notification_that_named_what_was_not_named_before(
    report: dict[str, Any],
) -> None:
    said: dict[str, set[str]] = {}
    found = []
    for sent in report["notifications"]:
        key = json.dumps([sent["receiver"], sent["group"]], sort_keys=True)
        firing = {json.dumps(labels, sort_keys=True) for labels in sent["firing"]}
        if firing - said.get(key, set()):
            found.append((sent["time"], sent["receiver"]))
        said[key] = firing

    assert found == [(page["onset"], page["receiver"]) for page in report["pages"]]


def test_a_page_comes_thirty_seconds_after_its_alert_fired(report: dict[str, Any]) -> None:
    """All groups of this recording are new when they are told of: `group_wait` is all that there is to wait."""
    fired = {
        json.dumps(e["labels"], sort_keys=True): seconds(e["fired_at"])
        for alert in report["alerts"]
        for e in alert["episodes"]
        if e["fired_at"]
    }
    for page in report["pages"]:
        first = min(fired[json.dumps(labels, sort_keys=True)] for labels in page["labels"])
        assert pytest.approx(30) == seconds(page["onset"]) - first


def test_people_read_the_same_numbers(result: Backtest, report: dict[str, Any], capsys) -> None:
    terminal.render(result)
    said = capsys.readouterr().out
    page = html.render(result)
    score = report["score"]

    assert f"All {score['incidents']} incidents detected, and none of {score['pages']} " in said
    for text in (f"{score['detected']} / {score['incidents']}", f"{score['lift']:.2g}×"):
        assert text in page
    minutes, rest = divmod(round(score["delay_median"]), 60)
    assert f"{minutes}m{rest}s" in page
    for incident in report["incidents"]:
        minutes, rest = divmod(round(incident["delay"]), 60)
        assert f"{minutes}m{rest}s" in said
