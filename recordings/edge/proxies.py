"""Two Envoys, what is behind them, and what goes wrong."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import yaml
from recordings.load import Load, serve
from recordings.rig import Incident, Rig, fetch, meanwhile, wait_for

from .services import TARGETS as SERVICES

HOSTS: Final = ("127.0.0.1", "127.0.0.2")
LISTEN, ADMIN = 10000, 9901
PAGES: Final = ("127.0.0.1", 18090)
NOBODY: Final = "127.0.0.1:18099"
TARGETS: Final = {"envoy": [f"{host}:{ADMIN}" for host in HOSTS]}
ROUTES: Final = {"/cart": "checkout", "/reports": "reports", "/slow": "narrow", "/gone": "gone"}
METRICS_PATH: Final = "/stats/prometheus"


class Proxies:
    """The proxies, a page behind them, their load, and the incidents."""

    def __init__(self, rig: Rig, envoy: str) -> None:
        self._rig = rig
        self._envoy = envoy
        self._healthy = True
        self._fails = False
        serve(rig, PAGES, self._answer)
        self._running = [self._start(number) for number in range(len(HOSTS))]
        Load(rig, lambda: self._ask("/cart"), rate=6)
        Load(rig, lambda: self._ask("/reports"), rate=4)

    def _answer(self, path: str, _body: bytes) -> tuple[int, bytes]:
        if path == "/slow":
            time.sleep(1.0)
        well = self._healthy if path == "/healthz" else not self._fails
        return 200 if well else 500, b""

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        config = self._rig.out / f"envoy-{number}.yaml"
        config.write_text(yaml.safe_dump(_config(HOSTS[number]), sort_keys=False))
        process = self._rig.spawn(
            f"envoy-{number}",
            *(self._envoy, "-c", config, "--base-id", str(number), "--concurrency", "1"),
            "--log-level",
            "warn",
        )
        wait_for(f"http://{HOSTS[number]}:{ADMIN}/ready")
        return process

    def _ask(self, path: str, number: int = 0) -> None:
        with urllib.request.urlopen(f"http://{HOSTS[number]}:{LISTEN}{path}", timeout=10) as answer:
            answer.read()

    @contextlib.contextmanager
    def _unhealthy(self) -> Iterator[None]:
        self._healthy = False
        yield
        self._healthy = True

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        self._fails = True
        yield
        self._fails = False

    @contextlib.contextmanager
    def _asking(self, path: str, seconds: float, copies: int) -> Iterator[None]:
        """Ask for a page again and again."""

        def ask(over: threading.Event) -> None:
            while not over.wait(seconds):
                with contextlib.suppress(OSError):
                    self._ask(path)

        with meanwhile(ask, copies):
            yield

    @contextlib.contextmanager
    def _draining(self) -> Iterator[None]:
        """Let the second proxy fail its health check, so that it takes no requests."""
        fetch(f"http://{HOSTS[1]}:{ADMIN}/healthcheck/fail", method="POST")
        yield
        fetch(f"http://{HOSTS[1]}:{ADMIN}/healthcheck/ok", method="POST")

    @contextlib.contextmanager
    def _killed(self) -> Iterator[None]:
        self._running[1].send_signal(signal.SIGKILL)
        self._running[1].wait()
        yield
        self._running[1] = self._start(1)

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        envoy = {"job": "envoy"}
        second = {**envoy, "instance": re.escape(TARGETS["envoy"][1])}

        def behind(cluster: str) -> dict[str, str]:
            return {**envoy, "envoy_cluster_name": cluster}

        return (
            Incident(
                "upstream_unhealthy",
                4,
                4,
                "all that is behind the proxies for `reports` failed its health checks",
                behind("reports"),
                self._unhealthy,
                ("EnvoyNoHealthyUpstream", "EnvoyUpstreamFailing"),
            ),
            Incident(
                "upstream_failing",
                12,
                5,
                "what is behind the proxies for `reports` answered with status 500",
                behind("reports"),
                self._failing,
                ("EnvoyUpstreamFailing",),
            ),
            Incident(
                "upstream_gone",
                14,
                11,
                "requests went to an upstream where nobody listens",
                behind("gone"),
                lambda: self._asking("/gone", 1.0, 1),
                ("EnvoyCannotConnect", "EnvoyUpstreamFailing"),
            ),
            Incident(
                "upstream_narrow",
                27,
                5,
                "more requests came at once than an upstream is allowed",
                behind("narrow"),
                lambda: self._asking("/slow", 0.5, 12),
                ("EnvoyRequestsTurnedAway", "EnvoyUpstreamFailing"),
            ),
            Incident(
                "proxy_draining",
                18,
                9,
                "a proxy was told to drain",
                second,
                self._draining,
                ("EnvoyNotLive",),
            ),
            Incident(
                "proxy_killed",
                33,
                5,
                "a proxy was killed with SIGKILL and later started anew",
                second,
                self._killed,
                ("EnvoyProxyDown",),
            ),
        )


def _config(host: str) -> dict[str, Any]:
    """Return the configuration of one proxy."""

    def address(target: str) -> dict[str, Any]:
        at, port = target.split(":")
        return {"socket_address": {"address": at, "port_value": int(port)}}

    def cluster(name: str, *targets: str, **more: object) -> dict[str, Any]:
        endpoints = [{"endpoint": {"address": address(target)}} for target in targets]
        return {
            "name": name,
            "connect_timeout": "1s",
            "load_assignment": {
                "cluster_name": name,
                "endpoints": [{"lb_endpoints": endpoints}],
            },
            **more,
        }

    page = "{}:{}".format(*PAGES)
    checks = {
        "timeout": "1s",
        "interval": "3s",
        "no_traffic_interval": "3s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        "http_health_check": {"path": "/healthz"},
    }
    narrow = {"thresholds": [{"max_requests": 3, "max_pending_requests": 1, "max_connections": 3}]}
    kind = "type.googleapis.com/envoy.extensions.filters"
    manager = {
        "@type": f"{kind}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "ingress",
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{kind}.http.router.v3.Router"},
            }
        ],
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [
                        {"match": {"path": path}, "route": {"cluster": name}}
                        for path, name in ROUTES.items()
                    ],
                }
            ]
        },
    }
    return {
        "admin": {"address": address(f"{host}:{ADMIN}")},
        "static_resources": {
            "listeners": [
                {
                    "name": "ingress",
                    "address": address(f"{host}:{LISTEN}"),
                    "filter_chains": [
                        {
                            "filters": [
                                {
                                    "name": "envoy.filters.network.http_connection_manager",
                                    "typed_config": manager,
                                }
                            ]
                        }
                    ],
                }
            ],
            "clusters": [
                cluster("checkout", *SERVICES["checkout"]),
                cluster("reports", page, health_checks=[checks]),
                cluster("narrow", page, circuit_breakers=narrow),
                cluster("gone", NOBODY),
            ],
        },
    }
