"""Record real metrics of real incidents on one machine: Prometheus, node_exporters, services, load, and trouble.

Everything listens on loopback. The script starts a Prometheus that scrapes every 5 s, two node_exporters (the second in
a mount namespace of its own, with two small ext4 filesystems that only it sees), two instances each of the services
`checkout` and `catalogue`, and their load; waits out a quiet baseline; then causes the incidents of `SCHEDULE` one by
one. Begin and end of each are written to `incidents.yaml` as they happen. At the end the data lie in `prometheus/` (the
data directory, cleanly shut down) and in `snapshot/` (the same samples as TSDB blocks). Needs root for the mounts,
about 85 minutes, and a quarter of a small machine. Ctrl-C stops everything and leaves nothing mounted.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Final

HERE: Final = Path(__file__).resolve().parent
HOSTS: Final = ("127.0.0.1", "127.0.0.2")
PROMETHEUS: Final = "127.0.0.1:19090"
NODE_PORT: Final = 9100
SERVICE_PORTS: Final = {"checkout": 8080, "catalogue": 8081}
REQUESTS_PER_SECOND: Final = {"checkout": 24.0, "catalogue": 36.0}
SWING_MINUTES: Final = 25.0
LENGTH_MINUTES: Final = 84.0

DATA: Final = "/srv/data"
ARCHIVE: Final = "/srv/archive"
FILESYSTEM_MIB: Final = 256
FILLED_AT_FIRST: Final = {DATA: 0.27, ARCHIVE: 0.20}
LOG_SHARE: Final = 0.04
LOG_ROTATION_MINUTES: Final = 7.0
MINUTES_UNTIL_FULL: Final = 14.0

COLLECTORS: Final = (
    *(
        "conntrack",
        "cpu",
        "diskstats",
        "filefd",
        "filesystem",
        "loadavg",
        "meminfo",
        "netclass",
        "netdev",
        "netstat",
    ),
    *("os", "pressure", "sockstat", "softnet", "stat", "time", "timex", "uname", "vmstat"),
)
OWN_METRICS_KEPT: Final = (
    "prometheus_build_info|prometheus_ready|prometheus_rule_.*|prometheus_target_interval_length_seconds.*|"
    "prometheus_tsdb_(head_series|head_samples_appended_total|wal_corruptions_total)|"
    "process_(resident_memory_bytes|cpu_seconds_total|open_fds|max_fds|start_time_seconds)"
)
REQUIRED: Final = {
    "prometheus": "apt-get install prometheus",
    "prometheus-node-exporter": "apt-get install prometheus-node-exporter",
    "mkfs.ext4": "apt-get install e2fsprogs",
    "unshare": "apt-get install util-linux",
    "mount": "apt-get install mount",
}
# Bounded by itself, so that a hog can never outlive its incident by much.
HOG: Final = "import sys, time\nend = time.monotonic() + float(sys.argv[1])\nwhile time.monotonic() < end: pass"

Cause = Callable[["Rig"], AbstractContextManager[None]]


def say(message: str) -> None:
    """Print a line with the time, at once."""
    print(f"{datetime.now(UTC):%H:%M:%SZ} {message}", flush=True)


def fetch(url: str, *, method: str = "GET") -> bytes:
    """Return the body of a loopback URL."""
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=120) as answer:
        body: bytes = answer.read()
    return body


@dataclass
class Rig:
    """Everything that runs, and the handles by which an incident disturbs it."""

    out: Path
    scale: float
    interval: str
    stack: ExitStack
    services: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    data: Path = Path()
    filling: threading.Event = field(default_factory=threading.Event)

    def seconds(self, minutes: float) -> float:
        """Return minutes of the schedule in seconds of this run."""
        return minutes * 60 * self.scale

    def spawn(self, name: str, *command: str | Path) -> subprocess.Popen[bytes]:
        """Start a program that is stopped when the stack unwinds; its output goes to `logs/<name>.log`."""
        with (self.out / "logs" / f"{name}.log").open("ab") as log:
            # A group of its own: Ctrl-C then reaches this script alone, which stops its programs in the right order.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.stack.callback(stop, process)
        say(
            f"started {name}, pid {process.pid}, nice {os.getpriority(os.PRIO_PROCESS, process.pid)}"
        )
        return process

    def control(self, name: str) -> Path:
        """Return the control file of a service or of its load."""
        return self.out / "control" / name

    def tell(self, name: str, word: str) -> None:
        """Replace a control file in one step."""
        draft = self.control(f".{name}.draft")
        draft.write_text(word, encoding="ascii")
        draft.replace(self.control(name))

    def start_service(self, name: str, host: str) -> None:
        """Start one instance of a service and wait until it answers."""
        port = SERVICE_PORTS[name]
        command = ("--host", host, "--port", str(port), "--control", self.control(name))
        self.services[f"{host}:{port}"] = self.spawn(
            f"{name}-{host}", sys.executable, HERE / "service.py", name, *command
        )
        wait_for(f"http://{host}:{port}/metrics")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program, patiently at first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str) -> None:
    """Return as soon as the URL answers; give up after 30 s."""
    deadline = time.monotonic() + 30
    while True:
        try:
            fetch(url)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


# What is done on purpose. Each is entered when its incident begins and left when it ends.


@contextmanager
def slow_checkout(rig: Rig) -> Iterator[None]:
    """Let every handler of checkout wait about a second, in its slot."""
    rig.tell("checkout", "slow")
    try:
        yield
    finally:
        rig.tell("checkout", "normal")


@contextmanager
def failing_catalogue(rig: Rig) -> Iterator[None]:
    """Let about a fifth of catalogue's answers be 500."""
    rig.tell("catalogue", "errors")
    try:
        yield
    finally:
        rig.tell("catalogue", "normal")


@contextmanager
def cpu_hogs(rig: Rig) -> Iterator[None]:
    """Keep as many processes busy as the machine has processors."""
    longest = str(rig.seconds(10))
    hogs = [
        rig.spawn(f"hog-{number}", sys.executable, "-c", HOG, longest)
        for number in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for hog in hogs:
            stop(hog)


@contextmanager
def killed_checkout(rig: Rig) -> Iterator[None]:
    """Kill the second instance of checkout, and start it anew at the end: its counters begin at zero again."""
    victim = rig.services[f"{HOSTS[1]}:{SERVICE_PORTS['checkout']}"]
    victim.kill()
    victim.wait()
    yield
    rig.start_service("checkout", HOSTS[1])


@contextmanager
def filling_disk(rig: Rig) -> Iterator[None]:
    """Let a file grow on the small filesystem, steadily, and delete it at the end."""
    rig.filling.set()
    try:
        yield
    finally:
        rig.filling.clear()
        # The writer deletes the file within a second; wait for it, so that the incident's end is true.
        while (rig.data / "dump.sql").exists():
            time.sleep(0.05)


@contextmanager
def little_traffic(rig: Rig) -> Iterator[None]:
    """Send catalogue a tenth of its requests."""
    rig.tell("load-catalogue", "0.1")
    try:
        yield
    finally:
        rig.tell("load-catalogue", "1")


@dataclass(frozen=True)
class Incident:
    """One entry of the schedule, in minutes from the start; labels are anchored regular expressions."""

    name: str
    minute: float
    minutes: float
    what: str
    labels: dict[str, str]
    cause: Cause


SCHEDULE: Final = (
    Incident(
        "checkout_slow",
        22,
        6,
        "every handler of checkout was made to wait about a second while holding its worker slot",
        {"job": "checkout"},
        slow_checkout,
    ),
    Incident(
        "catalogue_errors",
        32,
        5,
        "about a fifth of the requests to catalogue were answered with status 500",
        {"job": "catalogue"},
        failing_catalogue,
    ),
    Incident(
        "cpu_hog",
        41,
        6,
        "one busy process per processor ran on the machine that both node_exporters describe",
        {"job": "node"},
        cpu_hogs,
    ),
    Incident(
        "checkout_instance_killed",
        51,
        4,
        "one of the two instances of checkout was killed with SIGKILL and later started anew",
        {"job": "checkout", "instance": re.escape(f"{HOSTS[1]}:{SERVICE_PORTS['checkout']}")},
        killed_checkout,
    ),
    Incident(
        "disk_filling",
        58,
        11,
        f"a file grew steadily on {DATA} so that it would have been full about 14 minutes after the start, "
        "and was deleted before that",
        {
            "job": "node",
            "instance": re.escape(f"{HOSTS[1]}:{NODE_PORT}"),
            "mountpoint": re.escape(DATA),
        },
        filling_disk,
    ),
    Incident(
        "catalogue_traffic_drop",
        73,
        6,
        "the load generator sent catalogue only a tenth of its ordinary requests",
        {"job": "catalogue"},
        little_traffic,
    ),
)
HEADER: Final = """\
# The incidents of this recording, which were caused on purpose: when each began and ended by the clock of the machine,
# what was done, and which labels an alert that tells of it may carry (values are anchored regular expressions).
# Written by record.py while the recording ran; nothing here or in the recording is synthetic.
incidents:
"""


def incident_yaml(incident: Incident, start: datetime, end: datetime) -> str:
    """Write one finished incident as an item of the YAML list."""
    labels = ", ".join(f"{name}: '{value}'" for name, value in incident.labels.items())
    return (
        f"  - name: {incident.name}\n"
        f"    start: {start:%Y-%m-%dT%H:%M:%SZ}\n"
        f"    end: {end:%Y-%m-%dT%H:%M:%SZ}\n"
        f"    what: {incident.what}\n"
        f"    labels: {{{labels}}}\n"
    )


def prometheus_config(interval: str) -> str:
    """Write the scrape configuration. `cluster` is the only label that no exporter or scrape gives by itself."""
    lines = [
        "global:",
        f"  scrape_interval: {interval}",
        f"  scrape_timeout: {interval}",
        "scrape_configs:",
    ]
    ports = {"node": NODE_PORT, **SERVICE_PORTS}
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


def start_node_exporters(rig: Rig) -> None:
    """Start both node_exporters; the second one gets small filesystems in a mount namespace of its own.

    When its last process ends the kernel takes the namespace apart: it unmounts the filesystems and frees the loop
    devices, even if this script was killed.
    """
    flags = ["--collector.disable-defaults", "--web.disable-exporter-metrics"]
    flags += [f"--collector.{name}" for name in COLLECTORS]
    flags += ["--collector.netdev.device-exclude=^ifb", "--collector.netclass.ignored-devices=^ifb"]
    flags += ["--collector.filesystem.mount-points-exclude=^/(srv|(dev|proc|run|sys|mnt)(/.*)?)$"]
    listen = [f"--web.listen-address={host}:{NODE_PORT}" for host in HOSTS]
    rig.spawn(f"node-{HOSTS[0]}", "prometheus-node-exporter", *flags, listen[0])

    images = {
        mountpoint: rig.out / "images" / f"{Path(mountpoint).name}.ext4"
        for mountpoint in (DATA, ARCHIVE)
    }
    # A tmpfs over /srv, which is excluded above, so that the mount points need not exist on the machine itself.
    script = "set -e; mount -t tmpfs tmpfs /srv; "
    for mountpoint, image in images.items():
        with image.open("wb") as file:
            file.truncate(FILESYSTEM_MIB * 1024 * 1024)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        script += f"mkdir {mountpoint}; mount -o loop '{image}' {mountpoint}; "
    # node_exporter lists the mounts of process 1 where it can, so it must find its own namespace's list there.
    script += "mount --bind /proc/$$/mounts /proc/1/mounts; "
    script += 'exec prometheus-node-exporter "$@"'
    command = (
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        script,
        "sh",
        *flags,
        listen[1],
    )
    exporter = rig.spawn(f"node-{HOSTS[1]}", *command)
    for host in HOSTS:
        wait_for(f"http://{host}:{NODE_PORT}/metrics")

    # The namespace is entered through the exporter's root, so that this script needs no namespace of its own.
    inside = Path(f"/proc/{exporter.pid}/root")
    for mountpoint, share in FILLED_AT_FIRST.items():
        with (inside / mountpoint[1:] / "base.img").open("wb") as file:
            for _ in range(int(share * FILESYSTEM_MIB)):
                file.write(os.urandom(1024 * 1024))
    rig.data = inside / DATA[1:]


def write_to_disk(rig: Rig, over: threading.Event) -> None:
    """Grow and rotate a log for ever; while `rig.filling` is set, grow a dump too, and delete it afterwards."""
    line = b"ts=2026 level=info component=writer msg=ordinary-line-of-a-log-file-that-is-rotated-now-and-then\n"
    log, dump = rig.data / "app.log", rig.data / "dump.sql"
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
        if rig.filling.is_set():
            if not dump.exists():
                room = os.statvfs(rig.data)
                dump_rate = room.f_bavail * room.f_frsize / rig.seconds(MINUTES_UNTIL_FULL)
            append(dump, line, dump_rate * elapsed)
        else:
            dump.unlink(missing_ok=True)


def append(path: Path, line: bytes, size: float) -> None:
    """Append about `size` bytes of lines to a file."""
    with path.open("ab") as file:
        file.write(line * (1 + int(size / len(line))))


def start_everything(rig: Rig) -> None:
    """Start what is watched, then the load, then Prometheus: it is stopped first, and sees no target go down."""
    start_node_exporters(rig)
    over = threading.Event()
    writer = threading.Thread(target=write_to_disk, args=(rig, over), name="disk writer")
    rig.stack.callback(writer.join)
    rig.stack.callback(over.set)
    writer.start()
    for name, port in SERVICE_PORTS.items():
        for host in HOSTS:
            rig.start_service(name, host)
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
        rig.spawn(f"load-{name}", *load, "--control", rig.control(f"load-{name}"))
    config = rig.out / "prometheus.yml"
    config.write_text(prometheus_config(rig.interval), encoding="utf-8")
    rig.spawn(
        "prometheus",
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={rig.out / 'prometheus'}",
        f"--web.listen-address={PROMETHEUS}",
        "--web.enable-admin-api",  # for the snapshot at the end
    )
    wait_for(f"http://{PROMETHEUS}/-/ready")


def snapshot(rig: Rig) -> None:
    """Let Prometheus write all samples as TSDB blocks, and put them in `snapshot/`."""
    answer = json.loads(fetch(f"http://{PROMETHEUS}/api/v1/admin/tsdb/snapshot", method="POST"))
    (rig.out / "prometheus" / "snapshots" / answer["data"]["name"]).rename(rig.out / "snapshot")


def record(rig: Rig) -> None:
    """Start everything, cause the incidents by the clock, and keep the data."""
    start_everything(rig)
    began, clock = datetime.now(UTC), time.monotonic()
    for incident in SCHEDULE:
        start = began + timedelta(seconds=rig.seconds(incident.minute))
        end = start + timedelta(seconds=rig.seconds(incident.minutes))
        say(f"planned: {incident.name} {start:%H:%M:%SZ} to {end:%H:%M:%SZ}")
    say(f"planned: the end at {began + timedelta(seconds=rig.seconds(LENGTH_MINUTES)):%H:%M:%SZ}")

    def sleep_until(minute: float) -> None:
        time.sleep(max(0.0, clock + rig.seconds(minute) - time.monotonic()))

    text = HEADER
    for incident in SCHEDULE:
        sleep_until(incident.minute)
        start = datetime.now(UTC)
        say(f"begin {incident.name}")
        with incident.cause(rig):
            sleep_until(incident.minute + incident.minutes)
        say(f"end {incident.name}")
        text += incident_yaml(incident, start, datetime.now(UTC))
        draft = rig.out / "incidents.yaml.draft"
        draft.write_text(text, encoding="utf-8")
        draft.replace(rig.out / "incidents.yaml")
    sleep_until(LENGTH_MINUTES)
    snapshot(rig)


def missing() -> Iterator[str]:
    """Yield a line for each thing that this script needs and does not find."""
    for program, remedy in REQUIRED.items():
        if shutil.which(program) is None:
            yield f"`{program}` is not on PATH; {remedy}"
    if importlib.util.find_spec("prometheus_client") is None:
        yield f"`prometheus_client` cannot be imported by {sys.executable}; pip install prometheus_client"
    if os.geteuid() != 0:
        yield "small filesystems can be mounted by root only; run this as root"


def main() -> int:
    """Read the command line and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="working directory; must not exist"
    )
    parser.add_argument(
        "--schedule-scale",
        type=float,
        default=1.0,
        metavar="FLOAT",
        help="0.025 dry-runs in 2 minutes",
    )
    parser.add_argument(
        "--scrape-interval", default="5s", help="use 1s in a dry run (default: %(default)s)"
    )
    options = parser.parse_args()

    for problem in (problems := list(missing())):
        print(f"record.py: {problem}", file=sys.stderr)
    if problems:
        return 2
    out: Path = options.out.resolve()
    if out.exists():
        print(f"record.py: `{out}` exists already; name a directory that does not", file=sys.stderr)
        return 2
    for name in ("control", "images", "logs"):
        (out / name).mkdir(parents=True)
    if os.nice(0) != 0:
        say(
            f"this process runs at nice {os.nice(0)}, so the CPU time of all it starts is not counted as mode `user`"
        )

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ExitStack() as stack:
            record(
                Rig(
                    out=out,
                    scale=options.schedule_scale,
                    interval=options.scrape_interval,
                    stack=stack,
                )
            )
    except KeyboardInterrupt:
        say("interrupted; everything is stopped")
        return 130
    say(f"done: {out / 'prometheus'}, {out / 'snapshot'} and {out / 'incidents.yaml'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
