"""A real Grafana takes what is committed in `out/`, and complains of nothing.

`MIXWRIGHT_GRAFANA` names an installed Grafana: the folder with `bin/grafana`, `conf/` and `public/`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixwright.backends.provisioning import MOUNTED

HOME = os.environ.get("MIXWRIGHT_GRAFANA", "")
NOT_OURS = "generated javascript files", "provisioning/notifiers"
"""Errors of a Grafana built without its browser part, and of one before version 11 about its former alerting."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HOME, reason="needs a Grafana: set MIXWRIGHT_GRAFANA to its folder"),
]


@pytest.fixture(scope="module")
def grafana(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grafana]:
    folder = tmp_path_factory.mktemp("grafana")
    out = repository / "out"
    for file in (out / "provisioning").rglob("*.yaml"):
        copy = folder / file.relative_to(out)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text().replace(MOUNTED, str(out)))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings = {
        "PATHS_DATA": folder / "data",
        "PATHS_PROVISIONING": folder / "provisioning",
        "SERVER_HTTP_ADDR": "127.0.0.1",
        "SERVER_HTTP_PORT": port,
        "DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": out / "home/dashboards/home.json",
        "ANALYTICS_REPORTING_ENABLED": False,
        "ANALYTICS_CHECK_FOR_UPDATES": False,
        "ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": False,
        "LOG_MODE": "file",
        "PATHS_LOGS": folder,
    }
    process = subprocess.Popen(
        [Path(HOME, "bin", "grafana"), "server", "--homepath", HOME],
        env={
            **os.environ,
            "PROMETHEUS_URL": "http://127.0.0.1:9090",
            **{f"GF_{name}": str(value) for name, value in settings.items()},
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        expected = len(list(out.glob("*/dashboards/*.json")))
        yield Grafana(f"http://127.0.0.1:{port}/api", folder / "grafana.log", expected)
    finally:
        process.terminate()
        process.wait()


class Grafana:
    """A server that has read its provisioning."""

    def __init__(self, url: str, log: Path, expected: int) -> None:
        self._url = url
        self.log = log
        deadline = time.monotonic() + 120
        found = -1
        while found < expected and time.monotonic() < deadline:
            time.sleep(0.5)
            with contextlib.suppress(OSError):
                found = len(self.ask("search?type=dash-db&limit=5000"))
        assert found >= 0, "it does not start"

    def ask(self, path: str) -> Any:
        credentials = base64.b64encode(b"admin:admin").decode()
        request = urllib.request.Request(
            f"{self._url}/{path}", headers={"Authorization": f"Basic {credentials}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def test_it_complains_of_nothing(grafana: Grafana) -> None:
    lines = grafana.log.read_text().splitlines()

    assert [
        line
        for line in lines
        if "level=error" in line and not any(known in line for known in NOT_OURS)
    ] == []


def test_it_has_every_dashboard_as_it_is_committed(grafana: Grafana, repository: Path) -> None:
    files = sorted((repository / "out").glob("*/dashboards/*.json"))
    assert files
    for file in files:
        ours = json.loads(file.read_text())
        answer = grafana.ask(f"dashboards/uid/{ours['uid']}")
        theirs = answer["dashboard"]

        assert answer["meta"]["provisioned"]
        assert {**theirs, "id": None, "version": None} == {**ours, "id": None, "version": None}, (
            file
        )


def test_every_mixin_has_its_folder_and_home_is_home(grafana: Grafana, repository: Path) -> None:
    mixins = {file.parts[-3] for file in (repository / "out").glob("*/dashboards/*.json")}

    assert {one["title"] for one in grafana.ask("folders")} == {f"{name} mixin" for name in mixins}
    assert grafana.ask("dashboards/home")["dashboard"]["title"] == "Home"
