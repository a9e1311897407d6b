"""Monitoring itself: Prometheus with the mixins' rules, Alertmanagers, whom they tell, Grafana, and what goes wrong."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import yaml
from recordings.rig import Incident, Rig, fetch, stop, wait_for

from .load import Load, Proxy
from .web import EXPORTER, PROBED

OUT: Final = Path(__file__).resolve().parents[2] / "out"
MOUNTED: Final = "/var/lib/mixwright"
HOSTS: Final = ("127.0.0.1", "127.0.0.2")
PROMETHEUS: Final = "127.0.0.1:9090"
RECEIVER, ARCHIVE = ("127.0.0.1", 9099), ("127.0.0.1", 9098)
NOTHING_READ: Final = b"\x02\x04\x0a\x00"
"""A remote read response with one empty result: protobuf, packed by snappy as one literal."""
MOST_QUERIES: Final = 20
FLOOD: Final = 600
GRAFANA, DATA_SOURCE = ("127.0.0.1", 3000), ("127.0.0.1", 9091)
ALERTMANAGERS: Final = [f"{host}:9093" for host in HOSTS]
MIXINS: Final = (
    *("alertmanager", "apache", "blackbox", "etcd"),
    *("grafana", "mysql", "nginx", "prometheus"),
)
GONE: Final = "127.0.0.1:9999"
TARGETS: Final = {
    "prometheus": [PROMETHEUS],
    "alertmanager": ALERTMANAGERS,
    "grafana": [f"{GRAFANA[0]}:{GRAFANA[1]}"],
    "legacy": [GONE],
}
HEARTBEAT: Final = {
    "receiver": "heartbeat",
    "matchers": ['alertname="Watchdog"'],
    "group_interval": "1m",
    "repeat_interval": "1m",
}
SLOW: Final = {
    "groups": [
        {
            "name": "overdue",
            "interval": "2s",
            "rules": [{"record": "archived:up", "expr": 'sum(up{archive="yes"})'}],
        }
    ]
}
FAILING: Final = {
    "groups": [
        {
            "name": "mistaken",
            "interval": "30s",
            # Many jobs on both sides have two targets.
            "rules": [
                {"record": "job:up:share", "expr": "up / on (job) up"},
            ],
        }
    ]
}


class Receivers:
    """The webhooks of Alertmanager's receivers: every notification is appended to `notifications.jsonl`."""

    def __init__(self, rig: Rig) -> None:
        self.refuse = False
        told = (rig.out / "notifications.jsonl").open("a", encoding="utf-8")
        lock = threading.Lock()
        receivers = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not receivers.refuse and body["groupLabels"] != {"alertname": "Flood"}:
                    line = {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", **_told(body)}
                    with lock:
                        told.write(json.dumps(line) + "\n")
                        told.flush()
                self.send_response(500 if receivers.refuse else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(RECEIVER, Receiver)
        rig.stack.callback(told.close)
        rig.stack.callback(server.shutdown)
        threading.Thread(target=server.serve_forever, name="receivers").start()


class Archive:
    """What Prometheus reads from afar for `{archive="yes"}`: nothing, after some seconds."""

    def __init__(self, rig: Rig, seconds: float) -> None:
        class Reader(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(seconds)
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Encoding", "snappy")
                self.send_header("Content-Length", str(len(NOTHING_READ)))
                self.end_headers()
                self.wfile.write(NOTHING_READ)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(ARCHIVE, Reader)
        server.daemon_threads = True
        rig.stack.callback(server.shutdown)
        threading.Thread(target=server.serve_forever, name="archive").start()


class Monitoring:
    """Prometheus, which records everything, those who are told, and the incidents."""

    def __init__(
        self,
        rig: Rig,
        targets: Mapping[str, Sequence[str]],
        *,
        prometheus: str,
        alertmanager: str,
        grafana: Path | None,
    ) -> None:
        self._rig = rig
        self._program = alertmanager
        # As it is now, whatever is compiled meanwhile.
        self._compiled = Path(shutil.copytree(OUT, rig.out / "compiled"))
        self._receivers = Receivers(rig)
        Archive(rig, 3.0)
        self._routing = rig.out / "alertmanager.yml"
        self._routing.write_text(yaml.safe_dump(_routing(), sort_keys=False))
        self._alertmanagers = {host: self._start_alertmanager(host) for host in HOSTS}
        self._home = grafana
        if grafana is not None:
            self._way = Proxy(rig, DATA_SOURCE, _address(PROMETHEUS))
            self._grafana = self._start_grafana()
        self._rules = rig.folder("rules")
        for name in MIXINS:
            if name != "grafana" or grafana is not None:
                shutil.copy(self._compiled / name / "rules" / f"{name}.yaml", self._rules)
        everything = {**targets, **TARGETS}
        if grafana is None:
            del everything["grafana"]
        self._config = rig.out / "prometheus.yml"
        self._scraped = yaml.safe_dump(_scraping(rig.interval, everything), sort_keys=False)
        self._config.write_text(self._scraped)
        self._prometheus = rig.spawn(
            "prometheus",
            prometheus,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=prometheus",
            f"--web.listen-address={PROMETHEUS}",
            f"--query.max-concurrency={MOST_QUERIES}",
            "--web.enable-admin-api",  # for the snapshot at the end
        )
        wait_for(f"http://{PROMETHEUS}/-/ready")
        if grafana is not None:
            count = itertools.count()
            Load(rig, "grafana", lambda: self._look(next(count)), rate=4, workers=48)

    def _start_alertmanager(self, host: str, *extra: str, config: str = "alertmanager.yml") -> Any:
        peers = (f"--cluster.peer={one}:9094" for one in HOSTS if one != host)
        process = self._rig.spawn(
            f"alertmanager-{host}",
            self._program,
            f"--config.file={config}",
            f"--storage.path=alertmanager-{host}",
            f"--web.listen-address={host}:9093",
            f"--web.external-url=http://{host}:9093",
            f"--cluster.listen-address={host}:9094",
            *(extra or peers),
        )
        wait_for(f"http://{host}:9093/-/ready")
        return process

    def _start_grafana(self) -> subprocess.Popen[bytes]:
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
            "SERVER_HTTP_ADDR": GRAFANA[0],
            "SERVER_HTTP_PORT": GRAFANA[1],
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
                "PROMETHEUS_URL": "http://{}:{}".format(*DATA_SOURCE),
                **{f"GF_{name}": str(value) for name, value in settings.items()},
            },
        )
        wait_for("http://{}:{}/api/health".format(*GRAFANA))
        return process

    def _look(self, number: int) -> None:
        """Ask Grafana for what a browser asks for, one thing after the other."""
        url = "http://{}:{}/api".format(*GRAFANA)
        login = {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()}
        match number % 4:
            case 0:
                fetch(f"{url}/search?type=dash-db", headers=login)
            case 1:
                fetch(f"{url}/dashboards/home", headers=login)
            case 2:
                fetch(
                    f"{url}/datasources/uid/prometheus/resources/api/v1/label/job/values",
                    headers=login,
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
                fetch(f"{url}/ds/query", method="POST", body=asked, headers=login)

    # What is done on purpose.

    @contextlib.contextmanager
    def _refused_config(self) -> Iterator[None]:
        """Let Prometheus read a configuration with a mistake."""
        self._config.write_text(self._scraped.replace("scrape_timeout: ", "scrape_timeout: 1"))
        self._prometheus.send_signal(signal.SIGHUP)
        yield
        self._config.write_text(self._scraped)
        self._prometheus.send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def _more_rules(self, rules: object) -> Iterator[None]:
        """Let Prometheus read one more file of rules."""
        extra = self._rules / "more.yaml"
        extra.write_text(yaml.safe_dump(rules))
        self._prometheus.send_signal(signal.SIGHUP)
        yield
        extra.unlink()
        self._prometheus.send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def _waiting_queries(self) -> Iterator[None]:
        """Ask for what is read from afar, nearly as often at once as Prometheus allows."""
        over = threading.Event()
        query = f"http://{PROMETHEUS}/api/v1/query?query=up%7Barchive%3D%22yes%22%7D"

        def ask() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    fetch(query)

        threads = [threading.Thread(target=ask) for _ in range(round(0.9 * MOST_QUERIES))]
        for thread in threads:
            thread.start()
        yield
        over.set()
        for thread in threads:
            thread.join()

    @contextlib.contextmanager
    def _flood(self) -> Iterator[None]:
        """Send the first Alertmanager hundreds of alerts, again every half a minute."""
        over = threading.Event()

        def send() -> None:
            while True:
                ends = f"{datetime.now(UTC) + timedelta(seconds=70):%Y-%m-%dT%H:%M:%SZ}"
                alerts = [
                    {"labels": {"alertname": "Flood", "number": f"{number}"}, "endsAt": ends}
                    for number in range(FLOOD)
                ]
                fetch(f"http://{ALERTMANAGERS[0]}/api/v2/alerts", method="POST", body=alerts)
                if over.wait(30):
                    break

        thread = threading.Thread(target=send)
        thread.start()
        yield
        over.set()
        thread.join()

    @contextlib.contextmanager
    def _apart(self) -> Iterator[None]:
        """Start the second Alertmanager with another configuration, which has a mistake later, and without its peer."""
        host = HOSTS[1]
        other = self._rig.out / "former.yml"
        other.write_text(self._routing.read_text().replace("group_wait: 30s", "group_wait: 45s"))
        stop(self._alertmanagers[host])
        # A peer that nobody is: without any it would find the one that it knew before.
        alone = self._start_alertmanager(host, "--cluster.peer=127.0.0.9:9094", config="former.yml")
        yield
        stop(alone)
        self._alertmanagers[host] = self._start_alertmanager(host)

    @contextlib.contextmanager
    def _refused_routing(self) -> Iterator[None]:
        """Let the second Alertmanager read a configuration with a mistake."""
        good = self._routing.read_text()
        self._routing.write_text(good.replace("receiver: ticket", "receiver: nobody", 1))
        self._alertmanagers[HOSTS[1]].send_signal(signal.SIGHUP)
        yield
        self._routing.write_text(good)
        self._alertmanagers[HOSTS[1]].send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def _killed_alertmanager(self) -> Iterator[None]:
        self._alertmanagers[HOSTS[1]].kill()
        self._alertmanagers[HOSTS[1]].wait()
        yield
        self._alertmanagers[HOSTS[1]] = self._start_alertmanager(HOSTS[1])

    @contextlib.contextmanager
    def _refusing_receivers(self) -> Iterator[None]:
        self._receivers.refuse = True
        yield
        self._receivers.refuse = False

    @contextlib.contextmanager
    def _frozen_alertmanagers(self) -> Iterator[None]:
        for process in self._alertmanagers.values():
            process.send_signal(signal.SIGSTOP)
        yield
        for process in self._alertmanagers.values():
            process.send_signal(signal.SIGCONT)

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
    def _killed_grafana(self) -> Iterator[None]:
        self._grafana.kill()
        self._grafana.wait()
        yield
        self._grafana = self._start_grafana()

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        second = {"job": "alertmanager", "instance": re.escape(ALERTMANAGERS[1])}
        prometheus = {"job": "prometheus"}
        of_grafana = (
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
                self._killed_grafana,
                ("GrafanaDown",),
            ),
        )
        return (
            Incident(
                "target_gone",
                0,
                64,
                "a target that was switched off long ago is still configured",
                {"job": "legacy"},
                contextlib.nullcontext,
                ("TargetsDown",),
            ),
            Incident(
                "prometheus_config_refused",
                8,
                14,
                "Prometheus was told to read a configuration with a mistake in it",
                prometheus,
                self._refused_config,
                ("PrometheusConfigRefused",),
            ),
            Incident(
                "rules_fail",
                25,
                10,
                "a rule was added that divides many by many",
                prometheus,
                lambda: self._more_rules(FAILING),
                ("PrometheusRulesFail",),
            ),
            Incident(
                "rules_slow",
                38,
                14,
                "a rule was added that takes longer than the interval of its group",
                prometheus,
                lambda: self._more_rules(SLOW),
                ("PrometheusRulesTooSlow",),
            ),
            Incident(
                "queries_waiting",
                53,
                9,
                "nearly as many queries ran at once as Prometheus allows, all waiting for an archive",
                prometheus,
                self._waiting_queries,
                ("PrometheusQueriesSaturated",),
            ),
            Incident(
                "alerts_flood",
                30,
                13,
                f"something sent {FLOOD} alerts at once",
                {"job": "alertmanager"},
                self._flood,
                ("AlertmanagerFlooded",),
            ),
            Incident(
                "alertmanager_apart",
                9,
                20,
                "the second Alertmanager ran with another configuration and did not find the first",
                {"job": "alertmanager"},
                self._apart,
                ("AlertmanagerConfigsDiffer", "AlertmanagerSplit"),
            ),
            Incident(
                "alertmanager_config_refused",
                31,
                13,
                "the second Alertmanager was told to read a configuration with a mistake in it",
                second,
                self._refused_routing,
                ("AlertmanagerConfigRefused",),
            ),
            Incident(
                "alertmanager_killed",
                45,
                8,
                "the second Alertmanager was killed with SIGKILL and later started anew",
                second,
                self._killed_alertmanager,
                ("AlertmanagerInstanceDown",),
            ),
            Incident(
                "receivers_refuse",
                54,
                8,
                "whoever should be told refused to listen",
                {"job": "alertmanager"},
                self._refusing_receivers,
                ("AlertmanagerCannotNotify",),
            ),
            Incident(
                "alertmanagers_frozen",
                64,
                8,
                "both Alertmanagers were paused",
                {"job": "alertmanager|prometheus"},
                self._frozen_alertmanagers,
                ("AlertmanagerDown", "AlertmanagerInstanceDown", "PrometheusCannotSendAlerts"),
            ),
            *(of_grafana if self._home is not None else ()),
        )


def _told(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a webhook was told, without what repeats itself."""
    kept = ("status", "labels", "startsAt")
    alerts = [{name: alert[name] for name in kept} for alert in body["alerts"]]
    return {
        "from": body["externalURL"],
        "receiver": body["receiver"],
        "group": body["groupLabels"],
        "alerts": alerts,
    }


def _routing() -> dict[str, Any]:
    """Return the compiled routing with a webhook for each receiver, and a heartbeat every minute."""
    routing = yaml.safe_load((OUT / "routing" / "alertmanager.yaml").read_text())
    routing["route"]["routes"].insert(0, HEARTBEAT)
    names = [receiver["name"] for receiver in routing["receivers"]]
    routing["receivers"] = [
        {
            "name": name,
            "webhook_configs": [{"url": "http://{}:{}/".format(*RECEIVER) + name}],
        }
        for name in (*names, "heartbeat")
    ]
    return routing


def _scraping(interval: str, targets: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    labels = {"cluster": "stack"}
    probes = [
        {"source_labels": ["__address__"], "target_label": "__param_target"},
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"target_label": "__address__", "replacement": EXPORTER},
    ]
    jobs: list[dict[str, Any]] = [
        {"job_name": job, "static_configs": [{"targets": list(addresses), "labels": labels}]}
        for job, addresses in targets.items()
    ]
    jobs.append(
        {
            "job_name": "blackbox",
            "metrics_path": "/probe",
            "params": {"module": ["http_2xx"]},
            "static_configs": [{"targets": list(PROBED), "labels": labels}],
            "relabel_configs": probes,
        }
    )
    return {
        "global": {
            "scrape_interval": interval,
            "scrape_timeout": interval if interval == "1s" else "10s",
        },
        "rule_files": ["rules/*.yaml"],
        "remote_read": [
            {
                "url": "http://{}:{}/".format(*ARCHIVE),
                "required_matchers": {"archive": "yes"},
                "read_recent": True,
            }
        ],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ALERTMANAGERS}]}]},
        "scrape_configs": jobs,
    }


def _address(target: str) -> tuple[str, int]:
    host, port = target.split(":")
    return host, int(port)
