"""What others wrote as definitions: they say the same, or it is said what they do not say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mixwright.backends import grafana
from mixwright.cli import mixwright
from mixwright.dashboardfiles import DashboardFile, as_dashboard, read_dashboards
from mixwright.driver.importing import import_files, write_modules
from mixwright.errors import MixwrightError
from mixwright.importers import differences, import_dashboard, import_rules, recompiled
from mixwright.importers.equivalence import spelled
from mixwright.loader import load
from mixwright.model import Dashboard, RangeMap, SpecialMap, ValueMap
from mixwright.model.panels.table import Table
from mixwright.passes import compile_mixin
from mixwright.rulefiles import read_rule_file

PANEL = {
    "id": 1,
    "type": "timeseries",
    "title": "Queue",
    "description": "Jobs that wait.",
    "datasource": {"type": "prometheus", "uid": "$ds"},
    "gridPos": {"x": 0, "y": 1, "w": 12, "h": 8},
    "fieldConfig": {
        "defaults": {
            "unit": "short",
            "custom": {"fillOpacity": 10, "stacking": {"mode": "normal", "group": "A"}},
            "mappings": [{"type": "value", "options": {"0": {"text": "none", "index": 0}}}],
        },
        "overrides": [
            {
                "matcher": {"id": "byName", "options": "a"},
                "properties": [
                    {"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}},
                    {"id": "custom.lineWidth", "value": 3},
                ],
            }
        ],
    },
    "options": {"legend": {"displayMode": "table", "placement": "right", "calcs": ["max"]}},
    "targets": [
        {
            "refId": "A",
            "expr": 'sum by (queue) (rate(jobs_total{job=~"$job"}[$__rate_interval]))',
            "legendFormat": "{{queue}}",
        }
    ],
}
BY_VALUE = {"matcher": {"id": "byValue"}, "properties": [{"id": "unit", "value": "s"}]}
DASHBOARD = {
    "title": "Queues",
    "uid": "queues",
    "description": "Do jobs wait?",
    "tags": ["queues"],
    "refresh": "1m",
    "time": {"from": "now-1h", "to": "now"},
    "schemaVersion": 41,
    "templating": {
        "list": [
            {"name": "ds", "type": "datasource", "query": "prometheus"},
            {
                "name": "job",
                "type": "query",
                "datasource": {"type": "prometheus", "uid": "$ds"},
                "query": "label_values(jobs_total, job)",
                "refresh": 2,
                "sort": 7,
                "multi": True,
                "includeAll": True,
                "allValue": ".*",
            },
        ]
    },
    "panels": [
        {"type": "row", "title": "All of them", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}},
        PANEL,
    ],
}


def read(folder: Path, content: object) -> DashboardFile:
    file = folder / "queues.json"
    file.write_text(json.dumps(content))
    return read_dashboards(file)[0]


def run(module: str) -> Dashboard:
    names: dict = {}
    exec(compile(module, "imported", "exec"), names)
    return names["DASHBOARD"]


def changed(**fields) -> dict:
    return {**DASHBOARD, "panels": [DASHBOARD["panels"][0], {**PANEL, **fields}]}


def test_a_dashboard_reads_as_somebody_would_write_it(tmp_path: Path) -> None:
    made = import_dashboard(read(tmp_path, DASHBOARD))

    assert made.losses == ("data source variable `ds` is called `datasource`",)
    assert (
        made.module()
        == '''"""Queues, imported from `queues.json`.

Not the same as there:

- data source variable `ds` is called `datasource`
"""

from __future__ import annotations

from mixwright import Dashboard, Override, Panel, Query, Row, ValueMap, Variable, panels

DASHBOARD = Dashboard(
    "Queues",
    uid="queues",
    description="Do jobs wait?",
    tags=("queues",),
    variables=Variable("job", of="jobs_total", multi=True),
    rows=Row(
        "All of them",
        Panel(
            "Queue",
            Query("sum by (queue) (rate(jobs_total[5m]))", legend="{{queue}}"),
            kind=panels.TimeSeries(
                legend="table",
                legend_at="right",
                legend_calculations=("max",),
                stack=True,
                fill=10,
                tooltip="single",
            ),
            description="Jobs that wait.",
            unit="short",
            mappings=ValueMap(0, text="none"),
            width=12,
            height=8,
            overrides=Override("a", color="red", line_width=3),
        ),
    ),
)
'''
    )


def test_a_resource_keeps_its_uid(tmp_path: Path) -> None:
    spec = {name: value for name, value in DASHBOARD.items() if name != "uid"}
    resource = {
        "apiVersion": "dashboard.grafana.app/v1beta1",
        "kind": "Dashboard",
        "metadata": {"name": "queues"},
        "spec": spec,
    }

    assert import_dashboard(read(tmp_path, resource)).definition.uid == "queues"


def test_the_module_is_the_definition(tmp_path: Path) -> None:
    made = import_dashboard(read(tmp_path, DASHBOARD))

    assert run(made.module()) == made.definition


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"type": "nodeGraph"}, "kind of panel `nodeGraph`"),
        ({"targets": [{"expr": "topk($n, up)"}]}, "`$n` outside quotes"),
        ({"options": {"timezone": ["utc"]}}, "options.timezone"),
        ({"targets": [{"expr": "sum("}]}, "a query that is not PromQL"),
        ({"fieldConfig": {"overrides": [BY_VALUE]}}, "override by byValue"),
    ],
)
def test_what_there_are_no_words_for_stays_json_with_the_reason(
    tmp_path: Path, fields: dict, reason: str
) -> None:
    made = import_dashboard(read(tmp_path, changed(**fields)))

    assert [panel.reason for panel in made.panels] == [reason]
    (panel,) = run(made.module()).all_panels()
    assert panel.kind == "raw"
    (again,) = recompiled(made.definition).panels
    assert again.title == "Queue"


@pytest.mark.parametrize(
    ("expr", "written", "window"),
    [
        ("rate(a[$__rate_interval])", "rate(a[5m])", ""),
        ("rate(a[1m])", "rate(a[1m])", "1m"),
        ("increase(a[$__range])", "increase(a[5m])", "$__range"),
        ("rate(a[1h]) + max_over_time(b[2h])", "rate(a[1h]) + max_over_time(b[2h])", ""),
    ],
)
def test_windows_stay_what_they_are(tmp_path: Path, expr: str, written: str, window: str) -> None:
    file = read(tmp_path, changed(targets=[{"refId": "A", "expr": expr}]))
    made = import_dashboard(file)
    (panel,) = made.definition.all_panels()

    assert [(str(q.expr), q.window) for q in panel.show] == [(written, window)]
    ((again,),) = (panel.queries for panel in recompiled(made.definition).panels)
    assert again.text == expr


def test_a_difference_is_found() -> None:
    # The comparison that everything here rests on must see one.
    before, after = (
        recompiled(Dashboard("X", panels=panel, uid="x")) for panel in (stat("a"), stat("b"))
    )

    assert [(one.where, one.what) for one in differences(before, after)] == [("panel A", "queries")]


def stat(expr: str):
    from mixwright import Panel

    return Panel("A", expr, kind="stat")


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ({"id": "unit", "value": "short"}, {"id": "unit", "value": "short"}, 0),
        ({"id": "unit", "value": "s"}, {"id": "unit", "value": "short"}, 2),
        ({"id": "custom.lineWidth", "value": 1}, {"id": "displayName", "value": ""}, 0),
        ({"id": "custom.lineWidth", "value": None}, {"id": "unit", "value": "s"}, 1),
        ({"id": "custom.lineWidth", "value": 3}, {"id": "custom.lineWidth", "value": None}, 2),
        ({"id": "custom.stacking", "value": None}, {"id": "custom.fillOpacity", "value": 0}, 0),
    ],
)
def test_an_override_with_what_is_so_anyway_is_left_out(
    tmp_path: Path, first: dict, second: dict, kept: int
) -> None:
    overrides = [
        {"matcher": {"id": "byName", "options": "a"}, "properties": [one]}
        for one in (first, second)
    ]
    config = {"defaults": {"unit": "short"}, "overrides": overrides}
    made = import_dashboard(read(tmp_path, changed(fieldConfig=config)))

    (panel,) = made.definition.all_panels()
    assert (panel.kind, len(panel.overrides)) == ("timeseries", kept)


def test_texts_of_values_of_before_grafana_8_are_read(tmp_path: Path) -> None:
    old = [
        {"id": 1, "type": 1, "value": "1", "text": "up"},
        {"id": 2, "type": 2, "from": "2", "to": "4.5", "text": "busy"},
        {"id": 3, "type": 1, "value": "null", "text": "-"},
    ]
    made = import_dashboard(read(tmp_path, changed(fieldConfig={"defaults": {"mappings": old}})))

    (panel,) = made.definition.all_panels()
    assert panel.mappings == (
        ValueMap(1, text="up"),
        RangeMap(2, 4.5, text="busy"),
        SpecialMap("null", text="-"),
    )


def test_a_table_that_draws_nothing_is_plain_and_has_its_order(tmp_path: Path) -> None:
    config = {
        "defaults": {"thresholds": {"steps": [{"color": "green"}, {"color": "red", "value": 3}]}}
    }
    target = {"refId": "A", "expr": "up", "format": "table", "instant": True}
    fields = {"type": "table", "options": {}, "fieldConfig": config, "targets": [target]}
    fields["transformations"] = [{"id": "merge", "options": {}}]
    fields["options"] = {"sortBy": [{"displayName": "Value", "desc": True}]}
    made = import_dashboard(read(tmp_path, changed(**fields)))

    (panel,) = made.definition.all_panels()
    assert panel.look == Table(cell="plain", filterable=False, sort="Value", descending=True)


RULES = """
groups:
  - name: queues
    interval: 1m
    rules:
      - record: queue:jobs:rate5m
        expr: sum by (queue) (rate(jobs_total[5m]))
      - alert: queue_stuck
        expr: queue:jobs:rate5m == 0
        for: 10m
        labels: {severity: critical, team: storage}
        annotations: {summary: Stuck, runbook_url: "https://x/y", dashboard: d}
"""


def test_rules_become_groups(tmp_path: Path) -> None:
    file = tmp_path / "queues.yaml"
    file.write_text(RULES)

    made = import_rules(read_rule_file(file), "queues.yaml")

    assert made.losses == (
        "severity `critical` becomes `page`",
        "alert `queue_stuck` is called `QueueStuck`",
    )
    names: dict = {}
    exec(compile(made.module, "imported", "exec"), names)
    rules = names["RULES"]
    assert rules == made.groups
    (group,) = rules
    assert [rule.name for rule in group.rules] == ["queue:jobs:rate5m", "QueueStuck"]


def test_the_command_writes_a_project_that_loads_and_is_formatted(tmp_path: Path) -> None:
    (tmp_path / "queues.json").write_text(json.dumps(DASHBOARD))
    (tmp_path / "rules.yaml").write_text(RULES)
    out = tmp_path / "project"
    arguments = ["import", str(tmp_path / "queues.json"), str(tmp_path / "rules.yaml")]

    done = CliRunner().invoke(mixwright, [*arguments, "--out", str(out)])

    assert done.exit_code == 0, done.output
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*.py")) == [
        "dashboards/queues/__init__.py",
        "dashboards/queues/queues.py",
        "mixins/queues.py",
        "rules/queues.py",
    ]
    (mixin,) = load(out)
    assert [one.title for one in mixin.all_dashboards()] == ["Queues"]
    check_format(out)
    again = CliRunner().invoke(mixwright, [*arguments, "--out", str(out)])
    assert isinstance(again.exception, MixwrightError)
    assert "is there already" in str(again.exception)


def check_format(folder: Path) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--check"], ["check", "--select", "F,I"]):
        arguments = [*ruff, *command, "--config", "line-length=100", "--isolated", str(folder)]
        done = subprocess.run(arguments, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_this_compiler_made_is_imported_with_its_hierarchy(
    repository: Path, tmp_path: Path
) -> None:
    made = import_files([repository / "out" / "node" / "dashboards"], "node")
    write_modules(made, tmp_path)

    check_format(tmp_path)
    (mixin,) = load(tmp_path)
    before = {d.uid: d for d in read_dashboards(repository / "out" / "node" / "dashboards")}
    after = {
        content["uid"]: as_dashboard(content, "again.json")
        for _, content in grafana.dashboards(compile_mixin(mixin))
    }
    (root,) = mixin.dashboards
    assert [one.title for one in root.tree()] == [
        "Nodes",
        "Node",
        "Filesystem",
        "Disk",
        "Network interface",
    ]

    def asked(one: DashboardFile) -> list[str]:
        return sorted(spelled(q.parsed) for q in one.queries if q.parsed)

    assert {uid: asked(one) for uid, one in after.items()} == {
        uid: asked(one) for uid, one in before.items()
    }

    def variables(one: DashboardFile) -> list[str]:
        return [v.name for v in one.variables]

    assert {uid: variables(one) for uid, one in after.items()} == {
        uid: variables(one) for uid, one in before.items()
    }


@pytest.mark.slow
def test_every_public_mixin_is_imported_and_loads(shared: Path, tmp_path: Path) -> None:
    dashboards = panels = raw = rules = 0
    for folder in sorted((shared / "corpus").iterdir()):
        if folder.name == "apache-camel":  # whose rule files are empty
            continue
        made = import_files([folder])
        write_modules(made, tmp_path)
        dashboards, panels = dashboards + made.dashboards, panels + made.panels
        raw, rules = raw + made.raw, rules + made.rules

    assert (dashboards, panels) == (133, 2006)
    assert raw <= 245
    loaded = load(tmp_path)
    assert sum(len([*mixin.all_dashboards()]) for mixin in loaded) == dashboards
    assert sum(len(group.rules) for m in loaded for group in m.rules) == rules
    check_format(tmp_path)
