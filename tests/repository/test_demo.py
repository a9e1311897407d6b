"""What `make demo` promises: every incident told of, and a report that a browser shows in full."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mixwright.driver.backtest import Backtested, backtest_project
from mixwright.driver.preview import preview_backtest
from mixwright.driver.report import write_report

REPOSITORY = Path(__file__).resolve().parents[2]
BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="module")
def demo(recording: Path) -> Backtested:
    return backtest_project(REPOSITORY, recording, ("node", "http-service"))


def test_every_incident_is_told_of_and_nothing_else(demo: Backtested) -> None:
    assert [outcome.incident.name for outcome in demo.result.missed] == []
    assert demo.result.score.false_pages == 0
    assert len(demo.result.incidents) == 6


def test_every_panel_has_data(demo: Backtested, recording: Path, tmp_path: Path) -> None:
    drawn = preview_backtest(demo, recording, tmp_path / "pages")

    assert [str(problem) for problem in drawn.problems] == []
    assert drawn.panels > 70


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no headless Chromium is installed")
def test_a_browser_shows_the_whole_report(
    demo: Backtested, recording: Path, tmp_path: Path
) -> None:
    report = write_report(demo, recording, tmp_path / "report")
    # Charts are drawn when they come into view, so the window is as high as the page.
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1300,20000")

    done = subprocess.run(
        [str(BROWSER), *flags, "--virtual-time-budget=10000", "--dump-dom", report.index.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    dom = done.stdout
    timelines = re.findall(r'<svg class="timeline".*?</svg>', dom, flags=re.DOTALL)
    for alert in demo.result.alerts:
        assert any(f">{alert.alert.name}<" in timeline for timeline in timelines)
    for incident in demo.result.incidents:
        assert all(incident.name in timeline for timeline in timelines)
    assert dom.count('class="main-svg"') >= 10
    assert report.dashboards.is_file()
