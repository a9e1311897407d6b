"""Formats that a project asks for: resources of Grafana's API, ConfigMaps, the operator's resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mixwright import CustomVariable, Dashboard, Mixin, Panel, Query, Row, Variable, panels
from mixwright.backends import configmap, emit
from mixwright.errors import DefinitionError, MixwrightError
from mixwright.passes import compile_mixin

EVERY = ("configmap", "grafana-operator", "grafana-v1beta1", "grafana-v2")


def mixin() -> Mixin:
    child = Dashboard("Host", per="instance", panels=Panel("Up", "up", repeat="instance"))
    root = Dashboard(
        "Fleet",
        description="All.",
        per=Variable("job", multi=True),
        variables=CustomVariable("env", values=("prod", "dev")),
        panels=Panel("Up", Query("up", hidden=True), legend="{{instance}}", least_step="30s"),
        rows=(
            Row("Closed", Panel("Table", "up", kind="table"), collapsed=True),
            Row("Of $job", Panel("Note", kind=panels.Text("x")), repeat="job"),
        ),
        children=child,
    )
    return compile_mixin(Mixin("web", version="1.2.3", dashboards=root))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {one.path: one.content for one in emit(mixin(), EVERY)}


def test_nothing_is_added_unless_it_is_asked_for(files: dict[str, bytes]) -> None:
    usual = {one.path for one in emit(mixin())}

    assert usual == {"dashboards/fleet.json", "dashboards/host.json", "manifest.json"}
    assert usual < files.keys()


def test_the_first_version_wraps_the_classic_dashboard(files: dict[str, bytes]) -> None:
    found = json.loads(files["grafana-v1beta1/fleet.json"])

    assert found["apiVersion"] == "dashboard.grafana.app/v1beta1"
    assert found["metadata"] == {
        "name": "web-fleet",
        "annotations": {"grafana.app/folder": "mixwright-folder-web"},
    }
    assert found["spec"] == json.loads(files["dashboards/fleet.json"])
    assert json.loads(files["grafana-v1beta1/_folder.json"]) == {
        "apiVersion": "folder.grafana.app/v1",
        "kind": "Folder",
        "metadata": {"name": "mixwright-folder-web"},
        "spec": {"title": "web mixin"},
    }


def test_the_second_version_has_every_panel_once_and_places_it_in_its_row(
    files: dict[str, bytes],
) -> None:
    spec = json.loads(files["grafana-v2/fleet.json"])["spec"]
    rows = [row["spec"] for row in spec["layout"]["spec"]["rows"]]

    assert [(row["title"], row["collapse"]) for row in rows] == [
        ("", False),
        ("Closed", True),
        ("Of $job", False),
    ]
    assert rows[0]["hideHeader"] is True
    assert rows[2]["repeat"] == {"mode": "variable", "value": "job"}
    items = [item["spec"] for row in rows for item in row["layout"]["spec"]["items"]]
    assert [item["element"]["name"] for item in items] == list(spec["elements"])
    assert {item["y"] for item in items} == {0}
    assert [one["kind"] for one in spec["variables"]] == [
        "DatasourceVariable",
        "QueryVariable",
        "CustomVariable",
    ]
    assert spec["cursorSync"] == "Crosshair"


def test_the_second_version_asks_the_same_of_the_same_source(files: dict[str, bytes]) -> None:
    classic = json.loads(files["dashboards/fleet.json"])["panels"][0]
    panel = json.loads(files["grafana-v2/fleet.json"])["spec"]["elements"]["panel-2"]["spec"]
    (query,) = panel["data"]["spec"]["queries"]

    assert query["spec"]["hidden"] is True
    assert query["spec"]["query"]["datasource"] == {"name": "${datasource}"}
    assert query["spec"]["query"]["spec"]["expr"] == classic["targets"][0]["expr"]
    assert panel["data"]["spec"]["queryOptions"] == {"interval": "30s"}
    assert panel["vizConfig"]["group"] == classic["type"]
    assert panel["vizConfig"]["spec"]["fieldConfig"] == classic["fieldConfig"]


def test_a_repeated_panel_is_repeated_in_the_second_version(files: dict[str, bytes]) -> None:
    spec = json.loads(files["grafana-v2/host.json"])["spec"]
    (item,) = spec["layout"]["spec"]["items"]

    assert spec["layout"]["kind"] == "GridLayout"
    assert item["spec"]["repeat"]["value"] == "instance"


def test_configmaps_and_the_operators_resources_hold_the_dashboard(files: dict[str, bytes]) -> None:
    classic = files["dashboards/host.json"].decode()
    config = yaml.safe_load(files["kubernetes/configmap-host.yaml"])
    resource = yaml.safe_load(files["kubernetes/grafanadashboard-host.yaml"])

    assert config["data"] == {"web-host.json": classic}
    assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert config["metadata"]["annotations"] == {"grafana_folder": "web mixin"}
    assert resource["spec"]["json"] == classic
    assert resource["spec"]["folder"] == "web mixin"
    assert config["metadata"]["name"] == resource["metadata"]["name"] == "dashboard-web-host"


def test_a_dashboard_that_no_configmap_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configmap, "LARGEST", 1000)

    with pytest.raises(DefinitionError, match=r"test_outputs\.py:\d+: .*a ConfigMap holds 1000"):
        list(configmap.emit(mixin()))


def test_a_format_that_there_is_not_is_told() -> None:
    with pytest.raises(
        MixwrightError, match=r"`configmaps` in `outputs`.*did you mean `configmap`"
    ):
        emit(mixin(), ("configmaps",))


def project(folder: Path, settings: str) -> Path:
    (folder / "mixins").mkdir()
    (folder / "mixins" / "web.py").write_text(
        "from mixwright import Dashboard, Mixin, Panel\n"
        "MIXIN = Mixin('web', version='0.1.0', dashboards=Dashboard('D', panels=Panel('Up', 'up')))\n"
    )
    (folder / "pyproject.toml").write_text(settings)
    return folder


def test_a_project_says_which_formats_it_wants(tmp_path: Path) -> None:
    from mixwright.driver.compile import compile_project

    root = project(tmp_path, '[tool.mixwright]\noutputs = ["configmap"]\n')
    compile_project(root, root / "out")

    assert (root / "out" / "web" / "kubernetes" / "configmap-d.yaml").is_file()
    assert (root / "out" / "home" / "kubernetes" / "configmap-home.yaml").is_file()
    assert not (root / "out" / "home" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("[tool", "is not TOML"),
        ('[tool.mixwright]\noutputs = "configmap"', "must be a list of names"),
        ("[tool.mixwright]\noutputs = [1]", "must be a list of names"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(
    tmp_path: Path, settings: str, message: str
) -> None:
    from mixwright.driver.project import outputs

    with pytest.raises(MixwrightError, match=message):
        outputs(project(tmp_path, settings))


def test_settings_of_others_are_none_of_ours(tmp_path: Path) -> None:
    from mixwright.driver.project import outputs

    settings: Any = '[tool]\nmixwright = 1\n[project]\nname = "x"\n'
    assert outputs(project(tmp_path, settings)) == ()
