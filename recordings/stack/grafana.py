"""Grafana with everything that the mixins provision, asked for dashboards and data, and what goes wrong with it."""

from __future__ import annotations

import base64
import contextlib
import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recordings.load import Load, Proxy
from recordings.rig import Incident, Rig, fetch, wait_for

LISTEN, SOURCE, PROMETHEUS = ("127.0.0.1", 3000), ("127.0.0.1", 9091), ("127.0.0.1", 9090)
TARGETS: Final = {"grafana": ["127.0.0.1:3000"]}
MIXINS: Final = ("grafana",)
URL: Final = "http://127.0.0.1:3000/api"
MOUNTED: Final = "/var/lib/mixwright"
LOGIN: Final = {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()}


class Grafana:
    """The server at its data source, which leads through a proxy, and the incidents."""

    def __init__(self, rig: Rig, home: Path, compiled: Path) -> None:
        self._rig = rig
        self._home = home
        self._compiled = compiled
        self._way = Proxy(rig, SOURCE, PROMETHEUS)
        self._server = self._start()
        count = itertools.count()
        Load(rig, lambda: self._look(next(count)), rate=4, workers=48)

    def _start(self) -> subprocess.Popen[bytes]:
        """Start Grafana with everything that the mixins provision."""
        folder = self._rig.folder("grafana")
        for file in (self._compiled / "provisioning").rglob("*.yaml"):
            copy = folder / file.relative_to(self._compiled)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(file.read_text().replace(MOUNTED, str(self._compiled)))
        settings = {
            "PATHS_DATA": folder / "data",
            "PATHS_LOGS": folder,
            "PATHS_PROVISIONING": folder / "provisioning",
            "SERVER_HTTP_ADDR": LISTEN[0],
            "SERVER_HTTP_PORT": LISTEN[1],
            "ANALYTICS_REPORTING_ENABLED": False,
            "ANALYTICS_CHECK_FOR_UPDATES": False,
            "ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": False,
        }
        process = self._rig.spawn(
            "grafana",
            f"{self._home}/bin/grafana",
            "server",
            "--homepath",
            f"{self._home}",
            env={
                "PROMETHEUS_URL": "http://{}:{}".format(*SOURCE),
                **{f"GF_{name}": str(value) for name, value in settings.items()},
            },
        )
        wait_for(f"{URL}/health")
        return process

    def _look(self, number: int) -> None:
        """Ask Grafana for what a browser asks for, one thing after the other."""
        match number % 4:
            case 0:
                fetch(f"{URL}/search?type=dash-db", headers=LOGIN)
            case 1:
                fetch(f"{URL}/dashboards/home", headers=LOGIN)
            case 2:
                fetch(
                    f"{URL}/datasources/uid/prometheus/resources/api/v1/label/job/values",
                    headers=LOGIN,
                )
            case _:
                query = {
                    "refId": "A",
                    "datasource": {"uid": "prometheus", "type": "prometheus"},
                    "expr": "sum by (job) (up)",
                    "range": True,
                    "intervalMs": 15000,
                    "maxDataPoints": 200,
                }
                asked = {"queries": [query], "from": "now-15m", "to": "now"}
                fetch(f"{URL}/ds/query", method="POST", body=asked, headers=LOGIN)

    # What is done on purpose.

    @contextlib.contextmanager
    def _failing_source(self) -> Iterator[None]:
        self._way.refuses = True
        yield
        self._way.refuses = False

    @contextlib.contextmanager
    def _slow_source(self) -> Iterator[None]:
        self._way.delay = 3.5
        yield
        self._way.delay = 0.0

    @contextlib.contextmanager
    def _killed(self) -> Iterator[None]:
        self._server.kill()
        self._server.wait()
        yield
        self._server = self._start()

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        return (
            Incident(
                "grafana_source_failing",
                9,
                9,
                "what stands between Grafana and its data source answered with status 502",
                {"job": "grafana"},
                self._failing_source,
                ("GrafanaDataSourceFails", "GrafanaRequestsFail"),
            ),
            Incident(
                "grafana_source_slow",
                24,
                14,
                "Grafana's data source took seven seconds to answer",
                {"job": "grafana"},
                self._slow_source,
                ("GrafanaSlow",),
            ),
            Incident(
                "grafana_killed",
                44,
                8,
                "Grafana was killed with SIGKILL and later started anew",
                {"job": "grafana"},
                self._killed,
                ("GrafanaDown",),
            ),
        )
