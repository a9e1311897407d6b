"""Panels of older Grafanas become what Grafana itself makes of them, and it is said what is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.dashboardfiles import as_dashboard
from mixwright.errors import MixwrightError
from mixwright.importers import as_loaded, import_dashboard
from mixwright.importers.migrations import migrations

AGREED = json.loads(Path(__file__).with_name("migrations_agreed.json").read_text("utf-8"))


def drawn(value: Any) -> Any:
    """Return JSON without what Grafana does not look at: nothing, and two names that it has nothing for."""
    match value:
        case {"steps": steps}:
            return {**value, "steps": [(one.get("value"), one["color"]) for one in steps]}
        case dict():
            return {
                key: drawn(part)
                for key, part in value.items()
                if part is not None and key != "nullValueMode"
            }
        case list():
            parts = [drawn(one) for one in value if one is not None]
            return [
                one
                for one in parts
                if not isinstance(one, dict) or one.get("id") != "custom.fillGradient"
            ]
    return value


def made(panel: dict[str, Any], version: int = 36) -> tuple[dict[str, Any], tuple[str, ...]]:
    dashboard = as_dashboard({"title": "T", "schemaVersion": version, "panels": [panel]}, "t.json")
    loaded, told = as_loaded(dashboard)
    (again,) = loaded.content["panels"]
    return again, told


@pytest.mark.parametrize("name", AGREED)
def test_panels_become_what_grafana_makes_of_them(name: str):
    one = AGREED[name]

    again, told = made(one["panel"])

    assert drawn(again) == drawn(one["made"])
    assert (
        told[0] == f"`{one['panel']['type']}` is `{again['type']}`, as Grafana 12 and later make it"
    )


def test_every_kind_of_angular_panel_was_compared():
    assert {one["panel"]["type"] for one in AGREED.values()} == migrations().keys() - {
        "table",
        "text",
    }


GRAPH = {"type": "graph", "title": "Queue", "lines": True, "targets": [{"expr": "up"}]}
AXIS = {"format": "s", "show": True, "min": 0, "max": 5, "decimals": 0}


@pytest.mark.parametrize(
    ("panel", "ends"),
    [
        ({"yaxis": {"align": False}}, {}),
        ({}, {"min": 0, "max": 5, "decimals": 0}),
    ],
)
def test_stacks_to_a_hundred_percent_have_no_ends_of_their_own(panel: dict, ends: dict):
    # https://github.com/grafana/grafana/pull/84335, in Grafana 11
    again, _ = made({**GRAPH, **panel, "stack": True, "percentage": True, "yaxes": [AXIS]})

    defaults = again["fieldConfig"]["defaults"]
    assert defaults["custom"]["stacking"] == {"mode": "percent", "group": "A"}
    assert {name: defaults[name] for name in ("min", "max", "decimals") if name in defaults} == ends


def test_a_graph_of_buckets_is_a_histogram():
    again, told = made({**GRAPH, "xaxis": {"mode": "histogram"}, "stack": True})

    assert again["type"] == "histogram"
    assert again["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal"
    assert told[1] == "Grafana itself drops all but the stack of a `graph` that is a histogram"


@pytest.mark.parametrize(
    "panel",
    [
        {**GRAPH, "xaxis": {"mode": "series", "values": ["total"]}},
        {**GRAPH, "grid": {"leftMax": 1}, "y_formats": ["s", "s"]},
        {**GRAPH, "seriesOverrides": [{"alias": "a", "fill": {}}]},
        {**GRAPH, "thresholds": [{"op": "gt"}]},
        {**GRAPH, "yaxes": {"left": AXIS}},
        {"type": "singlestat", "colors": ["red"], "thresholds": 3},
        {"type": "table-old", "styles": [{"pattern": 3}]},
        {"type": "text", "content": "a"},
        {"type": ["graph"]},
        {"type": "nodeGraph"},
    ],
)
def test_what_cannot_be_turned_stays_as_it_is(panel: dict):
    assert made(panel) == (panel, ())


def test_a_hidden_column_is_hidden():
    # https://github.com/grafana/grafana/pull/84579, in Grafana 11
    again, _ = made({"type": "table-old", "styles": [{"pattern": "Time", "type": "hidden"}]})

    (override,) = again["fieldConfig"]["overrides"]
    assert override["properties"] == [HIDDEN]


HIDDEN = {"id": "custom.hideFrom", "value": {"viz": True, "legend": False, "tooltip": False}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"id": "custom.hidden", "value": True}, HIDDEN),
        (
            {"id": "custom.displayMode", "value": "lcd-gauge"},
            {"id": "custom.cellOptions", "value": {"type": "gauge", "mode": "lcd"}},
        ),
        (
            {"id": "custom.displayMode", "value": "color-background"},
            {"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "gradient"}},
        ),
        (
            {"id": "custom.displayMode", "value": "color-text"},
            {"id": "custom.cellOptions", "value": {"type": "color-text"}},
        ),
    ],
)
def test_a_table_of_before_grafana_12_has_its_cells_and_columns(before: dict, after: dict):
    overrides = [{"matcher": {"id": "byName", "options": "a"}, "properties": [before]}]
    config = {"defaults": {"custom": {"displayMode": "basic"}}, "overrides": overrides}

    again, told = made({"type": "table", "fieldConfig": config})

    assert again["fieldConfig"]["overrides"][0]["properties"] == [after]
    cell = {"type": "gauge", "mode": "basic"}
    assert again["fieldConfig"]["defaults"]["custom"] == {"cellOptions": cell}
    assert not told


@pytest.mark.parametrize(("version", "kind"), [(14, "table"), (23, "table"), (24, "table")])
def test_a_table_with_styles_was_the_old_one_before_grafana_7(version: int, kind: str):
    panel = {"type": "table", "styles": [{"pattern": "a", "unit": "s"}]}
    again, told = made(panel, version)

    assert again["type"] == kind
    assert ("fieldConfig" in again, bool(told)) == (version < 24, version < 24)


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        ({"mode": "markdown"}, {"content": "# Hi", "mode": "markdown"}),
        ({"mode": "text"}, {"content": "# Hi", "mode": "markdown"}),
        ({"mode": "html", "pluginVersion": "7.0.3"}, {"content": "# Hi", "mode": "html"}),
        (
            {"mode": "html", "pluginVersion": "8.0.0", "options": {"content": "b", "mode": "code"}},
            {"content": "b", "mode": "code"},
        ),
    ],
)
def test_a_text_has_its_text_among_its_options(fields: dict, options: dict):
    again, told = made({"type": "text", "content": "# Hi", **fields})

    assert again["options"] == options
    assert "content" not in again
    assert not told


@pytest.mark.parametrize(
    ("panel", "lost"),
    [
        ({"nullPointMode": "null as zero"}, "zeros where a `graph` has no value"),
        ({"timeRegions": [{}]}, "the time regions of a `graph`, of which it makes annotations"),
        ({"alert": {"name": "a"}}, "the alert in a `graph`"),
        ({"options": {"dataLinks": [{}]}}, "the links of a `graph`"),
        ({"decimals": 2}, "the decimals in the legend of a `graph`"),
        ({"yaxis": {"align": True}}, "how the axes of a `graph` are aligned"),
        (
            {"legend": {"values": True, "sort": "avg"}},
            "by what the legend of a `graph` is sorted",
        ),
        (
            {"stack": True, "tooltip": {"value_type": "cumulative"}},
            "sums in the tooltip of a `graph`",
        ),
        ({"seriesOverrides": [{"alias": "a", "zindex": 3}]}, "`zindex` of single series"),
    ],
)
def test_what_grafana_drops_is_said(panel: dict, lost: str):
    assert made({**GRAPH, **panel})[1][1:] == (f"Grafana itself drops {lost}",)


def test_links_by_title_lead_nowhere():
    dead = {"type": "dashboard", "title": "Jobs", "dashboard": "Jobs", "keepTime": True}
    living = {"type": "dashboard", "title": "Jobs", "url": "/d/jobs"}

    again, told = made({"type": "stat", "links": [dead, living]})

    assert again["links"] == [living]
    assert told == ("links of panels to dashboards by title lead nowhere, and are left out",)


def test_a_panel_that_loses_nothing_says_so_too():
    assert made(GRAPH)[1] == ("`graph` is `timeseries`, as Grafana 12 and later make it",)


def test_panels_in_rows_of_both_kinds_are_turned():
    content = {
        "title": "T",
        "panels": [GRAPH, {"type": "row", "collapsed": True, "panels": [GRAPH]}],
        "rows": [{"panels": [GRAPH]}],
    }
    before = json.dumps(content)

    loaded, told = as_loaded(as_dashboard(content, "t.json"))

    assert [panel.kind for panel in loaded.panels] == ["timeseries"] * 3
    assert told == ("`graph` is `timeseries`, as Grafana 12 and later make it (3 times)",)
    assert json.dumps(content) == before


NAMES = st.sampled_from(
    sorted(
        {key for one in AGREED.values() for key in one["panel"]}
        | {"alias", "pattern", "op", "value", "show", "mode", "from", "to", "properties", "id"}
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 99) | st.sampled_from(["a", "/a/", "1", ""]),
    lambda part: st.lists(part, max_size=2) | st.dictionaries(NAMES, part, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(migrations())), st.dictionaries(NAMES, JSON, max_size=6))
def test_what_can_be_read_is_turned_once_or_stays(kind: str, fields: dict):
    panel = {**fields, "type": kind}
    try:
        as_dashboard({"title": "T", "panels": [panel]}, "t.json")
    except MixwrightError:
        return

    once, _ = made(panel)

    assert made(once) == (once, ())


def test_a_graph_that_there_are_no_words_for_is_todays_json():
    panel = {**GRAPH, "gridPos": {"w": 12, "h": 8}, "dashes": True, "dashLength": 3}
    one = import_dashboard(as_dashboard({"title": "Queues", "panels": [panel]}, "queues.json"))

    (found,) = one.definition.all_panels()
    assert found.look.reason == "custom.lineStyle.dash"
    assert found.look.panel["type"] == "timeseries"


@pytest.mark.parametrize(
    ("legend", "unlisted"),
    [
        ({"hideZero": True}, ("zeros",)),
        ({"hideEmpty": True}, ("empty",)),
        ({"hideZero": True, "hideEmpty": True}, ("zeros", "empty")),
        ({}, ()),
    ],
)
def test_series_that_a_legend_leaves_out_are_said_in_words(legend: dict, unlisted: tuple):
    panel = {**GRAPH, "gridPos": {"w": 12, "h": 8}, "legend": {"show": True, **legend}}
    one = import_dashboard(as_dashboard({"title": "Queues", "panels": [panel]}, "queues.json"))

    (found,) = one.definition.all_panels()
    assert (found.look.unlisted, found.overrides) == (unlisted, ())


def test_a_graph_is_imported_in_words():
    panel = {
        **GRAPH,
        "description": "Jobs that wait.",
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "yaxes": [{"format": "short", "show": True, "min": 0, "label": "jobs"}],
        "linewidth": 2,
        "fill": 1,
        "stack": True,
        "nullPointMode": "null as zero",
        "legend": {"show": True, "alignAsTable": True, "values": True, "avg": True},
        "tooltip": {"shared": True, "sort": 2},
        "seriesOverrides": [{"alias": "/limit/", "dashes": True, "stack": False, "fill": 0}],
        "thresholds": [{"op": "gt", "value": 80, "colorMode": "critical", "line": True}],
    }
    content = {"title": "Queues", "uid": "queues", "schemaVersion": 16, "panels": [panel]}

    one = import_dashboard(as_dashboard(content, "queues.json"))

    assert one.losses == (
        "`graph` is `timeseries`, as Grafana 12 and later make it",
        "Grafana itself drops zeros where a `graph` has no value",
    )
    _, _, words = one.module().partition("panels=")
    assert (
        words
        == """Panel(
        "Queue",
        "up",
        kind=panels.TimeSeries(
            legend="table",
            legend_calculations=("mean",),
            stack=True,
            fill=10,
            line_width=2,
            points="never",
            axis_label="jobs",
            thresholds="line",
        ),
        description="Jobs that wait.",
        unit="short",
        minimum=0,
        steps=Steps({80: "red"}, base="transparent"),
        width=12,
        height=8,
        overrides=Override("/limit/", by="regexp", stack=False, fill=0, line_style="dash"),
    ),
    refresh="",
    since="now-6h",
)
"""
    )
