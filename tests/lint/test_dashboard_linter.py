"""What dashboard-linter's 17 rules look for is found, where that linter itself looks away too.

It passes panels of types that it does not list, counters that have matchers, and broken arguments of
`label_values`. That every dashboard must have the variables `job` and `instance` is not demanded here: which
variables there are is the dashboard's affair, that its panels use them is not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mixwright.driver.foreign import read_foreign
from mixwright.lint import lint

PROMETHEUS = {"type": "prometheus", "uid": "$datasource"}
LOKI = {"type": "loki", "uid": "$loki"}
SOURCES = [
    {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"},
    {"name": "loki", "type": "datasource", "query": "loki", "label": "Logs"},
]
JOB = {
    "name": "job",
    "type": "query",
    "query": "label_values(up, job)",
    "datasource": PROMETHEUS,
    "refresh": 2,
    "includeAll": True,
    "allValue": ".+",
}


def dashboard(*panels: dict, variables: list[dict] | None = None, **more: Any) -> dict:
    listed = [*SOURCES, JOB] if variables is None else variables
    return {"title": "X", "uid": "x", "templating": {"list": listed}, "panels": panels, **more}


def panel(expr: str, kind: str = "stat", source: dict = PROMETHEUS, **more: Any) -> dict:
    target = {"refId": "A", "expr": expr, "datasource": source}
    return {"type": kind, "title": "P", "description": "D", "targets": [target], **more}


def with_job(name: str, value: object) -> dict:
    """A dashboard whose variable `job` has one thing otherwise."""
    return dashboard(UP, variables=[*SOURCES, {**JOB, name: value}])


UP = panel('up{job=~"$job"}')


@pytest.mark.parametrize(
    ("rule", "code", "content"),
    [
        ("template-datasource", "dashboard/no-data-source-variable", dashboard(UP, variables=[JOB])),
        ("template-job", "variable/fixed-data-source", with_job("datasource", "x")),
        ("template-instance", "variable/missing-all-value", with_job("allValue", None)),
        ("template-label-promql", "variable/broken-query", with_job("query", "label_values(up, 1)")),
        ("template-on-time-change-reload", "variable/stale-values", with_job("refresh", 1)),
        ("panel-datasource", "panel/fixed-data-source", dashboard(panel("up", source={"uid": "abc"}))),
        ("panel-title-description", "panel/missing-title", dashboard(panel("up", title=""))),
        ("panel-title-description", "panel/missing-description", dashboard(panel("up", description=""))),
        ("panel-units", "panel/missing-unit", dashboard(panel("up", kind="bargauge"))),
        ("panel-no-targets", "panel/no-query", dashboard(panel("up", targets=[]))),
        ("target-promql", "panel/broken-query", dashboard(panel("sum(", kind="piechart"))),
        ("target-rate-interval", "panel/fixed-rate-window", dashboard(panel("rate(a_total[1m])", kind="bargauge"))),
        ("target-job", "panel/ignores-variable", dashboard(*[UP] * 5, panel("sum(up)"))),
        ("target-instance", "panel/ignores-variable", dashboard(*[UP] * 9, panel('up{job="a"}'))),
        ("target-counter-agg", "promql/raw-counter", dashboard(panel('sum(http_requests_total{job=~"$job"})'))),
        ("target-logql", "panel/broken-log-query", dashboard(panel("error", source=LOKI))),
        ("target-logql-auto", "panel/fixed-log-range", dashboard(panel("rate({a=`b`}[5m])", source=LOKI))),
        ("uneditable-dashboard", "dashboard/editable", dashboard(UP)),
    ],
)  # fmt: skip
def test_what_a_rule_looks_for_is_found(
    tmp_path: Path, rule: str, code: str, content: dict
) -> None:
    del rule
    file = tmp_path / "x.json"
    file.write_text(json.dumps(content))

    assert code in {finding.code for finding in lint(read_foreign([file]))}


def test_a_dashboard_without_fault_is_left_alone(tmp_path: Path) -> None:
    faultless = panel('up{job=~"$job"}', id=1, fieldConfig={"defaults": {"unit": "short"}})
    content = dashboard(
        faultless,
        variables=[SOURCES[0], {**JOB, "multi": True}],
        description="Is it up?",
        tags=["x"],
        editable=False,
        schemaVersion=42,
    )
    file = tmp_path / "x.json"
    file.write_text(json.dumps(content))

    assert lint(read_foreign([file])) == ()
