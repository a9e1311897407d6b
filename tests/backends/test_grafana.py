"""Grafana dashboards: what a resolved mixin becomes as classic JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixwright import (
    Alert,
    Dashboard,
    Mixin,
    Panel,
    Query,
    Row,
    RuleGroup,
    Severity,
    Variable,
    panels,
    promql,
)
from mixwright.backends import grafana
from mixwright.errors import DefinitionError
from mixwright.model.panels import kinds
from mixwright.passes import compile_mixin
from mixwright.promql import parse
from mixwright.schemas import validate_dashboard

Json = dict[str, Any]

RATE = promql("sum by (cluster, instance) (rate(requests_total[5m]))")
BUSY = Alert("Busy", expr=RATE > 100, severity=Severity.PAGE, summary="busy")
SLOW = Alert("Slow", expr=RATE > 50, severity="ticket", summary="slower than it was")
IDLE = Alert("Idle", expr=RATE < 1, severity="ticket", summary="idle")
DOWN = Alert("Down", expr="up == 0", severity="page", summary="down")


def compiled(*panels: Panel, **more: Any) -> Json:
    """Return the classic JSON of one dashboard with these panels."""
    rules = {"rules": more.pop("rules")} if "rules" in more else {}
    (found,) = all_compiled(Dashboard("Web", panels=panels, **more), **rules).values()
    return found


def all_compiled(*dashboards: Dashboard, **more: Any) -> dict[str, Json]:
    rules = RuleGroup("web", rules=(BUSY, SLOW, IDLE, DOWN))
    mixin = Mixin("web", **{"version": "1.0.0", "dashboards": dashboards, "rules": rules, **more})
    return {one.slug: content for one, content in grafana.dashboards(compile_mixin(mixin))}


def drawn(panel: Panel, **more: Any) -> Json:
    """Return the JSON of one panel."""
    (found,) = compiled(panel, **more)["panels"]
    return dict(found)


def hierarchy() -> dict[str, Json]:
    host = Dashboard("Host", panels=Panel("Rate", RATE, legend="{{instance}}"), per="instance")
    panels = (
        Panel("Rate", RATE, legend="{{instance}}", alert=(BUSY, IDLE)),
        Panel("Hosts", (Query(RATE, legend="rate"), Query("up")), kind="table"),
        Panel("Total", "sum(up)", kind="stat"),
    )
    per = Variable("cluster", of=promql("up"), multi=True, title="Cluster")
    return all_compiled(
        Dashboard("Fleet", panels=panels, per=per, children=host), selector='job="web"'
    )


def expressions(content: Any) -> list[str]:
    if isinstance(content, dict):
        found = [content["expr"]] if "expr" in content else []
        return found + [one for value in content.values() for one in expressions(value)]
    return (
        [one for part in content for one in expressions(part)] if isinstance(content, list) else []
    )


def as_prometheus_gets_it(text: str) -> str:
    """Fill in the variables, as Grafana does."""
    text = text.replace(grafana_queries().RATE_INTERVAL, "1m")
    return re.sub(r"\$\{\w+:regex\}", "a", text)


def grafana_queries() -> Any:
    from mixwright.backends.grafana import queries

    return queries


KINDS = sorted(kinds().keys() - {"raw"})
SHOWING = [kind for kind in KINDS if kinds()[kind].asks != "nothing"]


def look(kind: str, text: str = "# Read me") -> Any:
    return panels.Text(text) if kind == "text" else kind


EVERYTHING = tuple(
    Panel(
        kind,
        Query("rate(requests_total[5m])", legend="{{instance}}"),
        kind=look(kind),
        unit="reqps",
        minimum=0.0,
        maximum=1.5,
        decimals=1,
        description="What comes in.",
        mappings={0: "none", 1.5: "all", float("nan"): "unknown"},
        alert=() if kind not in SHOWING else (BUSY, SLOW, IDLE),
    )
    for kind in KINDS
)


def test_every_kind_of_panel_is_what_grafana_takes() -> None:
    row = Row("More", EVERYTHING, collapsed=True)

    assert validate_dashboard(compiled(*EVERYTHING, rows=row, per="instance")) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(KINDS),
    title=st.text(min_size=1, max_size=20),
    unit=st.sampled_from(["", "bytes", "suffix:jobs", "no such unit"]),
    bounds=st.tuples(*[st.none() | st.floats(-1e9, 1e9)] * 2),
    decimals=st.none() | st.integers(0, 9),
    mappings=st.dictionaries(st.floats(), st.text(), max_size=3),
    alerts=st.sets(st.sampled_from([BUSY.name, SLOW.name, IDLE.name, DOWN.name])),
    queries=st.lists(st.sampled_from(["up", "rate(requests_total[5m])", "sum(up)"]), min_size=1),
)
def test_any_panel_is_what_grafana_takes(
    kind: Any,
    title: str,
    unit: str,
    bounds: Any,
    decimals: Any,
    mappings: Any,
    alerts: set[str],
    queries: list[str],
) -> None:
    panel = Panel(
        title,
        queries,  # type: ignore[arg-type]
        kind=look(kind, title),
        unit=unit,
        minimum=bounds[0],
        maximum=bounds[1],
        decimals=decimals,
        mappings=mappings,
        alert=tuple(one for one in (BUSY, SLOW, IDLE, DOWN) if one.name in alerts),
    )

    content = compiled(panel)

    assert validate_dashboard(content) == []
    assert json.loads(grafana.to_json(content)) == content


def test_the_standard_mixins_are_what_grafana_takes(repository: Path) -> None:
    from mixwright.driver.project import resolved

    found = [
        (content["title"], violation)
        for mixin in resolved(repository)
        for _, content in grafana.dashboards(mixin)
        for violation in validate_dashboard(content)
    ]

    assert found == []


def test_every_expression_reads_back() -> None:
    texts = [text for content in hierarchy().values() for text in expressions(content)]

    assert len(texts) == 7
    for text in texts:
        parse(as_prometheus_gets_it(text))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("rate(a[5m])", "rate(a[$__rate_interval])"),
        ("irate(a[1m])", "irate(a[$__rate_interval])"),
        ('rate(a{b="c[5m]"}[5m] offset 1w)', 'rate(a{b="c[5m]"}[$__rate_interval] offset 1w)'),
        ("rate(a[1m]) / rate(b[2m])", "rate(a[$__rate_interval]) / rate(b[$__rate_interval])"),
        ('rate({a="b"}[5m] @ end())', 'rate({a="b"}[$__rate_interval] @ end())'),
        ("max_over_time(rate(a[5m])[1h:1m])", "max_over_time(rate(a[$__rate_interval])[1h:1m])"),
    ],
)
def test_short_windows_of_rates_follow_the_zoom(written: str, shown: str) -> None:
    assert grafana_queries().expression(parse(written)) == shown


@pytest.mark.parametrize("text", ["rate(a[10m])", "increase(a[5m])", "avg_over_time(a[5m])"])
def test_windows_that_are_meant_stay(text: str) -> None:
    assert grafana_queries().expression(parse(text)) == text


def test_the_same_window_stays_outside_of_a_rate() -> None:
    shown = grafana_queries().expression(parse("rate(a[5m]) / increase(a[5m])"))

    assert shown == "rate(a[$__rate_interval]) / increase(a[5m])"


def test_queries_are_named_as_grafana_names_them() -> None:
    panel = drawn(Panel("Many", ["up"] * 30))  # type: ignore[arg-type]

    assert [one["refId"] for one in panel["targets"]][24:28] == ["Y", "Z", "AA", "AB"]


def test_variables_are_chained_below_the_data_source() -> None:
    variables = hierarchy()["host"]["templating"]["list"]

    assert [one["name"] for one in variables] == ["datasource", "cluster", "instance"]
    assert variables[0]["label"] == "Data source"
    assert variables[2]["query"] == (
        'label_values(requests_total{job="web",cluster=~"$cluster"}, instance)'
    )
    assert {one["datasource"]["uid"] for one in variables[1:]} == {"${datasource}"}


def test_only_variables_with_several_values_offer_all() -> None:
    _, cluster, instance = hierarchy()["host"]["templating"]["list"]

    assert (cluster["multi"], cluster["includeAll"], cluster["allValue"]) == (True, True, ".*")
    assert cluster["current"]["value"] == ["$__all"]
    assert (instance["multi"], instance["includeAll"]) == (False, False)
    assert "current" not in instance


def test_a_variable_cannot_take_the_data_sources_name() -> None:
    with pytest.raises(DefinitionError, match=r"test_grafana\.py:\d+: .*`datasource`"):
        compiled(Panel("Up", "up"), variables=Variable("datasource"))


def test_a_series_leads_down_with_its_labels_the_variables_and_the_time_range() -> None:
    (link,) = hierarchy()["fleet"]["panels"][0]["fieldConfig"]["defaults"]["links"]

    assert link == {
        "title": "Host",
        "url": "/d/web-host/host?${datasource:queryparam}&${cluster:queryparam}"
        "&var-instance=${__field.labels.instance}&${__url_time_range}",
    }


def test_a_tables_row_leads_down_from_the_column_that_names_it() -> None:
    (override,) = hierarchy()["fleet"]["panels"][1]["fieldConfig"]["overrides"]

    assert override["matcher"] == {"id": "byName", "options": "instance"}
    (link,) = override["properties"][0]["value"]
    assert "var-instance=${__data.fields.instance}&${__url_time_range}" in link["url"]


def test_a_table_has_one_column_for_each_query_and_none_that_says_the_same_everywhere() -> None:
    table = hierarchy()["fleet"]["panels"][1]

    nameless, merge, organise = table["transformations"]
    assert nameless["options"] == {"exclude": {"names": ["__name__"]}}
    assert merge["id"] == "merge"
    assert organise["options"] == {
        "excludeByName": {"Time": True, "__name__": True, "job": True},
        "indexByName": {"cluster": 0, "instance": 1},
        "renameByName": {"Value #A": "rate", "Value #B": "B", "cluster": "Cluster"},
    }
    assert {(one["format"], one["instant"], one["range"]) for one in table["targets"]} == {
        ("table", True, False)
    }


def test_dashboards_lead_up_down_and_to_their_siblings() -> None:
    up, siblings = hierarchy()["host"]["links"]

    assert up["url"] == "/d/web-fleet/fleet?${datasource:queryparam}&${cluster:queryparam}"
    assert (up["type"], up["keepTime"]) == ("link", True)
    assert (siblings["type"], siblings["asDropdown"], siblings["includeVars"]) == (
        "dashboards",
        True,
        True,
    )
    assert set(siblings["tags"]) <= set(hierarchy()["fleet"]["tags"])


def test_firing_alerts_are_drawn_in_the_colour_of_what_they_ask_for() -> None:
    built_in, pages, tickets = hierarchy()["fleet"]["annotations"]["list"]

    assert built_in["builtIn"] == 1
    assert (pages["iconColor"], tickets["iconColor"]) == ("red", "orange")
    assert pages["target"]["expr"] == (
        'ALERTS{alertname=~"Busy",alertstate="firing",cluster=~`${cluster:regex}|`}'
    )


def steps(panel: Json) -> list[tuple[str, float | None]]:
    found = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    return [(step["color"], step["value"]) for step in found]


def test_thresholds_have_the_colours_of_their_alerts() -> None:
    panel = drawn(Panel("Rate", RATE, alert=(SLOW, BUSY, IDLE)))

    assert steps(panel) == [("orange", None), ("transparent", 1), ("orange", 50), ("red", 100)]
    assert panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"] == {"mode": "dashed+area"}


def test_a_threshold_is_written_as_a_person_would() -> None:
    alert = Alert("Burns", expr="up > 14.4 * 0.001", severity="page", summary="burns")
    panel = Panel("Up", "up", kind="stat", alert=alert)

    assert steps(drawn(panel, rules=RuleGroup("burns", rules=alert)))[1] == ("red", 0.0144)


def test_a_number_is_green_only_where_something_could_be_wrong() -> None:
    assert steps(drawn(Panel("Rate", RATE, kind="stat", alert=BUSY))) == [
        ("green", None),
        ("red", 100),
    ]
    assert steps(drawn(Panel("Rate", RATE, kind="stat"))) == [("text", None)]


def texts(panel: Json) -> Json:
    (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
    return {value: (one["text"], one.get("color")) for value, one in mapping["options"].items()}


def test_a_state_that_an_alert_is_about_has_its_colour() -> None:
    panel = Panel("State", "up", kind="state-timeline", mappings={0: "down", 1: "up"}, alert=DOWN)

    assert texts(drawn(panel)) == {"0": ("down", "red"), "1": ("up", "green")}


@pytest.mark.parametrize(
    ("condition", "bad"),
    [
        ("max_over_time(up[5m]) == 0", "0"),
        ("count (up == 0) unless count (up == 1)", "0"),
        ("up == 1 and min_over_time(up[1d]) == 0", "1"),
    ],
)
def test_the_leading_comparison_tells_which_state_is_bad(condition: str, bad: str) -> None:
    alert = Alert("Lost", expr=condition, severity="page", summary="lost")
    panel = Panel("State", "up", kind="state-timeline", mappings={0: "a", 1: "b"}, alert=alert)

    found = texts(drawn(panel, rules=RuleGroup("lost", rules=alert)))
    assert [value for value, (_, colour) in found.items() if colour == "red"] == [bad]


def test_states_that_nobody_judges_are_neither_red_nor_green() -> None:
    panel = Panel("Mode", "up", kind="state-timeline", mappings={0: "a", 0.5: "b"})

    assert texts(drawn(panel)) == {"0": ("a", "blue"), "0.5": ("b", "purple")}


def test_a_heatmap_takes_a_histograms_buckets_as_they_are() -> None:
    buckets = drawn(Panel("Times", "sum by (le) (rate(t_bucket[5m]))", kind="heatmap", unit="s"))
    values = drawn(Panel("Times", "rate(t_sum[5m])", kind="heatmap"))

    assert buckets["targets"][0]["format"] == "heatmap"
    assert buckets["options"]["yAxis"]["unit"] == "s"
    assert (buckets["options"]["calculate"], values["options"]["calculate"]) == (False, True)


def test_gauges_ask_for_the_present_and_numbers_for_their_course() -> None:
    asked = {kind: drawn(Panel("x", "up", kind=kind))["targets"][0] for kind in SHOWING}  # type: ignore[arg-type]

    assert sorted(kind for kind, target in asked.items() if target["instant"]) == [
        "barchart",
        "bargauge",
        "gauge",
        "piechart",
        "table",
    ]
    assert drawn(Panel("x", Query("up", instant=True), kind="stat"))["targets"][0]["instant"]


def test_a_collapsed_row_holds_its_panels() -> None:
    rows = (Row("Open", Panel("a", "up")), Row("Closed", Panel("b", "up"), collapsed=True))
    mixin = all_compiled(Dashboard("Web", rows=rows))

    kinds = [(one["type"], len(one.get("panels", ()))) for one in mixin["web"]["panels"]]
    assert kinds == [("row", 0), ("timeseries", 0), ("row", 1)]


def test_nobody_edits_a_dashboard_that_is_compiled() -> None:
    content = compiled(Panel("Up", "up"))

    assert (content["editable"], content["schemaVersion"]) == (False, 42)
    assert {"id", "version"} & content.keys() == set()


@pytest.mark.parametrize(
    "title", ["${__rate_interval", '"</script>', "100 % ü 🚦", "a\nb", "{{x}}"]
)
def test_odd_titles_arrive_as_they_are(title: str) -> None:
    content = compiled(Panel(title, "up", description=title))

    panel = json.loads(grafana.to_json(content))["panels"][0]
    assert (panel["title"], panel["description"]) == (title, title)


def test_what_grafana_would_not_take_is_reported_at_the_definition() -> None:
    panel = Panel("Rate", "up", unit=5)  # type: ignore[arg-type]
    mixin = Mixin("web", version="1.0.0", dashboards=Dashboard("Web", rows=Row("x", panel)))

    with pytest.raises(DefinitionError) as caught:
        list(grafana.emit(compile_mixin(mixin)))

    assert caught.value.origin == panel.origin
    assert "panel `Rate`" in str(caught.value)
    assert "`fieldConfig.defaults.unit`: `5` must be of type string" in str(caught.value)


def test_an_infinite_bound_is_reported_at_the_definition() -> None:
    with pytest.raises(DefinitionError, match=r"test_grafana\.py:\d+: panel `Rate`.*finite"):
        compiled(Panel("Rate", "up", maximum=float("inf")))


def test_a_mixin_without_dashboards_does_not_wait_for_grafanalib() -> None:
    script = (
        "import sys; from mixwright import Mixin; from mixwright.backends import emit\n"
        "emit(Mixin('web', version='1.0.0')); print('grafanalib' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_the_files_are_the_same_bytes_in_every_process() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_grafana import hierarchy, grafana\n"
        "for one in hierarchy().values(): sys.stdout.buffer.write(grafana.to_json(one))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1
    assert outputs.pop().endswith(b"}\n")
