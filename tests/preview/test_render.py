from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

from mixwright import Dashboard, Mixin, Panel
from mixwright.errors import MixwrightError
from mixwright.frame import MemorySource, Samples
from mixwright.model import Link
from mixwright.passes import compile_mixin, compile_mixins, home
from mixwright.preview import Flaw, PreviewResult, render

from .conftest import END, EVIL, START, mixin


def page(preview: PreviewResult, uid: str) -> str:
    return (preview.index.parent / f"{uid}.html").read_text("utf-8")


def data(preview: PreviewResult, uid: str, number: int = 0) -> dict:
    script = (preview.index.parent / "data" / f"{uid}.{number}.js").read_text("utf-8")
    return json.loads(re.fullmatch(r"mixwright\.receive\(\d+,(.*)\);\n", script)[1])


def described(preview: PreviewResult, uid: str) -> dict:
    return json.loads(re.search(r'id="dashboard">(.*?)</script>', page(preview, uid))[1])


def test_a_world_without_faults_has_no_problems(preview: PreviewResult):
    assert preview.problems == ()
    assert preview.panels == 12
    assert all(path.is_file() for path in (preview.index, *preview.pages))


def test_there_is_one_script_of_drawings_for_each_choice(preview: PreviewResult):
    choices = described(preview, "world-jobs")["choices"]

    assert [choice["job"] for choice in choices] == ["$__all", EVIL, "api", "web"]
    assert all(data(preview, "world-jobs", number)["panels"] for number in range(len(choices)))


def test_drill_downs_name_the_page_and_every_variable(preview: PreviewResult):
    panels = data(preview, "world-jobs")["panels"]
    links = {
        href
        for panel in panels.values()
        for row in panel.get("rows", [])
        for _, href in row["links"]
    }

    assert "world-instance.html#var-job=%24__all&var-instance=node2%3A9100" in links


def test_recording_rules_that_the_server_did_not_run_are_drawn(preview: PreviewResult):
    panels = data(preview, "world-instance")["panels"]

    assert all(panel["series"] for panel in panels.values())


def test_an_alert_is_drawn_where_it_fired_for_what_is_chosen(preview: PreviewResult):
    everywhere, own, other = (
        data(preview, "world-jobs", number)["episodes"] for number in range(3)
    )
    busy = {(e["alert"], e["end"] is None) for episodes in everywhere.values() for e in episodes}

    assert busy == {("Busy", False), ("Cold", True)}
    assert any(own.values())
    assert not any(other.values())


def test_recorded_strings_are_never_markup(preview: PreviewResult):
    for path in preview.index.parent.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<script>window" not in text
        assert "<img" not in text
    for path in (preview.index.parent / "data").iterdir():
        assert "<" not in path.read_text("utf-8")


def test_pages_ask_for_nothing_from_a_network(preview: PreviewResult):
    for path in (preview.index, *preview.pages):
        assert not re.search(r'(?:src|href)="(?:https?:)?//', path.read_text("utf-8"))


def test_two_runs_write_the_same_bytes(
    preview: PreviewResult, resolved: Mixin, source: MemorySource, episodes, tmp_path: Path
):
    again = render((resolved,), source, tmp_path / "p", start=START, end=END, episodes=episodes)
    first = {
        p.relative_to(preview.index.parent): p.read_bytes()
        for p in preview.index.parent.rglob("*")
        if p.is_file()
    }
    second = {
        p.relative_to(again.index.parent): p.read_bytes()
        for p in again.index.parent.rglob("*")
        if p.is_file()
    }

    assert first == second


def test_what_a_reader_would_stumble_over_is_told(source: MemorySource, tmp_path: Path):
    gone = Link("Gone", "gone")
    panels = (
        Panel("Nothing", "no_such_metric"),
        Panel("Ambiguous", "up / on (job) up"),
        Panel("Astray", "up"),
    )
    broken = compile_mixin(
        Mixin("broken", version="1.0.0", dashboards=Dashboard("Broken", panels=panels))
    )
    (dashboard,) = broken.dashboards
    rows = tuple(
        attrs.evolve(
            row,
            panels=tuple(
                attrs.evolve(panel, links=(gone,) if panel.title == "Astray" else ())
                for panel in row.panels
            ),
        )
        for row in dashboard.rows
    )
    broken = attrs.evolve(broken, dashboards=attrs.evolve(dashboard, rows=rows, links=(gone,)))
    result = render((broken,), source, tmp_path / "p", start=START, end=END)

    assert [(problem.panel, problem.flaw) for problem in result.problems] == [
        ("", Flaw.DEAD_LINK),
        ("Nothing", Flaw.NO_DATA),
        ("Ambiguous", Flaw.FAILED_QUERY),
        ("Astray", Flaw.DEAD_LINK),
    ]
    assert "4 things to look at" in (tmp_path / "p" / "broken.html").read_text("utf-8")


def test_a_variable_without_values_is_told(source: MemorySource, tmp_path: Path):
    lonely = compile_mixin(
        Mixin(
            "lonely",
            version="1.0.0",
            dashboards=Dashboard("Lonely", per="pod", panels=Panel("Up", "up")),
        )
    )
    result = render((lonely,), source, tmp_path / "p", start=START, end=END)

    assert [p.flaw for p in result.problems] == [Flaw.NO_VALUES]


def test_a_preview_replaces_an_earlier_one_and_nothing_else(
    resolved: Mixin, source: MemorySource, tmp_path: Path
):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")

    with pytest.raises(MixwrightError, match="holds other files"):
        render((resolved,), source, mine, start=START, end=END)
    assert (mine / "thesis.txt").exists()

    for _ in range(2):
        render((resolved,), source, tmp_path / "p", start=START, end=END)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "p"]


@pytest.mark.parametrize(
    ("samples", "start", "end", "message"),
    [
        ([], START, END, "has no samples; there is nothing to draw"),
        (None, END, START, "ends before it starts: 2026-11-23 21:06 – 20:26 UTC"),
        (None, START - 9_000_000, START - 1, "it holds 2026-11-23 20:26 – 21:06 UTC"),
    ],
)
def test_a_range_without_samples_is_refused(
    resolved: Mixin,
    source: MemorySource,
    tmp_path: Path,
    samples: list | None,
    start: int,
    end: int,
    message: str,
):
    held = source if samples is None else MemorySource(Samples.of(samples))

    with pytest.raises(MixwrightError, match=re.escape(message)):
        render((resolved,), held, tmp_path / "p", start=start, end=end)
    assert not (tmp_path / "p").exists()


def test_the_home_dashboard_leads_to_every_root_and_counts_what_fires(
    resolved: Mixin, source: MemorySource, episodes: tuple[object, ...], tmp_path: Path
):
    written = (mixin(),)
    (shown,) = home.homeward((resolved,))
    entry = home.led(
        compile_mixin(home.home((shown,), compile_mixins(home.summaries(written)))), (shown,)
    )
    preview = render(
        (entry, shown), source, tmp_path / "p", start=START, end=END, episodes=episodes
    )
    panels = {panel["id"]: panel for panel in described(preview, home.UID)["panels"]}
    drawn = data(preview, home.UID)["panels"]
    numbers = [drawn[str(number)] for number, one in panels.items() if one["kind"] == "stat"]

    assert preview.problems == ()
    assert {href for one in numbers for item in one["items"] for _, href in item["links"]} == {
        "world-jobs.html"
    }
    alerts = {item["name"]: item["value"] for item in numbers[0]["items"]}
    assert (alerts["pages"]["text"], alerts["tickets"]["text"]) == ("0", "1")
    assert alerts["tickets"]["state"] == "orange"
    assert f'href="{home.UID}.html"' in page(preview, "world-jobs")
