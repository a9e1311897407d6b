"""The pages of tuning and of diffs, and JUnit XML: what is in them, and that nothing recorded becomes markup."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from tests.report.conftest import EVIL

from mixwright.alertmanager import compiled_config
from mixwright.backtest import Backtest
from mixwright.backtest.incidents import Tolerance
from mixwright.backtest.tune import Tuned, read_axis, sweep
from mixwright.backtest.tune.prepare import prepare
from mixwright.cli import mixwright
from mixwright.model import Alert, Mixin, RuleGroup
from mixwright.recordings.memory import MemoryRecording
from mixwright.report import junit, tuning
from mixwright.values import Duration


def run(*arguments: object) -> Result:
    return CliRunner().invoke(mixwright, [str(a) for a in arguments], prog_name="mixwright")


def test_junit_fails_for_what_was_missed_and_for_rules_that_fail(result: Backtest) -> None:
    suites = {s.get("name"): s for s in ElementTree.fromstring(junit.render(result))}

    failed = {
        name: [case.get("name") for case in suite if case.find("failure") is not None]
        for name, suite in suites.items()
    }
    assert ["flood"] == failed["incidents"]
    assert ["rooms / Doubled"] == failed["alerts"]
    assert "1" == suites["incidents"].get("failures")


def tuned(evil: MemoryRecording, result: Backtest) -> Tuned:
    alert = Alert("Hot", expr="room > 50", hold="1m", severity="page", summary="x")
    mixin = Mixin("rooms", version="1.0.0", rules=(RuleGroup("g", rules=(alert,)),))
    ready = prepare([mixin], mixin, alert, evil, interval=Duration(15_000), start=None, end=None)
    found = sweep(
        ready.scheduled,
        [read_axis(alert, "threshold=10:80:8"), read_axis(alert, "hold=0s:4m:1m")],
        ready.overlay,
        compiled_config([mixin]),
        incidents=result.incidents,
        tolerance=Tolerance(),
        start=ready.start,
        end=ready.end,
    )
    return Tuned.of(found, 1000.0)


@pytest.fixture(scope="session")
def tuning_result(result: Backtest, rooms: MemoryRecording) -> Tuned:
    return tuned(rooms, result)


def test_a_tuning_page_holds_every_chart_and_no_markup_of_others(tuning_result: Tuned) -> None:
    page = tuning.html.render(tuning_result)

    assert EVIL not in page
    data = page.split('<script id="settings" type="application/json">')[1].split("</script>")[0]
    charts = json.loads(data)
    assert ["curve", "map"] == [chart["kind"] for chart in charts]
    assert (8, 5) == tuple(
        len(chart) for chart in (charts[1]["y"]["values"], charts[1]["x"]["values"])
    )
    assert page.count('class="settings"') == 2


def test_every_setting_is_in_the_json(tuning_result: Tuned) -> None:
    said = json.loads(tuning.json.render(tuning_result))

    assert 40 == len(said["points"])
    row = dict(zip(said["columns"], said["points"][0], strict=True))
    assert {"threshold": 10, "hold": 0} == {name: row[name] for name in ("threshold", "hold")}
    assert said["chosen"]["values"].keys() == {"threshold", "hold"}
    for name, (low, high) in said["room"].items():
        assert low <= said["chosen"]["values"][name] <= high


def test_the_commands_say_what_they_did(recording: Path, repository: Path, tmp_path: Path) -> None:
    done = run(
        "-C", repository, "tune", "NodeCpuSaturated", "node", "-r", recording,
        "--param", "threshold=0.5:0.95:10", "--param", "hold=0s:4m:1m", "--budget", "0.5/week",
        "--report", tmp_path / "tune",
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "50 settings of threshold × hold" in done.stdout
    assert "take" in done.stdout
    assert "◆" in done.stdout
    assert (tmp_path / "tune" / "plotly.min.js").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["NodeCpuSaturatd"],
            "`NodeCpuSaturatd` is not an alert that is there; did you mean `NodeCpu",
        ),
        (["NodeCpuSaturated", "--param", "hold=1m"], "give a `--recording`"),
        (["NodeCpuSaturated", "--budget", "often"], "`often` is not a rate; write `0.5/week`"),
    ],
)
def test_what_cannot_be_tuned_is_said(repository: Path, arguments: list[str], message: str) -> None:
    done = run("-C", repository, "tune", *arguments)

    assert done.exit_code != 0
    assert message in done.output + str(done.exception)


def test_what_can_be_tuned_is_listed(repository: Path) -> None:
    done = run("-C", repository, "tune", "NodeCpuSaturated", "node")

    assert done.exit_code == 0
    for name in ("threshold", "threshold2", "window", "hold", "keep"):
        assert name in done.stdout
