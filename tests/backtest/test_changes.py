"""Diffs: what changed in meaning, what it would have done, and the version that it deserves."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mixwright.backtest import Page
from mixwright.backtest.changes import Level, bump, changes, read_version
from mixwright.backtest.changes.behaviour import Behaviour, Kind, compare
from mixwright.backtest.changes.semantic import renamed
from mixwright.cli import mixwright

RULES = """\
groups:
- name: rooms
  interval: 30s
  rules:
  - record: room:heat:max
    expr: max by (room) (heat)
  - alert: Hot
    expr: room:heat:max > 30 and rate(steps_total[5m]) > 0.5
    for: 2m
    labels: {severity: page, owner: house}
    annotations: {summary: "it is hot"}
  - alert: Cold
    expr: room:heat:max < 5
    labels: {severity: ticket}
"""
BOARD = {
    "uid": "rooms",
    "title": "Rooms",
    "links": [{"url": "/d/room/room?var-room=x"}],
    "templating": {"list": [{"name": "room", "query": "label_values(heat, room)"}]},
    "panels": [
        {
            "type": "row",
            "panels": [
                {
                    "type": "timeseries",
                    "title": "Heat",
                    "targets": [{"expr": "max(heat)"}],
                    "fieldConfig": {
                        "defaults": {
                            "unit": "celsius",
                            "thresholds": {"steps": [{"value": None}, {"value": 30}]},
                        }
                    },
                }
            ],
        }
    ],
}
DETAIL = {
    "uid": "room",
    "title": "Room",
    "panels": [{"type": "stat", "title": "Now", "targets": []}],
}


@pytest.fixture
def version(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a compiled mixin, with texts of its rules and dashboards replaced."""

    def write(
        name: str, *replaced: tuple[str, str], number: str = "1.2.3", without: str = ""
    ) -> Path:
        folder = tmp_path / name / "house"
        (folder / "rules").mkdir(parents=True)
        (folder / "dashboards").mkdir()
        files = {
            "rules/house.yaml": RULES,
            "dashboards/rooms.json": json.dumps(BOARD),
            "dashboards/room.json": json.dumps(DETAIL),
            "manifest.json": json.dumps({"name": "house", "version": number}),
        }
        for path, text in files.items():
            for old, new in replaced:
                text = text.replace(old, new)
            if path != without:
                (folder / path).write_text(text)
        return tmp_path / name

    return write


def said(old: Path, new: Path) -> list[tuple[str, str, str, Level]]:
    found = changes(read_version("old", old), read_version("new", new))
    return [(change.kind, change.name, change.text, change.level) for change in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("> 30 and", "> 28 and", ("alert", "Hot", "threshold 30 → 28", Level.MINOR)),
        ("[5m]", "[10m]", ("alert", "Hot", "window 5m → 10m", Level.MINOR)),
        ("for: 2m", "for: 5m", ("alert", "Hot", "`for` 2m → 5m", Level.MINOR)),
        ("max < 5", "max <= 5", ("alert", "Cold", "watches another expression", Level.MINOR)),
        ("severity: page", "severity: ticket", ("alert", "Hot", "severity page → ticket", Level.MINOR)),
        ("owner: house", "owner: flat", ("alert", "Hot", "label `owner` `house` → `flat`", Level.MAJOR)),
        (", owner: house", "", ("alert", "Hot", "label `owner` is gone", Level.MAJOR)),
        ("it is hot", "too hot", ("alert", "Hot", "annotation `summary` changed", Level.PATCH)),
        ("alert: Hot", "alert: TooHot", ("alert", "TooHot", "was called `Hot`", Level.MAJOR)),
        ("max by (room)", "min by (room)", ("recording", "room:heat:max", "records another expression", Level.MINOR)),
        ("interval: 30s", "interval: 1m", ("group", "rooms", "interval 30s → 1m", Level.MINOR)),
        ("max(heat)", "avg(heat)", ("panel", "Rooms / Heat", "asks something else", Level.MINOR)),
        ('"value": 30', '"value": 28', ("panel", "Rooms / Heat", "threshold 30 → 28", Level.MINOR)),
        ("celsius", "kelvin", ("panel", "Rooms / Heat", "unit `celsius` → `kelvin`", Level.MINOR)),
        ("label_values(heat, room)", "label_values(room)", ("variable", "Rooms / room", "changed", Level.MINOR)),
        ('"title": "Rooms"', '"title": "All rooms"', ("dashboard", "All rooms", "was called `Rooms`", Level.PATCH)),
    ],
)  # fmt: skip
def test_one_change_is_told_as_one(
    version: Callable[..., Path], old: str, new: str, expected: tuple[str, str, str, Level]
) -> None:
    assert [expected] == said(version("old"), version("new", (old, new)))


def test_what_does_not_change_the_meaning_is_no_change(version: Callable[..., Path]) -> None:
    new = version(
        "new",
        ("expr: max by (room) (heat)", "expr: |\n      max   by(room)(heat)"),
        ("for: 2m", "for: 120s"),
    )

    assert [] == said(version("old"), new)


def test_a_dashboard_that_is_gone_breaks_the_links_to_it(version: Callable[..., Path]) -> None:
    found = said(version("old"), version("new", without="dashboards/room.json"))

    assert [
        ("dashboard", "Room", "is gone", Level.MAJOR),
        ("link", "Rooms", "leads to `room`, which is gone", Level.MAJOR),
    ] == found


def test_an_alert_that_is_gone_is_no_renamed_one_if_it_watched_something_else(
    version: Callable[..., Path],
) -> None:
    new = version(
        "new",
        ("alert: Cold", "alert: Wet"),
        ("room:heat:max < 5", "avg_over_time(humidity_ratio[1h]) > 0.9"),
    )
    found = changes(read_version("old", version("old")), read_version("new", new))

    assert {("Cold", "is gone"), ("Wet", "is new")} == {(c.name, c.text) for c in found}
    assert {} == renamed(found)


@pytest.mark.parametrize(
    ("replaced", "number", "deserved", "enough"),
    [
        (("> 30 and", "> 28 and"), "1.2.4", "1.3.0", False),
        (("> 30 and", "> 28 and"), "1.3.0", "1.3.0", True),
        (("alert: Hot", "alert: TooHot"), "1.9.0", "2.0.0", False),
        (("it is hot", "too hot"), "1.2.4", "1.2.4", True),
        (("it is hot", "it is hot"), "1.2.3", "", True),
    ],
)
def test_a_version_must_go_as_far_as_its_changes(
    version: Callable[..., Path],
    replaced: tuple[str, str],
    number: str,
    deserved: str,
    enough: bool,
) -> None:
    old = read_version("old", version("old"))
    new = read_version("new", version("new", replaced, number=number))

    (found,) = bump(old, new, changes(old, new), None)

    assert (deserved, enough) == (found.deserved, found.enough)


def test_before_one_a_minor_version_is_as_good_as_a_major(version: Callable[..., Path]) -> None:
    old = read_version("old", version("old", number="0.3.1"))
    new = read_version("new", version("new", ("alert: Hot", "alert: TooHot"), number="0.4.0"))

    (found,) = bump(old, new, changes(old, new), None)

    assert (Level.MAJOR, "0.4.0", True) == (found.level, found.deserved, found.enough)


def test_foreign_folders_need_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(RULES)
    (tmp_path / "values.yaml").write_text("replicas: 3")
    (tmp_path / "board.json").write_text(json.dumps(BOARD))
    (tmp_path / "kubernetes").mkdir()
    (tmp_path / "kubernetes" / "same.yaml").write_text(RULES)

    (unit,) = read_version("mine", tmp_path).units.values()

    assert (["rooms"], ["rooms"]) == ([group.name for group in unit.rules], list(unit.dashboards))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(mixwright, [str(a) for a in arguments], prog_name="mixwright")


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies what this repository compiles to, with texts of rules replaced."""

    def copy(name: str, *replaced: tuple[str, str]) -> Path:
        folder = tmp_path / name
        shutil.copytree(repository / "out", folder)
        for path in folder.glob("*/rules/*.yaml"):
            text = path.read_text()
            for old, new in replaced:
                text = text.replace(old, new)
            path.write_text(text)
        return folder

    return copy


def test_a_change_that_misses_an_incident_fails_the_check(
    project: Callable[..., Path], recording: Path, tmp_path: Path
) -> None:
    old = project("old")
    new = project("new", ("for: 3m", "for: 10m"), ("> 0.5 and sum by", "> 0.9 and sum by"))

    done = run(
        "diff", old, new, "-r", recording, "--format", "json", "--report", tmp_path / "page",
        "--fail-on", "undetected",
    )  # fmt: skip

    assert done.exit_code == 1
    said = json.loads(done.stdout)
    lost = {i["name"] for i in said["behaviour"]["incidents"] if i["old"] and not i["new"]}
    assert lost == {"cpu_hog", "disk_filling"}
    assert "`cpu_hog` is no longer told of" in done.stderr
    kinds = {page["kind"] for page in said["behaviour"]["pages"]}
    assert {"lost", "same"} <= kinds
    assert (tmp_path / "page" / "index.html").is_file()


def test_a_small_memory_makes_no_difference(
    project: Callable[..., Path], recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = project("old"), project("new", ("> 0.5 and sum by", "> 0.9 and sum by"))
    words = ("diff", old, new, "-r", recording, "--format", "json")

    whole = run(*words)
    shards: list[int] = []
    monkeypatch.setattr("mixwright.engine.shards.room", lambda _memory: shards.append(1) or 3e6)
    parts = run(*words, "--memory", "100M")

    assert len(shards) > 2
    assert json.loads(parts.stdout) == json.loads(whole.stdout)


def test_nothing_changed_is_nothing(project: Callable[..., Path], recording: Path) -> None:
    same = project("same")

    done = run("diff", same, same, "-r", recording, "--fail-on", "undetected", "--fail-on", "noise",
               "--fail-on", "later", "--fail-on", "links", "--fail-on", "version", "--format", "markdown")  # fmt: skip

    assert (0, "### Nothing changed in meaning.") == (done.exit_code, done.stdout.splitlines()[0])


def test_git_revisions_are_compared_by_their_committed_output(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        name = ["-c", "user.name=x", "-c", "user.email=x@y"]
        subprocess.run(["git", *name, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    rules = tmp_path / "out" / "rules.yaml"
    rules.parent.mkdir()
    rules.write_text(RULES)
    git("add", "."), git("commit", "-m", "one")
    rules.write_text(RULES.replace("max < 5", "max < 7"))

    for new in (tmp_path / "out", "HEAD:out"):
        done = run("-C", tmp_path, "diff", "HEAD", new, "--format", "json")
        texts = [change["text"] for change in json.loads(done.stdout)["changes"]]
        assert texts == (["threshold 5 → 7"] if isinstance(new, Path) else [])


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("nowhere", "`nowhere` is neither a folder nor a git revision"),
        ("--upload-pack=x", "is neither a folder nor a git revision"),
        ("HEAD:nope", "`HEAD` has no folder `nope`"),
    ],
)
def test_a_version_that_is_not_there_is_said_so(repository: Path, old: str, message: str) -> None:
    done = run("-C", repository, "diff", "--", old, repository / "out")

    assert message in str(done.exception)


def test_failing_on_behaviour_needs_a_recording(project: Callable[..., Path]) -> None:
    same = project("same")

    done = run("diff", same, same, "--fail-on", "undetected")

    assert "`--fail-on undetected` needs a `--recording`" in str(done.exception)


def test_pages_are_paired_by_what_they_tell_of(
    record: Callable[..., object], run: Callable[..., object], make_alert: Callable[..., object]
) -> None:
    """A lower threshold pages earlier, another name is the same page, and one more page is new."""
    steps = "0*20 6*4 9*30 0*30 6*30 0*20"
    source = record({"heat{room=a}": steps})
    old = run(source, make_alert("heat > 7", name="Hot"))
    new = run(source, make_alert("heat > 5", name="Warm"))

    found: Behaviour = compare(old, new, {"Hot": "Warm"})

    assert [Kind.EARLIER, Kind.NEW] == [change.kind for change in found.pages]
    assert -60_000 == found.pages[0].shift
    assert isinstance(found.pages[0].page, Page)
    assert [Kind.LOST, Kind.NEW, Kind.NEW] == sorted(
        (change.kind for change in compare(old, new, {}).pages), key=lambda kind: kind.value
    )
