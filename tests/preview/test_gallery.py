"""One dashboard with every kind of panel and of variable, drawn and looked at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from mixwright import (
    AdhocFilters,
    Annotation,
    CustomVariable,
    Dashboard,
    IntervalVariable,
    Mixin,
    Override,
    Panel,
    Query,
    QueryVariable,
    RawPanel,
    Row,
    Steps,
    TextVariable,
    ValueMap,
    Variable,
    panels,
)
from mixwright import transformations as t
from mixwright.errors import MixwrightError
from mixwright.frame import MemorySource
from mixwright.passes import compile_mixin
from mixwright.preview import PreviewResult, render
from mixwright.preview import pictures as taken
from mixwright.preview.junit import junit
from mixwright.values import Labels

from ..browser import BROWSER, assert_drawn, opened
from .conftest import END, EVIL, START, Fired

BUSY = "max by (instance, job) (busy_ratio)"
SHOWN = (
    Panel(
        "Lines",
        BUSY,
        legend="{{instance}} {{job}}",
        unit="percentunit",
        kind=panels.TimeSeries(legend="table", legend_calculations=("mean", "max")),
        overrides=Override(
            "/api/", by="regexp", draw="bars", color="red", unit="short", axis="right"
        ),
    ),
    Panel(
        "Log", "memory_bytes", kind=panels.TimeSeries(axis_scale="log2", stack=True), unit="bytes"
    ),
    Panel(
        "Listed",
        (
            Query("0 * max(busy_ratio)", legend="always zero"),
            Query("max(busy_ratio)", legend="more than zero"),
        ),
        kind=panels.TimeSeries(unlisted=("empty", "zeros")),
    ),
    Panel("Percent", "busy_ratio", kind=panels.TimeSeries(stack="percent", legend_at="right")),
    Panel(
        "Filled",
        "max(busy_ratio)",
        kind=panels.Stat(colored="background", percent_change=True),
        steps=Steps({0.5: "orange"}),
    ),
    Panel(
        "Mean",
        "busy_ratio",
        kind=panels.Stat(calculation="mean", text="value_and_name"),
        color="continuous-GrYlRd",
    ),
    Panel("Circle", "max(busy_ratio)", kind=panels.Gauge(shape="circle"), unit="percentunit"),
    Panel("Upright", BUSY, kind=panels.BarGauge(orientation="vertical", display="lcd")),
    Panel(
        "Rows",
        (Query("up", legend="up"), Query("memory_bytes", legend="memory")),
        kind=panels.Table(footer=("sum",), sort="memory", descending=True),
        overrides=(
            Override("memory", unit="bytes", cell="color-background", steps=Steps({0: "green"})),
            Override("up", mappings=(ValueMap(1, text="fine", color="green"),), align="center"),
            Override("job", hidden=True),
        ),
    ),
    Panel(
        "Reduced",
        Query(BUSY, format="series"),
        kind="table",
        transformations=(
            t.Reduce(calculations=("max", "mean"), labels=True),
            t.GroupBy("job", calculate={"Max": ("max",)}),
            t.SortBy("Max (max)", descending=True),
        ),
    ),
    Panel("Reduced numbers", BUSY, kind="stat", transformations=t.Reduce(calculations=("max",))),
    Panel("Heat", "sum by (le) (rate(latency_seconds_bucket[1m]))", kind="heatmap", unit="s"),
    Panel("States", "up", kind="state-timeline", mappings={0: "down", 1: "up"}),
    Panel("History", "up", kind="status-history", mappings={0: "down", 1: "up"}),
    Panel("Spread", "busy_ratio", kind=panels.Histogram(bucket_count=10), unit="percentunit"),
    Panel(
        "Pie", BUSY, kind=panels.PieChart(labels=("percent",), legend_values=("value", "percent"))
    ),
    Panel(
        "Bars",
        (
            Query("max by (job) (busy_ratio)", legend="most"),
            Query("min by (job) (busy_ratio)", legend="least"),
        ),
        kind="barchart",
    ),
    Panel("Logs", logs='{job=~"$job"}', kind="logs"),
    Panel("Words", kind=panels.Text("**bold**")),
    Panel("Dashboards", kind=panels.DashboardList(tags=("root",))),
    Panel("Alerts", kind="alertlist"),
    Panel("Notes", kind=panels.AnnotationList(tags=("deploy",))),
    RawPanel({"type": "geomap", "title": f"Map {EVIL}"}, reason=f"no maps {EVIL}"),
)


def gallery() -> Mixin:
    return Mixin(
        "gallery",
        version="1.0.0",
        dashboards=Dashboard(
            "Gallery",
            panels=SHOWN,
            rows=(
                Row("Of $job", Panel("Up of $job", "sum(up)", kind="stat"), repeat="job"),
                Row(
                    "Repeated",
                    (Panel("Each $job", "up", repeat="job", width=12), Panel("Last", "up")),
                ),
            ),
            variables=(
                Variable("job", of="up", multi=True, pattern="/^(api|web)$/"),
                CustomVariable("env", values={"Production": "prod", "Development": "dev"}),
                IntervalVariable("window", values=("1m", "5m")),
                TextVariable("search", value="error"),
                QueryVariable("metric", query="metrics(^(up|busy_ratio)$)"),
                AdhocFilters("filters"),
            ),
            annotations=Annotation("Down", "up == 0", text="{{instance}}", tags=("job",)),
        ),
    )


@pytest.fixture(scope="module")
def drawn(source: MemorySource, tmp_path_factory: pytest.TempPathFactory) -> PreviewResult:
    labels = Labels({"alertname": "Busy", "severity": "page", "job": "api"})
    fired = (Fired("Busy", labels, START, None), Fired("Busy", labels, START, START + 60_000))
    return render(
        (compile_mixin(gallery()),),
        source,
        tmp_path_factory.mktemp("gallery") / "p",
        start=START,
        end=END,
        episodes=fired,
    )


@pytest.fixture(scope="module")
def page(drawn: PreviewResult) -> dict[str, Any]:
    text = (drawn.index.parent / "gallery.html").read_text("utf-8")
    found = re.search(r'id="dashboard">(.*?)</script>', text)
    assert found is not None
    return dict(json.loads(found[1]))


def choice(drawn: PreviewResult, page: dict[str, Any], **wanted: str) -> dict[str, Any]:
    """Return the drawings of the first choice with these values, by the panels' titles."""
    number = next(
        n
        for n, one in enumerate(page["choices"])
        if wanted.items() <= one.items() and "filters" not in one
    )
    text = (drawn.index.parent / "data" / f"gallery.{number}.js").read_text("utf-8")
    content = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    html = (drawn.index.parent / "gallery.html").read_text("utf-8")
    titles = dict(re.findall(r'id="panel-(\d+)".*?class="title">(.*?)</span>', html))
    panels_ = {titles[number]: panel for number, panel in content["panels"].items()}
    return {"panels": panels_, "marks": content["marks"]}


ALL = {"job": "$__all"}


def test_every_panel_shows_something_and_every_variable_has_values(drawn: PreviewResult) -> None:
    assert drawn.problems == ()


def test_variables_of_all_sorts_can_be_chosen(page: dict[str, Any]) -> None:
    offered = {
        variable["name"]: list(
            dict.fromkeys(one.get(variable["name"], "") for one in page["choices"])
        )
        for variable in page["variables"]
    }

    assert offered["job"] == ["$__all", "api", "web"]
    assert offered["env"][0] == "prod"
    assert offered["window"][0] == "1m"
    assert offered["search"] == ["error"]
    assert offered["metric"][0] == "busy_ratio"
    assert offered["filters"][0] == ""
    assert {v["name"]: v["typed"] for v in page["variables"]}["search"] is True
    assert page["variables"][1]["texts"] == {"prod": "Production", "dev": "Development"}


def test_the_window_that_is_chosen_is_the_window_that_is_asked(source: MemorySource) -> None:
    from mixwright.preview.choices import asked

    query = Query("rate(requests_total[2m] offset 1m)", window="$window")
    dashboard = Dashboard("D", panels=Panel("p", query), variables=AdhocFilters("f"))

    assert str(asked(query, Labels({"window": "5m"}), dashboard)) == (
        "rate(requests_total[5m] offset 1m)"
    )
    assert str(asked(query, Labels({"f": "job=api"}), dashboard)) == (
        'rate(requests_total{job="api"}[2m] offset 1m)'
    )


def test_overrides_change_single_series(drawn: PreviewResult, page: dict[str, Any]) -> None:
    lines = choice(drawn, page, **ALL)["panels"]["Lines"]
    red = [one for one in lines["series"] if one.get("color") == "red"]

    assert lines["calculations"] == ["Mean", "Max"]
    assert len(red) == 3
    assert {(one["unit"], one["look"]["draw"], one["look"]["axis"]) for one in red} == {
        ("short", "bars", "right")
    }
    assert all("look" not in one for one in lines["series"] if one not in red)


def test_a_tables_columns_are_those_of_its_transformations(
    drawn: PreviewResult, page: dict[str, Any]
) -> None:
    found = choice(drawn, page, **ALL)["panels"]

    assert [column["name"] for column in found["Rows"]["columns"]] == ["instance", "up", "memory"]
    assert found["Rows"]["columns"][2]["footer"][0].startswith("Total: ")
    assert found["Rows"]["rows"][0]["cells"][1] == {"text": "fine", "state": "green", "number": 1.0}
    assert [column["name"] for column in found["Reduced"]["columns"]] == ["job", "Max (max)"]
    assert len(found["Reduced numbers"]["items"]) == 9


def test_numbers_are_calculated_and_coloured_as_asked(
    drawn: PreviewResult, page: dict[str, Any]
) -> None:
    found = choice(drawn, page, **ALL)["panels"]

    assert found["Filled"]["items"][0]["value"]["state"] == "orange"
    assert re.fullmatch(r"-?[\d.]+%", found["Filled"]["items"][0]["change"])
    assert found["Mean"]["items"][0]["value"]["state"].startswith("continuous-GrYlRd 0.0")


def test_shares_add_up_and_values_fall_into_buckets(
    drawn: PreviewResult, page: dict[str, Any]
) -> None:
    found = choice(drawn, page, **ALL)["panels"]
    shares = [item["share"] for item in found["Pie"]["items"]]

    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert shares == sorted(shares, reverse=True)
    assert found["Spread"]["size"] == 0.1
    assert all(sum(one["counts"]) == 241 for one in found["Spread"]["series"])
    assert found["Bars"]["groups"] == [EVIL, "api", "web"]
    assert [bar["name"] for bar in found["Bars"]["bars"]] == ["most", "least"]


def test_repeated_panels_are_there_for_what_is_chosen(
    drawn: PreviewResult, page: dict[str, Any]
) -> None:
    every = choice(drawn, page, **ALL)["panels"]
    one = choice(drawn, page, job="api")["panels"]

    assert {title for title, panel in every.items() if panel is None} == set()
    assert {title for title, panel in one.items() if panel is None} == {"Up of web", "Each web"}
    assert len(every["Each api"]["series"]) == len(one["Each api"]["series"]) == 3


def test_what_a_definition_marks_is_marked(drawn: PreviewResult, page: dict[str, Any]) -> None:
    marks = choice(drawn, page, job="api")["marks"]

    assert len(marks) == 3
    assert {mark["text"] for mark in marks} == {f"node{n}:9100 api" for n in (1, 2, 10)}
    assert all(
        START + 900_000 <= mark["start"] < mark["end"] <= START + 1_200_000 for mark in marks
    )


def test_lists_tell_of_other_dashboards_and_of_open_alerts(
    drawn: PreviewResult, page: dict[str, Any]
) -> None:
    found = choice(drawn, page, **ALL)["panels"]

    assert [item["page"] for item in found["Dashboards"]["items"]] == ["gallery.html"]
    assert found["Alerts"]["over"] == 1
    assert [(item["alert"], item["since"]) for item in found["Alerts"]["items"]] == [
        ("Busy", START)
    ]


def test_what_is_wrong_is_told_as_junit(source: MemorySource, tmp_path: Path) -> None:
    broken = Dashboard(
        "Broken \x07", panels=(Panel("Nothing <&>", "no_such_metric"), Panel("Up", "up"))
    )
    mixin = compile_mixin(Mixin("web", version="1.0.0", dashboards=broken))
    result = render((mixin,), source, tmp_path / "p", start=START, end=END)

    (suite,) = ElementTree.fromstring(junit(result))
    failures = {case.get("name"): case.find("failure") for case in suite}
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert failures["Up"] is None
    assert failures["variables and links"] is None
    assert failures["Nothing <&>"].get("type") == "no_data"


def test_a_machine_without_a_browser_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)

    with pytest.raises(MixwrightError, match="install `chromium-headless-shell`"):
        taken.find_browser()


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no headless Chromium is installed")
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_kind_is_drawn_in_a_browser(drawn: PreviewResult, theme: str) -> None:
    dom = opened((drawn.index.parent / "gallery.html").as_uri() + f"?theme={theme}")

    assert_drawn(dom)
    for mark in ("pie-box", "filled", "upright", 'class="elsewhere"', "listed-values", "tfoot"):
        assert mark in dom, mark
    assert 'title="more than zero"' in dom
    assert 'title="always zero"' not in dom
    assert "Only Grafana draws this panel: geomap." in dom
    assert "<script>window.onerror" not in dom


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no headless Chromium is installed")
def test_pictures_are_as_high_as_their_pages(drawn: PreviewResult) -> None:
    (picture,) = taken.pictures(drawn, theme="light")
    content = picture.read_bytes()

    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20]) == 1600
    assert int.from_bytes(content[20:24]) == drawn.heights[0]
