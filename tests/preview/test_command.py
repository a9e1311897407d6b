"""`mixwright preview`: what is listed, what is JUnit, and what fails with `--strict`."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright

TIMES = [1_700_000_000_000 + 15_000 * n for n in range(40)]
SERIES = (
    {"__name__": "up", "job": "idle"},
    {"__name__": "up", "job": "web"},
    {"__name__": "requests_total", "job": "web"},
)
MIXIN = """
from mixwright import Dashboard, Mixin, Panel, Variable

PANELS = (Panel("Requests", "requests_total"), {more})
BOARD = Dashboard("Jobs", per=Variable("job", of="up"), panels=PANELS)
MIXIN = Mixin("shop", version="1.0.0", dashboards=BOARD)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose recording has requests for one of two jobs."""
    (tmp_path / "mixins").mkdir()
    lines = (
        json.dumps({"metric": labels, "values": [1.0] * len(TIMES), "timestamps": TIMES})
        for labels in SERIES
    )
    (tmp_path / "recorded.jsonl").write_text("\n".join(lines))
    return tmp_path


def preview(root: Path, *, more: str = "") -> Result:
    (root / "mixins" / "shop.py").write_text(MIXIN.format(more=more))
    words = ["-C", root, "preview", "shop", "--strict", "-r", root / "recorded.jsonl"]
    words += ["--report", root / "pages", "--junit", root / "junit.xml"]
    return CliRunner().invoke(mixwright, [str(word) for word in words])


def test_a_panel_that_is_empty_for_some_choices_is_told_and_no_failure(shop: Path) -> None:
    done = preview(shop)

    (case,) = ElementTree.parse(shop / "junit.xml").findall(".//testcase[@name='Requests']")
    said = '`Jobs`, panel `Requests`: no data for some choices: the recording has none with `{job="idle"}` (1 of 2)'
    assert (done.exit_code, done.stderr.strip()) == (0, said)
    assert [(part.tag, part.text) for part in case] == [("system-out", said)]


def test_a_panel_that_is_empty_whatever_is_chosen_fails(shop: Path) -> None:
    done = preview(shop, more='Panel("Nothing", "nothing_at_all")')

    (suite,) = ElementTree.parse(shop / "junit.xml").getroot()
    assert done.exit_code == 1
    assert "panel `Nothing`: no data: the recording has none" in done.stderr
    assert suite.get("failures") == "1"
