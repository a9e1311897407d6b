"""Grafana's file provisioning."""

from __future__ import annotations

from typing import Any

import yaml

from mixwright import Dashboard, Mixin, Panel
from mixwright.backends.provisioning import MOUNTED, provisioning
from mixwright.passes import home

UP = Dashboard("Up", panels=Panel("Up", "up"))


def files(*mixins: Mixin) -> dict[str, Any]:
    return {one.path: yaml.safe_load(one.content) for one in provisioning(mixins)}


def test_each_mixin_has_a_provider_and_a_folder_of_its_own() -> None:
    found = files(*(Mixin(name, version="1.0.0", dashboards=UP) for name in ("node", "web")))

    providers = [one for path in found if "dashboards" in path for one in found[path]["providers"]]
    assert [one["name"] for one in providers] == ["mixwright-node", "mixwright-web"]
    assert [one["folderUid"] for one in providers] == [
        "mixwright-folder-node",
        "mixwright-folder-web",
    ]
    assert providers[0]["options"] == {"path": f"{MOUNTED}/node/dashboards"}
    assert {one["allowUiUpdates"] for one in providers} == {False}


def test_grafana_reads_version_1_of_the_format() -> None:
    assert {one["apiVersion"] for one in files(Mixin("web", version="1.0.0")).values()} == {1}


def test_a_mixin_without_dashboards_has_no_provider() -> None:
    assert "provisioning/dashboards/rules.yaml" not in files(Mixin("rules", version="1.0.0"))


def test_no_folder_is_called_or_known_as_a_dashboard() -> None:
    names = "home", "web"
    found = files(*(Mixin(name, version="1.0.0", dashboards=UP) for name in names))
    folders = [one["providers"][0] for one in found.values() if "providers" in one]

    assert not {one["folder"] for one in folders} & {*names, "Home", "Web"}
    assert not {one["folderUid"] for one in folders} & {*names, home.UID}


def test_grafana_finds_every_folder_that_it_looks_for() -> None:
    kinds = {path.split("/")[1] for path in files(Mixin("web", version="1.0.0", dashboards=UP))}

    assert kinds == {"alerting", "dashboards", "datasources", "plugins"}


def test_long_names_keep_folders_apart_and_within_what_grafana_takes() -> None:
    names = [f"{'very-' * 10}long-{end}" for end in ("one", "two")]
    found = files(*(Mixin(name, version="1.0.0", dashboards=UP) for name in names))

    uids = [one["providers"][0]["folderUid"] for one in found.values() if "providers" in one]
    assert len(set(uids)) == 2
    assert max(map(len, uids)) <= 40


def test_where_prometheus_is_comes_from_the_environment() -> None:
    (source,) = files()["provisioning/datasources/prometheus.yaml"]["datasources"]

    assert (source["type"], source["url"]) == ("prometheus", "${PROMETHEUS_URL}")


def test_loki_is_provisioned_where_some_panel_asks_it() -> None:
    logs = Dashboard("Logs", panels=Panel("Lines", logs='{job="web"}', kind="logs"))
    found = files(Mixin("web", version="1.0.0", dashboards=logs))

    (source,) = found["provisioning/datasources/loki.yaml"]["datasources"]
    assert (source["type"], source["url"]) == ("loki", "${LOKI_URL}")
    assert "provisioning/datasources/loki.yaml" not in files(
        Mixin("web", version="1.0.0", dashboards=UP)
    )
