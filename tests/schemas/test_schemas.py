"""Schemas: what is refused in a dashboard or a PrometheusRule resource, and where."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixwright import Dashboard, Mixin, Panel, Row, schemas
from mixwright.backends import grafana
from mixwright.passes import compile_mixin
from mixwright.schemas import validate_dashboard, validate_prometheusrule

Json = dict[str, Any]

PANELS = tuple(Panel(kind, "up", kind=kind) for kind in ("timeseries", "table", "gauge"))  # type: ignore[arg-type]
ROWS = (Row("Open", PANELS), Row("Closed", PANELS, collapsed=True))
((_, GOOD),) = grafana.dashboards(
    compile_mixin(Mixin("web", version="1.0.0", dashboards=Dashboard("Web", rows=ROWS)))
)


def set_at(path: str, value: Any) -> Callable[[Json], None]:
    """Return a change that puts a value at a place such as `panels.1.options.legend`."""

    def change(content: Json) -> None:
        *parents, last = path.split(".")
        inside: Any = content
        for part in parents:
            inside = inside[int(part) if isinstance(inside, list) else part]
        inside[last] = value

    return change


def changed(change: Callable[[Json], None]) -> Json:
    content = copy.deepcopy(GOOD)
    change(content)
    return content


def test_a_good_dashboard_breaks_no_rule() -> None:
    assert validate_dashboard(GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    [
        ("schemaVersion", "42", "schemaVersion", '`"42"` must be of type number'),
        ("hideControls", True, "", "`hideControls` is not a property here"),
        ("uid", "a b", "uid", '`"a b"` must match `^[A-Za-z0-9_-]{1,40}$`'),
        ("panels.1.gridPos.w", 25, "panels[1].gridPos.w", "`25` breaks the rule `maximum: 24`"),
        (
            "panels.1.fieldConfig.defaults.custom.drawStyle",
            "zig",
            "panels[1].fieldConfig.defaults.custom.drawStyle",
            '`"zig"` must be one of `bars`, `line`, `points`',
        ),
        ("panels.2.options.footer", {}, "panels[2].options", "`footer` is not a property here"),
        (
            "panels.1.targets.0.format",
            "timeseries",
            "panels[1].targets[0].format",
            '`"timeseries"` must be one of `heatmap`, `table`, `time_series`',
        ),
        ("panels.4.targets", [], "panels[4]", "`targets` is not a property here"),
        (
            "panels.4.panels.0.options.legend",
            False,
            "panels[4].panels[0].options.legend",
            "`false` must be of type object",
        ),
        (
            "panels.2.fieldConfig.defaults.custom.cellOptions",
            {"type": "gauge", "mode": "thick"},
            "panels[2].fieldConfig.defaults.custom.cellOptions.mode",
            '`"thick"` must be one of `basic`, `gradient`, `lcd`',
        ),
        ("panels.1", [], "panels[1]", "a panel must be an object"),
    ],
)
def test_a_defect_is_found_where_it_is(path: str, value: Any, place: str, message: str) -> None:
    def change(content: Json) -> None:
        if path == "panels.1":
            content["panels"][1] = value
        else:
            set_at(path, value)(content)

    assert validate_dashboard(changed(change)) == [(place, message)]


def test_an_override_is_checked_by_the_property_that_it_sets() -> None:
    def override(name: str, value: Any) -> Json:
        properties = [{"id": name, "value": value}]
        overrides = [{"matcher": {"id": "byName", "options": "x"}, "properties": properties}]
        return changed(set_at("panels.2.fieldConfig.overrides", overrides))

    place = "panels[2].fieldConfig.overrides[0].properties[0]"
    assert validate_dashboard(override("custom.align", "left")) == []
    assert validate_dashboard(override("custom.align", "port")) == [
        (f"{place}.value", '`"port"` must be one of `auto`, `left`, `right`, `center`')
    ]
    assert validate_dashboard(override("custom.hidden", True)) == [
        (f"{place}.id", "`custom.hidden` is no property of a field")
    ]


@pytest.mark.parametrize("panels", [None, 5, [None], [{"type": 5}], [{"type": "row", "panels": 1}]])
def test_rubbish_is_refused_without_a_crash(panels: Any) -> None:
    found = validate_dashboard({**GOOD, "panels": panels})

    assert found or not isinstance(panels, list)


def test_dashboards_that_others_wrote_are_judged_without_a_crash(shared: Path) -> None:
    found = {
        file.name: validate_dashboard(json.loads(file.read_text()))
        for file in sorted((shared / "corpus").glob("*/dashboards/*.json"))
    }

    assert len(found) > 100
    messages = {v.message for violations in found.values() for v in violations}
    # Both are named by what has been measured on these very files.
    assert "`footer` is not a property here" in messages
    assert '`"timeseries"` must be one of `heatmap`, `table`, `time_series`' in messages


def test_what_is_derived_is_facts_without_prose() -> None:
    file = Path(schemas.__file__).parent / "grafana.json"
    text = file.read_text()

    assert len(text) < 300_000
    for name in ('"description":"', '"$comment"', '"examples"', '"markdownDescription"'):
        assert name not in text
    assert len(schemas.grafana()["panels"]) == 21


RULE: Json = {
    "apiVersion": "monitoring.coreos.com/v1",
    "kind": "PrometheusRule",
    "metadata": {"name": "mixwright-web", "labels": {"app.kubernetes.io/name": "web"}},
    "spec": {
        "groups": [
            {
                "name": "web",
                "interval": "30s",
                "rules": [
                    {"alert": "Down", "expr": "up == 0", "for": "5m", "labels": {"a": "b"}},
                    {"record": "a:b:c", "expr": "sum(up)"},
                ],
            }
        ]
    },
}


def test_a_good_resource_breaks_no_rule() -> None:
    assert validate_prometheusrule(RULE) == []


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("metadata.name", "Web_Rules", "metadata.name"),
        ("spec.groups.0.interval", "half an hour", "spec.groups[0].interval"),
        ("spec.groups.0.rules.0.for", "-5m", "spec.groups[0].rules[0].for"),
        ("spec.groups.0.rules.0.keep_firing_for", "", "spec.groups[0].rules[0].keep_firing_for"),
        ("spec.groups.0.rules.0.labels", {"a": 1}, "spec.groups[0].rules[0].labels.a"),
        ("spec.groups.0.rules.0.severity", "page", "spec.groups[0].rules[0]"),
        ("kind", "Rule", "kind"),
    ],
)
def test_a_resource_that_the_api_server_refuses_is_refused(
    path: str, value: Any, place: str
) -> None:
    resource = copy.deepcopy(RULE)
    set_at(path, value)(resource)

    assert [violation.path for violation in validate_prometheusrule(resource)] == [place]


def test_two_groups_of_one_name_are_refused() -> None:
    resource = copy.deepcopy(RULE)
    resource["spec"]["groups"] *= 2

    assert validate_prometheusrule(resource) == [
        ("spec.groups[1].name", "`web` is the name of two groups")
    ]
