"""Dashboards that others wrote, in every format, and what is no dashboard, with file and line."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from mixwright.dashboardfiles import DashboardFile, read_dashboards
from mixwright.errors import MixwrightError

CLASSIC: dict[str, Any] = {
    "title": "Web",
    "uid": "web",
    "tags": ["a"],
    "schemaVersion": 42,
    "templating": {
        "list": [
            {"name": "datasource", "type": "datasource", "query": "prometheus"},
            {"name": "job", "type": "query", "query": "label_values(up, job)", "multi": True},
        ]
    },
    "panels": [
        {
            "id": 1,
            "type": "row",
            "title": "Closed",
            "collapsed": True,
            "repeat": "job",
            "panels": [
                {
                    "id": 2,
                    "type": "timeseries",
                    "title": "Up",
                    "datasource": {"type": "prometheus", "uid": "$datasource"},
                    "gridPos": {"x": 0, "y": 1, "w": 24, "h": 8},
                    "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []},
                    "targets": [{"expr": 'up{job=~"$job"}', "refId": "A"}],
                }
            ],
        }
    ],
}
V2 = {
    "title": "Web",
    "tags": ["a"],
    "variables": [
        {"kind": "DatasourceVariable", "spec": {"name": "datasource", "pluginId": "prometheus"}},
        {
            "kind": "QueryVariable",
            "spec": {
                "name": "job",
                "multi": True,
                "query": {"group": "prometheus", "spec": {"query": "label_values(up, job)"}},
            },
        },
    ],
    "elements": {
        "panel-2": {
            "kind": "Panel",
            "spec": {
                "id": 2,
                "title": "Up",
                "data": {
                    "spec": {
                        "queries": [
                            {
                                "spec": {
                                    "refId": "A",
                                    "query": {
                                        "group": "prometheus",
                                        "datasource": {"name": "$datasource"},
                                        "spec": {"expr": 'up{job=~"$job"}'},
                                    },
                                }
                            }
                        ]
                    }
                },
                "vizConfig": {
                    "group": "timeseries",
                    "spec": {"fieldConfig": {"defaults": {"unit": "s"}}},
                },
            },
        }
    },
    "layout": {
        "kind": "RowsLayout",
        "spec": {
            "rows": [
                {
                    "spec": {
                        "title": "Closed",
                        "repeat": {"value": "job"},
                        "layout": {
                            "kind": "GridLayout",
                            "spec": {
                                "items": [
                                    {
                                        "spec": {
                                            "x": 0,
                                            "y": 1,
                                            "width": 24,
                                            "height": 8,
                                            "element": {"name": "panel-2"},
                                        }
                                    }
                                ]
                            },
                        },
                    }
                }
            ]
        },
    },
}
ROWS = {
    **{name: value for name, value in CLASSIC.items() if name != "panels"},
    "schemaVersion": "14",
    "rows": [
        {
            "title": "Closed",
            "repeat": "job",
            "collapse": True,
            "panels": [
                {
                    "id": 2,
                    "type": "timeseries",
                    "title": "Up",
                    "datasource": "$datasource",
                    "fieldConfig": {"defaults": {"unit": "s"}},
                    "targets": [{"expr": 'up{job=~"$job"}', "refId": "A"}],
                }
            ],
        }
    ],
}
OPERATOR = {"apiVersion": "grafana.integreatly.org/v1beta1", "kind": "GrafanaDashboard"}
RESOURCE = {"kind": "Dashboard", "metadata": {"name": "web"}}
TEXT = json.dumps(CLASSIC, indent=1)
FORMS: dict[str, Any] = {
    "classic": CLASSIC,
    "rows of old": ROWS,
    "an answer of the API": {"meta": {"version": 3}, "dashboard": CLASSIC},
    "v1beta1": {**RESOURCE, "apiVersion": "dashboard.grafana.app/v1beta1", "spec": CLASSIC},
    "v2": {**RESOURCE, "apiVersion": "dashboard.grafana.app/v2", "spec": V2},
    "a list of resources": {
        "kind": "List",
        "items": [{**RESOURCE, "apiVersion": "dashboard.grafana.app/v1beta1", "spec": CLASSIC}],
    },
    "a list": [CLASSIC],
    "a ConfigMap": {"kind": "ConfigMap", "data": {"web.json": TEXT, "other": "x"}},
    "the operator's": {**OPERATOR, "spec": {"json": TEXT}},
    "the operator's, packed": {
        **OPERATOR,
        "spec": {"gzipJson": base64.b64encode(gzip.compress(TEXT.encode())).decode()},
    },
    "the operator's manifest": {
        **OPERATOR,
        "kind": "GrafanaManifest",
        "spec": {
            "template": {**RESOURCE, "apiVersion": "dashboard.grafana.app/v2", "spec": V2},
        },
    },
}


def read(folder: Path, content: str, name: str = "web.json") -> tuple[DashboardFile, ...]:
    path = folder / name
    path.write_text(content)
    return read_dashboards(path)


@pytest.mark.parametrize("suffix", ["json", "yaml"])
@pytest.mark.parametrize("form", FORMS)
def test_every_format_says_the_same(tmp_path: Path, form: str, suffix: str) -> None:
    (dashboard,) = read(tmp_path, json.dumps(FORMS[form]), f"web.{suffix}")

    assert (dashboard.title, dashboard.uid, dashboard.tags) == ("Web", "web", ("a",))
    assert [(v.name, v.kind, v.query, v.multi) for v in dashboard.variables] == [
        ("datasource", "datasource", "prometheus", False),
        ("job", "query", "label_values(up, job)", True),
    ]
    (panel,) = dashboard.panels
    assert (panel.title, panel.kind, panel.unit) == ("Up", "timeseries", "s")
    assert (panel.row, panel.row_repeat) == ("Closed", "job")
    (query,) = panel.queries
    assert (query.language, query.ref, str(query.expr)) == ("promql", "A", 'up{job=~"$job"}')


def test_a_value_knows_its_line(tmp_path: Path) -> None:
    (dashboard,) = read(tmp_path, TEXT)
    (in_block,) = read(
        tmp_path,
        "kind: ConfigMap\ndata:\n  web.json: |\n"
        + "".join(f"    {line}\n" for line in TEXT.splitlines()),
        "web.yaml",
    )

    lines = TEXT.splitlines()
    (query,) = dashboard.queries
    assert "up{job=~" in lines[query.origin.line]
    (query_in_block,) = in_block.queries
    assert query_in_block.origin.line == query.origin.line + 3


DEEP = 100_000
BAD = {
    '{"title": "x",\n"panels": 5}': ":2: `panels` must be a list",
    '{"title": 5, "panels": []}': ":1: `title` must be a text",
    '{"title": "x",\n"panels": [\n5]}': ":3: `panels` must hold objects only",
    '{"title": "x", "panels": [{"fieldConfig": 7}]}': ":1: `fieldConfig` must be an object",
    "[1,\n2": ":2: not JSON: expecting ',' delimiter",
    "5": ":1: a dashboard must be an object",
    "{}": "holds no dashboard; one has `title` and `panels`",
    '{"a":' * DEEP + "1" + "}" * DEEP: "is nested too deeply",
    '{"title":' + "[" * 200 + "]" * 200 + "}": "is nested more than 100 levels deep",
    '{"title": "\\ud800", "panels": []}': "has half of a surrogate pair in a text",
    '{"title": "x", "id": NaN}': "is not JSON: `NaN` is not a number in JSON",
    '{"title": "x", "id": ' + "1" * 5000 + "}": "is not JSON: a number has thousands of digits",
}


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_what_is_no_dashboard_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    with pytest.raises(MixwrightError) as caught:
        read(tmp_path, content)

    assert str(caught.value).endswith(BAD[content])
    assert "\n" not in str(caught.value)


def bomb() -> str:
    names = "abcdefghijklm"
    lines = [f"a: &a [{'1, ' * 9}1]"]
    lines += [f"{n}: &{n} [{f'*{p}, ' * 9}*{p}]" for p, n in itertools.pairwise(names)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bomb(), "holds more than 5000000 values"),
        ("&a [*a]", "is nested more than 100 levels deep"),
        ("a: !!python/object:os.system {}", "could not determine a constructor"),
        (json.dumps({**OPERATOR, "spec": {"gzipJson": "zzzz"}}), "`gzipJson` cannot be unpacked"),
    ],
)
def test_hostile_yaml_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(MixwrightError, match=message):
        read(tmp_path, content, "web.yaml")


def test_a_folder_gives_its_dashboards_and_passes_over_the_rest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "web").write_text(TEXT)
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "rules.yaml").write_text("groups: []")
    (tmp_path / "notes").write_text("about")

    assert [dashboard.uid for dashboard in read_dashboards(tmp_path)] == ["web"]


def test_every_public_dashboard_is_read(shared: Path) -> None:
    dashboards = read_dashboards(shared / "corpus")

    assert len(dashboards) == 133
    queries = [query for dashboard in dashboards for query in dashboard.queries]
    assert sum(query.language == "promql" for query in queries) == 3100
    assert [q.text for q in queries if q.language == "promql" and q.text and q.expr is None] == []
