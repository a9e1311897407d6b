"""Record real metrics of real incidents on one machine: Prometheus, node_exporters, services, load, and trouble.

Everything listens on loopback. The script starts a Prometheus that scrapes every 5 s, two node_exporters (the second in
a mount namespace of its own, with two small ext4 filesystems that only it sees), two instances each of the services
`checkout` and `catalogue`, and their load; waits out a quiet baseline; then causes the incidents of `schedule` one by
one. Begin and end of each are written to `incidents.yaml` as they happen. At the end the data lie in `prometheus/` (the
data directory, cleanly shut down) and in `snapshot/` (the same samples as TSDB blocks). Needs root for the mounts,
about 85 minutes, and a quarter of a small machine. Ctrl-C stops everything and leaves nothing mounted.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from recordings.rig import (
    Incident,
    Rig,
    parser,
    play,
    run,
    say,
    snapshot,
    start_prometheus,
    stop,
    wait_for,
)

from recordings import nodes

HERE: Final = Path(__file__).resolve().parent
HOSTS: Final = ("127.0.0.1", "127.0.0.2")
PROMETHEUS: Final = "127.0.0.1:19090"
SERVICE_PORTS: Final = {"checkout": 8080, "catalogue": 8081}
REQUESTS_PER_SECOND: Final = {"checkout": 24.0, "catalogue": 36.0}
SWING_MINUTES: Final = 25.0
LENGTH_MINUTES: Final = 84.0

DATA: Final = "/srv/data"
ARCHIVE: Final = "/srv/archive"
FILESYSTEM_MIB: Final = 256
FILESYSTEMS: Final = {
    DATA: nodes.Filesystem(FILESYSTEM_MIB, filled=0.27),
    ARCHIVE: nodes.Filesystem(FILESYSTEM_MIB, filled=0.20),
}
LOG_SHARE: Final = 0.04
LOG_ROTATION_MINUTES: Final = 7.0
MINUTES_UNTIL_FULL: Final = 14.0

OWN_METRICS_KEPT: Final = (
    "prometheus_build_info|prometheus_ready|prometheus_rule_.*|prometheus_target_interval_length_seconds.*|"
    "prometheus_tsdb_(head_series|head_samples_appended_total|wal_corruptions_total)|"
    "process_(resident_memory_bytes|cpu_seconds_total|open_fds|max_fds|start_time_seconds)"
)
PROGRAMS: Final = {"prometheus": "apt-get install prometheus", **nodes.PROGRAMS}
# Bounded by itself, so that a hog can never outlive its incident by much.
HOG: Final = "import sys, time\nend = time.monotonic() + float(sys.argv[1])\nwhile time.monotonic() < end: pass"


@dataclass
class Machine:
    """Everything that runs, and the handles by which an incident disturbs it."""

    rig: Rig
    services: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    data: Path = Path()
    filling: threading.Event = field(default_factory=threading.Event)

    def control(self, name: str) -> Path:
        """Return the control file of a service or of its load."""
        return self.rig.folder("control") / name

    def tell(self, name: str, word: str) -> None:
        """Replace a control file in one step."""
        draft = self.control(f".{name}.draft")
        draft.write_text(word, encoding="ascii")
        draft.replace(self.control(name))

    def start_service(self, name: str, host: str) -> None:
        """Start one instance of a service and wait until it answers."""
        port = SERVICE_PORTS[name]
        command = ("--host", host, "--port", str(port), "--control", self.control(name))
        self.services[f"{host}:{port}"] = self.rig.spawn(
            f"{name}-{host}", sys.executable, HERE / "service.py", name, *command
        )
        wait_for(f"http://{host}:{port}/metrics")


# What is done on purpose. Each is entered when its incident begins and left when it ends.


@contextmanager
def slow_checkout(machine: Machine) -> Iterator[None]:
    """Let every handler of checkout wait about a second, in its slot."""
    machine.tell("checkout", "slow")
    try:
        yield
    finally:
        machine.tell("checkout", "normal")


@contextmanager
def failing_catalogue(machine: Machine) -> Iterator[None]:
    """Let about a fifth of catalogue's answers be 500."""
    machine.tell("catalogue", "errors")
    try:
        yield
    finally:
        machine.tell("catalogue", "normal")


@contextmanager
def cpu_hogs(machine: Machine) -> Iterator[None]:
    """Keep as many processes busy as the machine has processors."""
    longest = str(machine.rig.seconds(10))
    hogs = [
        machine.rig.spawn(f"hog-{number}", sys.executable, "-c", HOG, longest)
        for number in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for hog in hogs:
            stop(hog)


@contextmanager
def killed_checkout(machine: Machine) -> Iterator[None]:
    """Kill the second instance of checkout, and start it anew at the end: its counters begin at zero again."""
    victim = machine.services[f"{HOSTS[1]}:{SERVICE_PORTS['checkout']}"]
    victim.kill()
    victim.wait()
    yield
    machine.start_service("checkout", HOSTS[1])


@contextmanager
def filling_disk(machine: Machine) -> Iterator[None]:
    """Let a file grow on the small filesystem, steadily, and delete it at the end."""
    machine.filling.set()
    try:
        yield
    finally:
        machine.filling.clear()
        # The writer deletes the file within a second; wait for it, so that the incident's end is true.
        while (machine.data / "dump.sql").exists():
            time.sleep(0.05)


@contextmanager
def little_traffic(machine: Machine) -> Iterator[None]:
    """Send catalogue a tenth of its requests."""
    machine.tell("load-catalogue", "0.1")
    try:
        yield
    finally:
        machine.tell("load-catalogue", "1")


def schedule(machine: Machine) -> tuple[Incident, ...]:
    """Return what is done on purpose, and when."""
    return (
        Incident(
            "checkout_slow",
            22,
            6,
            "every handler of checkout was made to wait about a second while holding its worker slot",
            {"job": "checkout"},
            partial(slow_checkout, machine),
        ),
        Incident(
            "catalogue_errors",
            32,
            5,
            "about a fifth of the requests to catalogue were answered with status 500",
            {"job": "catalogue"},
            partial(failing_catalogue, machine),
        ),
        Incident(
            "cpu_hog",
            41,
            6,
            "one busy process per processor ran on the machine that both node_exporters describe",
            {"job": "node"},
            partial(cpu_hogs, machine),
        ),
        Incident(
            "checkout_instance_killed",
            51,
            4,
            "one of the two instances of checkout was killed with SIGKILL and later started anew",
            {"job": "checkout", "instance": re.escape(f"{HOSTS[1]}:{SERVICE_PORTS['checkout']}")},
            partial(killed_checkout, machine),
        ),
        Incident(
            "disk_filling",
            58,
            11,
            f"a file grew steadily on {DATA} so that it would have been full about 14 minutes after the start, "
            "and was deleted before that",
            {
                "job": "node",
                "instance": re.escape(f"{HOSTS[1]}:{nodes.PORT}"),
                "mountpoint": re.escape(DATA),
            },
            partial(filling_disk, machine),
        ),
        Incident(
            "catalogue_traffic_drop",
            73,
            6,
            "the load generator sent catalogue only a tenth of its ordinary requests",
            {"job": "catalogue"},
            partial(little_traffic, machine),
        ),
    )


def prometheus_config(interval: str) -> str:
    """Write the scrape configuration. `cluster` is the only label that no exporter or scrape gives by itself."""
    lines = [
        "global:",
        f"  scrape_interval: {interval}",
        f"  scrape_timeout: {interval}",
        "scrape_configs:",
    ]
    ports = {"node": nodes.PORT, **SERVICE_PORTS}
    targets = {job: [f"{host}:{port}" for host in HOSTS] for job, port in ports.items()}
    for job, addresses in {**targets, "prometheus": [PROMETHEUS]}.items():
        lines += [
            f"  - job_name: {job}",
            "    static_configs:",
            f"      - targets: {json.dumps(addresses)}",
            "        labels: {cluster: demo}",
        ]
    lines += [
        "    metric_relabel_configs:",
        "      - source_labels: [__name__]",
        f"        regex: {OWN_METRICS_KEPT}",
        "        action: keep",
    ]
    return "\n".join(lines) + "\n"


def write_to_disk(machine: Machine, over: threading.Event) -> None:
    """Grow and rotate a log for ever; while `machine.filling` is set, grow a dump too, and delete it afterwards."""
    rig = machine.rig
    line = b"ts=2026 level=info component=writer msg=ordinary-line-of-a-log-file-that-is-rotated-now-and-then\n"
    log, dump = machine.data / "app.log", machine.data / "dump.sql"
    log_rate = LOG_SHARE * FILESYSTEM_MIB * 1024 * 1024 / rig.seconds(LOG_ROTATION_MINUTES)
    dump_rate = 0.0
    before = rotated = time.monotonic()
    while not over.wait(0.5):
        now = time.monotonic()
        elapsed, before = now - before, now
        if now - rotated >= rig.seconds(LOG_ROTATION_MINUTES):
            rotated = now
            log.unlink(missing_ok=True)
        append(log, line, log_rate * elapsed)
        if machine.filling.is_set():
            if not dump.exists():
                room = os.statvfs(machine.data)
                dump_rate = room.f_bavail * room.f_frsize / rig.seconds(MINUTES_UNTIL_FULL)
            append(dump, line, dump_rate * elapsed)
        else:
            dump.unlink(missing_ok=True)


def append(path: Path, line: bytes, size: float) -> None:
    """Append about `size` bytes of lines to a file."""
    with path.open("ab") as file:
        file.write(line * (1 + int(size / len(line))))


def start_everything(machine: Machine) -> None:
    """Start what is watched, then the load, then Prometheus: it is stopped first, and sees no target go down."""
    rig = machine.rig
    nodes.start_exporter(rig, HOSTS[0])
    machine.data = nodes.start_with_filesystems(rig, HOSTS[1], FILESYSTEMS) / DATA[1:]
    rig.background(partial(write_to_disk, machine))
    for name, port in SERVICE_PORTS.items():
        for host in HOSTS:
            machine.start_service(name, host)
        instances = [f"{host}:{port}" for host in HOSTS]
        load: list[str | Path] = [
            sys.executable,
            HERE / "load.py",
            name,
            *instances,
            "--rate",
            str(REQUESTS_PER_SECOND[name]),
        ]
        load += [
            "--period",
            str(rig.seconds(SWING_MINUTES)),
            "--seconds",
            str(rig.seconds(LENGTH_MINUTES) + 60),
        ]
        rig.spawn(f"load-{name}", *load, "--control", machine.control(f"load-{name}"))
    start_prometheus(rig, "prometheus", PROMETHEUS, prometheus_config(rig.interval))


def record(rig: Rig) -> None:
    """Start everything, cause the incidents by the clock, and keep the data."""
    if os.nice(0) != 0:
        say(
            f"this runs at nice {os.nice(0)}, so the CPU time of what it starts is not of mode `user`"
        )
    machine = Machine(rig)
    start_everything(machine)
    play(rig, schedule(machine), LENGTH_MINUTES)
    snapshot(rig, PROMETHEUS)


if __name__ == "__main__":
    options = parser(
        "loopback", __doc__, interval="5s", dry_run="0.025 takes 2 minutes"
    ).parse_args()
    sys.exit(run(options, PROGRAMS, ("prometheus_client",), record))
