"""Recording from a server: what rules read, page by page, and on after an interruption."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mixwright.cli import mixwright
from mixwright.driver.record import Part, record
from mixwright.errors import MixwrightError, RecordingError
from mixwright.frame import MemorySource, Samples
from mixwright.recordings import Metadata, Server, open_recording
from mixwright.recordings.store import write_store
from mixwright.recordings.store.reader import StoreRecording
from mixwright.values import Matcher, MatchOp

from .conftest import START, same, series
from .servers import Reply, Request, Scripted, query_api, success

MINUTE = 60_000
HOUR = 60 * MINUTE
END = START + 20 * HOUR
EVER = 0, 2**60
MIXIN = """
from mixwright import Alert, Dashboard, Mixin, Panel, RuleGroup, Severity, promql

down = Alert("Down", expr=promql('up{job="web"} == 0'), hold="10m", severity=Severity.PAGE, summary="{{ $labels.job }}")
busy = Alert("Busy", expr=promql("rate(requests_total[1h]) > 100"), severity=Severity.PAGE, summary="{{ $labels.job }}")
lost = Alert("Lost", expr=promql("absent(nothing_at_all) > 1"), severity=Severity.PAGE, summary="x")
MIXIN = Mixin(
    "web", version="1.0.0", rules=(RuleGroup("web", interval="1m", rules=(down, busy, lost)),),
    dashboards=(Dashboard("Load", per="instance", panels=(Panel("load", promql("load")),)),),
)
"""


def _samples() -> Samples:
    times = np.arange(START - 3 * HOUR, END + 1, MINUTE)
    count = np.arange(len(times))
    web = {"job": "web", "instance": "a:1"}
    up = (count % 200 > 12).astype(float)
    return Samples.of(
        [
            series("load", times, np.sin(count), **web),
            series("requests_total", times, count * 7.5, **web),
            series("unread", times, count, **web),
            series("up", times, up, **web),
            series("up", times, np.ones(len(times)), job="other", instance="b:2"),
        ]
    )


SAMPLES = _samples()
API = query_api(SAMPLES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / "mixins").mkdir(parents=True)
    (project / "mixins" / "web.py").write_text(MIXIN)
    return project


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted(API) as found:
        yield found


def test_what_the_mixins_read_is_fetched_over_the_look_back_they_need(
    server: Scripted, root: Path, tmp_path: Path
) -> None:
    info = record(Server(server.url), tmp_path / "out", Part(root=root, start=START, end=END))
    found = open_recording(tmp_path / "out").select((), *EVER)
    firsts = {str(labels): int(times[0]) - START for labels, times, _ in found}

    # An alert that was pending at the start is seen from its beginning; windows reach further back.
    assert firsts == {
        'load{instance="a:1", job="web"}': -5 * MINUTE,
        'requests_total{instance="a:1", job="web"}': -61 * MINUTE,
        'up{instance="a:1", job="web"}': -16 * MINUTE,
    }
    assert int(found.times.max()) == END
    assert "nothing was found of `nothing_at_all`, which alert `Lost` reads" in info.notes
    assert any("no staleness markers" in note for note in info.notes)
    assert info.provenance == f"{server.url}, by range queries; staleness markers put in"


def test_a_rule_file_says_what_to_fetch(server: Scripted, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(
        "groups: [{name: g, rules: [{record: 'a:b', expr: 'sum(load offset 1h)'}, {alert: A, expr: 'a:b > 2'}]}]"
    )
    part = Part(rules=(str(rules),), start=START, end=END)
    info = record(Server(server.url), tmp_path / "out", part)
    found = open_recording(tmp_path / "out").select((), *EVER)

    # The alert reads the recording rule a minute and a look-back before the start, and that the past hour.
    assert [labels.name for labels in found.labels] == ["load"]
    assert found.span() == (START - HOUR - 11 * MINUTE, END - HOUR)
    assert not any("a:b" in note for note in info.notes)


def test_rules_that_read_nothing_are_told(server: Scripted, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("groups: [{name: g, rules: [{record: 'a:b', expr: 'vector(1)'}]}]")
    part = Part(rules=(str(rules),), start=START, end=END)
    with pytest.raises(MixwrightError, match="no rules or dashboards that read any series"):
        record(Server(server.url), tmp_path / "out", part)


def test_rules_cut_files_too(server: Scripted, root: Path, tmp_path: Path) -> None:
    whole = Part(selectors=('{job=~".+"}',), start=START - 3 * HOUR, end=END)
    record(Server(server.url), tmp_path / "all", whole)
    part = Part(root=root, rules=("web",), start=START, end=END)
    record(tmp_path / "all", tmp_path / "cut", part)
    record(Server(server.url), tmp_path / "fetched", part)

    assert same(SAMPLES, open_recording(tmp_path / "all").select((), *EVER))
    assert same(
        open_recording(tmp_path / "cut").select((), *EVER),
        open_recording(tmp_path / "fetched").select((), *EVER),
    )


def test_an_interrupted_run_goes_on_where_it_was(root: Path, tmp_path: Path) -> None:
    broken = Reply(400, b"bad luck")
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        if "load" not in request.fields.get("query", ""):
            return API(request)
        asked.append(request.fields["time"])
        return broken if len(asked) == 3 else API(request)

    part = Part(root=root, start=START, end=END)
    out = tmp_path / "out"
    with Scripted(answer) as server:
        with pytest.raises(RecordingError, match=r"bad luck.* the same command goes on from there"):
            record(Server(server.url), out, part)
        assert not out.exists()
        record(Server(server.url), out, part)

        # Only the page that had failed was asked for twice.
        assert len(asked) == len(set(asked)) + 1
    assert not list(tmp_path.glob(".out*"))
    load = (Matcher("__name__", MatchOp.EQUAL, "load"),)
    expected = MemorySource(SAMPLES).select(load, START - 5 * MINUTE, END)
    found = open_recording(out).select(load, *EVER)
    assert found.values.tolist() == expected.values[-found.sample_count :].tolist()


def test_a_killed_run_goes_on_where_it_was(root: Path, tmp_path: Path) -> None:
    pages = tmp_path / ".out.pages"
    pace = threading.Event()
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        if "load" in request.fields.get("query", ""):
            asked.append(request.fields["time"])
            if len(asked) == 3:
                pace.wait(60)
        return API(request)

    span = "--start", str(START // 1000), "--end", str(END // 1000)
    with Scripted(answer) as server:
        words = ["-C", str(root), "record", server.url, str(tmp_path / "out"), *span]
        process = subprocess.Popen([sys.executable, "-m", "mixwright", *words])
        while len(asked) < 3 and process.poll() is None:
            time.sleep(0.02)
        process.kill()
        process.wait(20)
        kept = {path.name for path in pages.iterdir()}
        pace.set()
        _command(root, *words[2:])

        assert len(kept) == 1 + 2
        assert len(asked) == len(set(asked)) + 1
    assert open_recording(tmp_path / "out").span() == (START - 61 * MINUTE, END)
    assert not pages.exists()


def test_types_and_help_of_what_is_recorded_are_kept(tmp_path: Path) -> None:
    said = {
        "load": [{"type": "gauge", "help": "How busy.", "unit": ""}],
        "requests": [{"type": "counter", "help": "Asked.", "unit": ""}, {"type": "gauge"}],
        "other": [{"type": "gauge", "help": "Not recorded."}],
        "unread": "not a list",
    }

    def answer(request: Request) -> Reply:
        return success(said) if request.path.endswith("metadata") else API(request)

    with Scripted(answer) as server:
        part = Part(selectors=('{job="web"}',), start=END - HOUR, end=END)
        info = record(Server(server.url), tmp_path / "out", part)

    assert dict(info.metadata) == {
        "load": Metadata("gauge", "How busy."),
        "requests": Metadata("counter", "Asked."),
    }


def test_an_open_end_stays_where_it_was_when_a_run_goes_on(tmp_path: Path) -> None:
    fails = [True]

    def answer(request: Request) -> Reply:
        probe = '"up"' in request.fields.get("query", "")
        return Reply(400, b"bad luck") if fails[0] and not probe else API(request)

    part = Part(selectors=("load",), start=END - HOUR)
    plan = tmp_path / ".out.pages" / "plan.json"
    with Scripted(answer) as server:
        with pytest.raises(RecordingError, match="bad luck"):
            record(Server(server.url), tmp_path / "out", part)
        until = json.loads(plan.read_text())["until"]
        plan.write_text(plan.read_text().replace(str(until), str(END - 1)))
        fails[0] = False
        info = record(Server(server.url), tmp_path / "out", part)

    assert info.end == END - MINUTE


def test_another_question_begins_anew(tmp_path: Path) -> None:
    fails = [True]

    def answer(request: Request) -> Reply:
        probe = '"up"' in request.fields.get("query", "")
        return Reply(400, b"bad luck") if fails[0] and not probe else API(request)

    with Scripted(answer) as server:
        with pytest.raises(RecordingError, match="bad luck"):
            record(
                Server(server.url),
                tmp_path / "out",
                Part(selectors=("unread",), start=START, end=END),
            )
        fails[0] = False
        part = Part(selectors=("load",), start=START, end=END)
        record(Server(server.url), tmp_path / "out", part)

    found = open_recording(tmp_path / "out").select((), *EVER)
    assert {labels.name for labels in found.labels} == {"load"}


def test_a_server_without_anything_leaves_nothing(server: Scripted, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="has no samples of what was asked for"):
        record(
            Server(server.url), tmp_path / "out", Part(selectors=("nope",), start=START, end=END)
        )

    assert list(tmp_path.iterdir()) == []


def test_a_server_must_be_told_where_to_begin(server: Scripted, tmp_path: Path) -> None:
    with pytest.raises(MixwrightError, match="say `--start`"):
        record(Server(server.url), tmp_path / "out", Part(selectors=("up",)))


def test_a_range_must_end_after_it_starts(server: Scripted, tmp_path: Path) -> None:
    with pytest.raises(MixwrightError, match="the range ends before it starts"):
        record(Server(server.url), tmp_path / "out", Part(selectors=("up",), start=END, end=START))

    assert list(tmp_path.iterdir()) == []


def test_what_is_no_recording_is_not_replaced_and_nothing_fetched(
    server: Scripted, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(RecordingError, match="is there and is no recording"):
        record(Server(server.url), tmp_path / "out", Part(selectors=("up",), start=START, end=END))

    assert server.requests == []


def _command(root: Path, *words: str) -> str:
    done = CliRunner().invoke(mixwright, ["-C", str(root), *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_a_backtest_on_a_server_is_that_on_its_recording(
    server: Scripted, root: Path, tmp_path: Path
) -> None:
    span = "--start", str(START // 1000), "--end", str(END // 1000)
    _command(root, "record", server.url, str(tmp_path / "out"), *span)
    reports = [
        json.loads(_command(root, "backtest", "-r", place, *span, "--format", "json"))
        for place in (server.url, str(tmp_path / "out"))
    ]

    assert reports[0] == reports[1]
    assert len(reports[0]["pages"]) > 5


def test_a_query_asks_the_server(server: Scripted, root: Path) -> None:
    words = "query", 'sum(up{job="web"})', "-r", server.url, "--time", str(END // 1000)
    answer = json.loads(_command(root, *words, "--format", "json"))

    assert answer["data"]["result"] == [{"metric": {}, "value": [END // 1000, "1"]}]


def test_dashboards_are_drawn_from_a_server(server: Scripted, root: Path, tmp_path: Path) -> None:
    span = "--start", str((END - HOUR) // 1000), "--end", str(END // 1000)
    _command(root, "preview", "-r", server.url, "--report", str(tmp_path / "pages"), *span)
    pages = [page.read_text() for page in (tmp_path / "pages").glob("*load*.html")]

    assert len(pages) == 1
    assert "a:1" in pages[0]


def test_files_are_copied_a_few_hours_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = np.arange(START, START + 48 * 3_600_000, 60_000)
    samples = Samples.of(
        series(name, times, times % 7.0, job="web", instance=i)
        for name in ("load", "up")
        for i in "ab"
    )
    metadata = {name: Metadata("gauge", "") for name in ("load", "up")}
    write_store(tmp_path / "whole", samples, provenance="a test", metadata=metadata)
    asked = []
    select = StoreRecording.select

    def noted(self: StoreRecording, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        asked.append(end - start)
        return select(self, matchers, start, end)

    monkeypatch.setattr(StoreRecording, "select", noted)
    part = Part(selectors=('load{instance="a"}', "load", "nope"))
    info = record(tmp_path / "whole", tmp_path / "out", part)
    assert max(asked) < 6 * 3_600_000
    assert info.metadata == {"load": metadata["load"]}
    assert info.notes == ("nothing was found of `nope`",)
    with open_recording(tmp_path / "out") as found:
        copied = found.select((), *EVER)
    assert [labels.name for labels in copied.labels] == ["load", "load"]
    for row in range(2):
        np.testing.assert_array_equal(copied.series(row), samples.series(row))
