"""What panels, variables and raw panels become in Grafana's JSON, beyond what every kind shares."""

from __future__ import annotations

from typing import Any

import pytest
from grafanalib import core

from mixwright import (
    AdhocFilters,
    Annotation,
    CustomVariable,
    Dashboard,
    DataLink,
    IntervalVariable,
    Mixin,
    Override,
    Panel,
    Query,
    QueryVariable,
    RangeMap,
    RawPanel,
    RegexMap,
    Row,
    SpecialMap,
    Steps,
    TextVariable,
    ValueMap,
    Variable,
    panels,
)
from mixwright import transformations as t
from mixwright.backends import grafana
from mixwright.passes import compile_mixin
from mixwright.schemas import validate_dashboard

Json = dict[str, Any]


def compiled(*shown: Panel, **more: Any) -> Json:
    dashboard = Dashboard("D", panels=shown, **more)
    mixin = compile_mixin(Mixin("web", version="1.0.0", dashboards=dashboard))
    ((_, content),) = grafana.dashboards(mixin)
    return content


def drawn(panel: Panel, **more: Any) -> Json:
    content = compiled(panel, **more)
    assert validate_dashboard(content) == []
    return dict(content["panels"][0])


LOOKS = (
    panels.TimeSeries(
        draw="bars",
        stack="percent",
        fill=30,
        gradient="hue",
        line_width=2,
        line_style="dot",
        interpolation="smooth",
        points="always",
        point_size=3.5,
        connect="5m",
        negative=True,
        axis="right",
        axis_label="of all",
        axis_scale="log10",
        soft_minimum=0,
        soft_maximum=2.5,
        thresholds="area",
        legend="table",
        legend_at="right",
        legend_calculations=("mean", "max"),
        tooltip="single",
        fill_below_to="p50",
        unlisted=("empty", "zeros"),
    ),
    panels.Stat(
        colored="background", graph="none", text="name", justify="center", percent_change=True
    ),
    panels.Gauge(shape="circle", threshold_labels=True, threshold_markers=False),
    panels.BarGauge(display="lcd", orientation="vertical", value="hidden", unfilled=False),
    panels.Table(
        cell="color-background",
        align="center",
        width=120,
        hidden=True,
        wrap=True,
        header=False,
        rows="lg",
        sort="a",
        descending=True,
        pages=True,
        footer=("sum", "mean"),
    ),
    panels.Heatmap(scheme="Blues", reverse=True, scale="linear", show_values=True, axis_label="s"),
    panels.StateTimeline(merge=False, show_values="never", align="center", legend="hidden"),
    panels.StatusHistory(column_width=0.5, fill=20),
    panels.Histogram(bucket_size=0.5, combine=True),
    panels.PieChart(
        shape="donut", labels=("name", "percent"), legend_values=("value",), sort="asc"
    ),
    panels.BarChart(x="job", orientation="horizontal", stack=True, label_rotation=45),
    panels.Logs(labels=True, duplicates="exact", order="ascending"),
    panels.Text("print(1)", mode="code", language="json"),
    panels.DashboardList(tags=("a",), query="b", folder="c", recent=True),
    panels.AlertList(states=("firing",), matchers='{a="b"}', group_by=("job",), sort="newest"),
    panels.AnnotationList(tags=("a",), only_here=True),
)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.kind)
def test_every_option_is_one_that_grafana_knows(look: Any) -> None:
    panel = drawn(Panel("p", Query("up", legend="a"), kind=look))

    assert panel["type"] == look.kind


def test_no_kind_was_left_out_above() -> None:
    assert {look.kind for look in LOOKS} == panels.kinds().keys() - {"raw"}


def test_an_override_gives_back_what_an_earlier_one_took() -> None:
    panel = drawn(
        Panel(
            "p",
            "up",
            overrides=(
                Override("/./", by="regexp", draw="bars", fill=80),
                Override("a", draw="line"),
                Override("b", line_width=3),
            ),
        )
    )

    changes = [one["properties"] for one in panel["fieldConfig"]["overrides"]]
    assert changes[1:] == [
        [{"id": "custom.drawStyle", "value": "line"}],
        [{"id": "custom.lineWidth", "value": 3}],
    ]


def test_an_override_changes_what_its_options_change() -> None:
    panel = drawn(
        Panel(
            "p",
            Query("up", legend="a"),
            overrides=(
                Override(
                    "/^p9/",
                    by="regexp",
                    unit="s",
                    color="continuous-GrYlRd",
                    decimals=1,
                    minimum=0,
                    maximum=2,
                    no_value="none",
                    display_name="tail",
                    steps=Steps({1: "red"}),
                    mappings={0: "off"},
                    links=DataLink("x", "https://example.org", new_tab=True),
                    fill=10,
                    axis="right",
                ),
                Override("A", by="query", color="#ff0000", line_width=1),
                Override("number", by="type", unit="short"),
            ),
        )
    )
    first, second, third = panel["fieldConfig"]["overrides"]

    assert first["matcher"] == {"id": "byRegexp", "options": "/^p9/"}
    assert {one["id"]: one["value"] for one in first["properties"]} == {
        "unit": "s",
        "color": {"mode": "continuous-GrYlRd"},
        "decimals": 1,
        "min": 0,
        "max": 2,
        "noValue": "none",
        "displayName": "tail",
        "thresholds": {
            "mode": "absolute",
            "steps": [{"color": "green", "value": None}, {"color": "red", "value": 1}],
        },
        "mappings": [{"type": "value", "options": {"0": {"index": 0, "text": "off"}}}],
        "links": [{"title": "x", "url": "https://example.org", "targetBlank": True}],
        "custom.fillOpacity": 10,
        "custom.axisPlacement": "right",
    }
    # Its line is as wide as all others, so there is nothing to override.
    assert second["matcher"] == {"id": "byFrameRefID", "options": "A"}
    assert second["properties"] == [
        {"id": "color", "value": {"fixedColor": "#ff0000", "mode": "fixed"}}
    ]
    assert third["matcher"] == {"id": "byType", "options": "number"}


def test_mappings_of_all_sorts_are_kept_in_their_order() -> None:
    shown = (
        ValueMap("ok", text="fine", color="green"),
        RangeMap(None, 5, text="few"),
        RegexMap("/(.*)/", text="$1"),
        SpecialMap("null", text="none"),
    )
    found = drawn(Panel("p", "up", kind="stat", mappings=shown))["fieldConfig"]["defaults"][
        "mappings"
    ]

    assert [(one["type"], one["options"]) for one in found] == [
        ("value", {"ok": {"index": 0, "text": "fine", "color": "green"}}),
        ("range", {"from": None, "to": 5, "result": {"index": 1, "text": "few"}}),
        ("regex", {"pattern": "/(.*)/", "result": {"index": 2, "text": "$1"}}),
        ("special", {"match": "null", "result": {"index": 3, "text": "none"}}),
    ]


def test_colours_by_value_may_be_shares_of_the_scale() -> None:
    panel = drawn(Panel("p", "up", kind="gauge", steps=Steps({80: "red"}, percentage=True)))

    assert panel["fieldConfig"]["defaults"]["thresholds"]["mode"] == "percentage"
    assert panel["options"]["showThresholdMarkers"] is True


def test_transformations_are_emitted_in_their_order_and_replace_the_usual_ones() -> None:
    steps = (
        t.Reduce(calculations=("max",)),
        t.OtherTransformation("limit", {"limitField": 3}, reason="few"),
    )
    panel = drawn(Panel("p", "up", kind="table", transformations=steps))

    assert [one["id"] for one in panel["transformations"]] == ["reduce", "limit"]


def test_logs_come_from_a_loki_that_readers_choose() -> None:
    content = compiled(
        Panel("logs", logs='{job="web"} |= "error"', kind="logs"),
        Panel("both", "up", logs='sum(rate({job="web"}[5m]))'),
    )
    logs, both = content["panels"]

    assert validate_dashboard(content) == []
    assert [one["name"] for one in content["templating"]["list"]] == ["datasource", "loki"]
    assert logs["datasource"] == {"type": "loki", "uid": "${loki}"}
    assert logs["targets"] == [
        {
            "datasource": {"type": "loki", "uid": "${loki}"},
            "editorMode": "code",
            "expr": '{job="web"} |= "error"',
            "queryType": "range",
            "refId": "A",
        }
    ]
    assert both["datasource"]["uid"] == "-- Mixed --"
    assert [one["refId"] for one in both["targets"]] == ["A", "B"]


def test_variables_of_all_sorts_stand_beside_those_of_the_levels() -> None:
    content = compiled(
        Panel("p", Query("rate(a[5m])", window="$window")),
        variables=(
            Variable("job", pattern="/web.*/"),
            CustomVariable(
                "env", values={"Live, now": "prod", "dev": "dev"}, multi=True, title="Where"
            ),
            IntervalVariable("window", values=("1m", "1h")),
            TextVariable("search", value="x", hidden=True),
            QueryVariable("metric", query="metrics(node_.*)", multi=True, description="which"),
            AdhocFilters("filters"),
        ),
    )
    _, job, env, window, search, metric, filters = content["templating"]["list"]

    assert validate_dashboard(content) == []
    assert job["regex"] == "/web.*/"
    assert env["query"] == "Live\\, now : prod,dev"
    assert (env["label"], env["includeAll"], env["current"]["value"]) == ("Where", True, ["$__all"])
    assert (window["query"], window["current"]) == ("1m,1h", {"text": "1m", "value": "1m"})
    assert (search["type"], search["hide"], search["query"]) == ("textbox", 2, "x")
    assert (metric["query"], metric["multi"]) == ("metrics(node_.*)", True)
    assert (filters["type"], filters["datasource"]["uid"]) == ("adhoc", "${datasource}")
    assert content["panels"][0]["targets"][0]["expr"] == 'rate(a{job="$job"}[$window])'


def test_rows_and_panels_are_repeated_by_grafana() -> None:
    content = compiled(
        Panel("a", "up", kind="stat", repeat="job"),
        Panel("b", "up", repeat="job", repeat_down=True, width=12),
        rows=Row("Of $job", Panel("c", "up"), repeat="job"),
        variables=Variable("job", multi=True),
    )
    a, b, row, _ = content["panels"]

    assert validate_dashboard(content) == []
    assert (a["repeat"], a["repeatDirection"], a["maxPerRow"], a["gridPos"]["w"]) == (
        "job",
        "h",
        6,
        24,
    )
    assert (b["repeat"], b["repeatDirection"], b["gridPos"]["w"]) == ("job", "v", 12)
    assert "maxPerRow" not in b
    assert row["repeat"] == "job"


def test_what_a_definition_marks_is_asked_for_what_is_chosen() -> None:
    content = compiled(
        Panel("p", "up"),
        per="job",
        annotations=Annotation("Restart", "changes(start[1m]) > 0", text="{{job}}", tags=("job",)),
    )
    _, mark = content["annotations"]["list"]

    assert validate_dashboard(content) == []
    assert (mark["name"], mark["iconColor"], mark["tagKeys"]) == ("Restart", "purple", "job")
    assert mark["target"]["expr"] == 'changes(start{job="$job"}[1m]) > 0'


def test_a_panel_of_grafanalib_is_placed_and_otherwise_left_alone() -> None:
    theirs = core.TimeSeries(
        title="Theirs",
        targets=[core.Target(expr="up", legendFormat="x")],
        unit="short",
        thresholds=[core.Threshold("green", 0, 0.0), core.Threshold("red", 1, 80.0)],
    )
    content = compiled(Panel.of_grafanalib(theirs, width=6), Panel("ours", "up"))
    panel, ours = content["panels"]

    assert (panel["id"], panel["gridPos"]) == (2, {"h": 8, "w": 6, "x": 0, "y": 0})
    assert (panel["title"], panel["type"]) == ("Theirs", "timeseries")
    assert panel["targets"][0]["expr"] == "up"
    assert panel["fieldConfig"]["overrides"] == []
    assert ours["gridPos"]["x"] == 6
    assert [v for v in validate_dashboard(content) if "panels[1]" in v.path] == []


def test_raw_json_is_emitted_as_it_is_even_where_the_schema_knows_better() -> None:
    json = {
        "type": "geomap",
        "title": "Map",
        "options": {"any": [None]},
        "gridPos": {"h": 5, "w": 7},
    }
    mixin = compile_mixin(
        Mixin(
            "web",
            version="1.0.0",
            dashboards=Dashboard(
                "D",
                panels=(
                    RawPanel(json, reason="no class for maps"),
                    RawPanel(
                        {"type": "stat", "options": {"odd": 1}}, reason="a plugin's own option"
                    ),
                ),
            ),
        )
    )
    (artifact,) = grafana.emit(mixin)
    ((_, content),) = grafana.dashboards(mixin)

    assert content["panels"][0] == {**json, "id": 2, "gridPos": {"h": 8, "w": 7, "x": 0, "y": 0}}
    assert b'"odd": 1' in artifact.content
