"""Two Alertmanagers, those whom they tell, and what goes wrong with them."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from recordings.load import serve
from recordings.rig import Incident, Rig, fetch, meanwhile, stop, wait_for

HOSTS: Final = ("127.0.0.1", "127.0.0.2")
RECEIVER: Final = ("127.0.0.1", 9099)
TARGETS: Final = {"alertmanager": [f"{host}:9093" for host in HOSTS]}
MIXINS: Final = ("alertmanager",)
FLOOD: Final = 600
HEARTBEAT: Final = {
    "receiver": "heartbeat",
    "matchers": ['alertname="Watchdog"'],
    "group_interval": "1m",
    "repeat_interval": "1m",
}


class Receivers:
    """The webhooks of Alertmanager's receivers: every notification is appended to `notifications.jsonl`."""

    def __init__(self, rig: Rig) -> None:
        self.refuse = False
        self._told = rig.stack.enter_context(
            (rig.out / "notifications.jsonl").open("a", encoding="utf-8")
        )
        self._lock = threading.Lock()
        serve(rig, RECEIVER, self._answer)

    def _answer(self, _path: str, body: bytes) -> tuple[int, bytes]:
        if self.refuse:
            return 500, b""
        told = _told(json.loads(body))
        if told["group"] != {"alertname": "Flood"}:
            line = {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", **told}
            with self._lock:
                self._told.write(json.dumps(line) + "\n")
                self._told.flush()
        return 200, b""


class Alertmanagers:
    """Both servers and the incidents; what they tell is what the compiled routing says."""

    def __init__(self, rig: Rig, program: str, compiled: Path) -> None:
        self._rig = rig
        self._program = program
        self._receivers = Receivers(rig)
        self._routing = rig.out / "alertmanager.yml"
        self._routing.write_text(yaml.safe_dump(_routing(compiled), sort_keys=False))
        self._servers = {host: self._start(host) for host in HOSTS}

    def _start(self, host: str, config: str = "alertmanager.yml") -> subprocess.Popen[bytes]:
        peers = (f"--cluster.peer={one}:9094" for one in HOSTS if one != host)
        process = self._rig.spawn(
            f"alertmanager-{host}",
            self._program,
            f"--config.file={config}",
            f"--storage.path=alertmanager-{host}",
            f"--web.listen-address={host}:9093",
            f"--web.external-url=http://{host}:9093",
            f"--cluster.listen-address={host}:9094",
            *peers,
        )
        wait_for(f"http://{host}:9093/-/ready")
        return process

    @contextlib.contextmanager
    def _flood(self) -> Iterator[None]:
        """Send the first Alertmanager hundreds of alerts, again every half a minute."""

        def send(over: threading.Event) -> None:
            while True:
                ends = f"{datetime.now(UTC) + timedelta(seconds=70):%Y-%m-%dT%H:%M:%SZ}"
                alerts = [
                    {"labels": {"alertname": "Flood", "number": f"{number}"}, "endsAt": ends}
                    for number in range(FLOOD)
                ]
                fetch(f"http://{HOSTS[0]}:9093/api/v2/alerts", method="POST", body=alerts)
                if over.wait(30):
                    break

        with meanwhile(send):
            yield

    @contextlib.contextmanager
    def _former_config(self) -> Iterator[None]:
        """Start the second Alertmanager anew with another configuration."""
        host = HOSTS[1]
        former = self._rig.out / "former.yml"
        former.write_text(self._routing.read_text().replace("group_wait: 30s", "group_wait: 45s"))
        stop(self._servers[host])
        self._servers[host] = self._start(host, config=former.name)
        yield
        stop(self._servers[host])
        self._servers[host] = self._start(host)

    @contextlib.contextmanager
    def _refused_routing(self) -> Iterator[None]:
        """Let the second Alertmanager read a configuration with a mistake."""
        good = self._routing.read_text()
        self._routing.write_text(good.replace("receiver: ticket", "receiver: nobody", 1))
        self._servers[HOSTS[1]].send_signal(signal.SIGHUP)
        yield
        self._routing.write_text(good)
        self._servers[HOSTS[1]].send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def _killed(self) -> Iterator[None]:
        self._servers[HOSTS[1]].kill()
        self._servers[HOSTS[1]].wait()
        yield
        self._servers[HOSTS[1]] = self._start(HOSTS[1])

    @contextlib.contextmanager
    def _refusing_receivers(self) -> Iterator[None]:
        self._receivers.refuse = True
        yield
        self._receivers.refuse = False

    @contextlib.contextmanager
    def _frozen(self) -> Iterator[None]:
        for process in self._servers.values():
            process.send_signal(signal.SIGSTOP)
        yield
        for process in self._servers.values():
            process.send_signal(signal.SIGCONT)

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        second = {"job": "alertmanager", "instance": re.escape(f"{HOSTS[1]}:9093")}
        return (
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
                "alertmanager_configs_differ",
                9,
                20,
                "the second Alertmanager ran with another configuration",
                {"job": "alertmanager"},
                self._former_config,
                ("AlertmanagerConfigsDiffer",),
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
                self._killed,
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
                self._frozen,
                ("AlertmanagerDown", "AlertmanagerInstanceDown", "PrometheusCannotSendAlerts"),
            ),
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


def _routing(compiled: Path) -> dict[str, Any]:
    """Return the compiled routing with a webhook for each receiver, and a heartbeat every minute."""
    routing: dict[str, Any] = yaml.safe_load(
        (compiled / "routing" / "alertmanager.yaml").read_text()
    )
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
