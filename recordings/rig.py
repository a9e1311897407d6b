"""What the recording scripts share: programs that are started and stopped, incidents by the clock, the data kept.

The scripts run from the top of the repository, as `python -m recordings.stack.record`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType


def say(message: str) -> None:
    """Print a line with the time, at once."""
    print(f"{datetime.now(UTC):%H:%M:%SZ} {message}", flush=True)


def fetch(
    url: str, *, method: str = "GET", body: object = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return what a loopback URL answers; `body` is sent as JSON."""
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=sent, method=method, headers=dict(headers or {}))
    if sent is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=120) as answer:
        received: bytes = answer.read()
    return received


def wait_for(url: str) -> None:
    """Return as soon as the URL answers; give up after a minute."""
    patiently(lambda: fetch(url), OSError)


def patiently(attempt: Callable[[], object], failure: type[Exception]) -> None:
    """Attempt something until it no longer fails; give up after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            attempt()
        except failure:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program, patiently at first; a paused one is woken, so that it hears of it."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass
class Rig:
    """Everything that runs. It is stopped in the opposite order when `stack` unwinds."""

    out: Path
    scale: float
    interval: str
    stack: ExitStack

    def seconds(self, minutes: float) -> float:
        """Return minutes of the schedule in seconds of this run."""
        return minutes * 60 * self.scale

    def folder(self, name: str) -> Path:
        """Return a folder of the working directory, made if need be."""
        path = self.out / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def spawn(
        self, name: str, *command: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program in the working directory; its output goes to `logs/<name>.log`."""
        with (self.folder("logs") / f"{name}.log").open("ab") as log:
            # A group of its own: Ctrl-C then reaches the script alone, which stops its programs in the right order.
            process = subprocess.Popen(
                command,
                cwd=self.out,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.stack.callback(stop, process)
        say(f"started {name}, pid {process.pid}")
        return process

    def background(self, run: Callable[[threading.Event], None]) -> None:
        """Run a function in a thread; the event that it is given is set when everything stops."""
        self.stack.enter_context(meanwhile(run))


@contextmanager
def meanwhile(run: Callable[[threading.Event], None], copies: int = 1) -> Iterator[None]:
    """Run a function in threads while a block lasts; the event that it is given is set at the end."""
    over = threading.Event()
    threads = [threading.Thread(target=run, args=(over,)) for _ in range(copies)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@dataclass(frozen=True)
class Incident:
    """What is done on purpose, in minutes from the start; `cause` is entered when it begins and left when it ends.

    Labels are anchored regular expressions; `alerts` names what should tell of it, where that is known.
    """

    name: str
    minute: float
    minutes: float
    what: str
    labels: Mapping[str, str]
    cause: Callable[[], AbstractContextManager[None]]
    alerts: Sequence[str] = ()

    def as_yaml(self, start: datetime, end: datetime) -> str:
        """Write the finished incident as an item of a YAML list."""
        labels = ", ".join(f"{name}: '{value}'" for name, value in self.labels.items())
        told = f"    alerts: [{', '.join(self.alerts)}]\n" if self.alerts else ""
        return (
            f"  - name: {self.name}\n"
            f"    start: {start:%Y-%m-%dT%H:%M:%SZ}\n"
            f"    end: {end:%Y-%m-%dT%H:%M:%SZ}\n"
            f"    what: {self.what}\n"
            f"{told}"
            f"    labels: {{{labels}}}\n"
        )


HEADER = """\
# The incidents of this recording, which were caused on purpose: when each began and ended by the clock of the machine,
# what was done, and which labels an alert that tells of it may carry (values are anchored regular expressions).
# Written by record.py while the recording ran; nothing here or in the recording is synthetic.
incidents:
"""


def play(rig: Rig, schedule: Sequence[Incident], length: float) -> None:
    """Cause the incidents by the clock, and write those that are over to `incidents.yaml`; they may overlap."""
    clock = time.monotonic()

    def sleep_until(minute: float) -> None:
        time.sleep(max(0.0, clock + rig.seconds(minute) - time.monotonic()))

    moments = [(one.minute, one, True) for one in schedule]
    moments += [(one.minute + one.minutes, one, False) for one in schedule]
    running: dict[str, tuple[datetime, ExitStack]] = {}
    over: list[tuple[datetime, str]] = []
    with ExitStack() as stack:
        for minute, incident, begins in sorted(moments, key=lambda moment: (moment[0], moment[2])):
            sleep_until(minute)
            if begins:
                say(f"begin {incident.name}")
                began = datetime.now(UTC)
                cause = stack.enter_context(ExitStack())
                cause.enter_context(incident.cause())
                running[incident.name] = began, cause
                continue
            began, cause = running.pop(incident.name)
            cause.close()
            say(f"end {incident.name}")
            over.append((began, incident.as_yaml(began, datetime.now(UTC))))
            draft = rig.out / "incidents.yaml.draft"
            draft.write_text(HEADER + "".join(text for _, text in sorted(over)), encoding="utf-8")
            draft.replace(rig.out / "incidents.yaml")
        sleep_until(length)


def start_prometheus(
    rig: Rig, program: str, listen: str, config: str, *flags: str
) -> subprocess.Popen[bytes]:
    """Start a Prometheus that keeps its data in `prometheus/`, and wait until it is ready."""
    (rig.out / "prometheus.yml").write_text(config, encoding="utf-8")
    process = rig.spawn(
        "prometheus",
        program,
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=prometheus",
        f"--web.listen-address={listen}",
        "--web.enable-admin-api",  # for the snapshot at the end
        *flags,
    )
    wait_for(f"http://{listen}/-/ready")
    return process


def snapshot(rig: Rig, server: str) -> None:
    """Let Prometheus, which keeps its data in `prometheus/`, write all samples as TSDB blocks to `snapshot/`."""
    answer = json.loads(fetch(f"http://{server}/api/v1/admin/tsdb/snapshot", method="POST"))
    (rig.out / "prometheus" / "snapshots" / answer["data"]["name"]).rename(rig.out / "snapshot")


def missing(programs: Mapping[str, str], modules: Sequence[str]) -> Iterator[str]:
    """Yield a line for each program and module that is needed and not found, and when this is not run by root."""
    for program, remedy in programs.items():
        if shutil.which(program) is None:
            yield f"`{program}` is not a program on PATH; {remedy}"
    for module in modules:
        if importlib.util.find_spec(module) is None:
            yield f"`{module}` cannot be imported by {sys.executable}; pip install {module}"
    if os.geteuid() != 0:
        yield "run this as root"


def parser(name: str, about: str, *, interval: str, dry_run: str) -> argparse.ArgumentParser:
    """Return the command line that all scripts have; `dry_run` is a scale and how long it then takes."""
    made = argparse.ArgumentParser(
        prog=f"python -m recordings.{name}.record",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="working directory; must not exist"
    )
    made.add_argument(
        "--schedule-scale", type=float, default=1.0, metavar="FLOAT", help=f"dry-runs: {dry_run}"
    )
    made.add_argument(
        "--scrape-interval", default=interval, help="use 1s in a dry run (default: %(default)s)"
    )
    return made


def run(
    options: argparse.Namespace,
    programs: Mapping[str, str],
    modules: Sequence[str],
    record: Callable[[Rig], None],
) -> int:
    """Record into a new directory; return the exit status. Ctrl-C stops everything."""
    out: Path = options.out.resolve()
    problems = list(missing(programs, modules))
    if out.exists():
        problems.append(f"`{out}` exists already; name a directory that does not")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 2
    out.mkdir(parents=True)

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # A shell's background jobs ignore Ctrl-C; what is asked to stop should.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ExitStack() as stack:
            record(Rig(out, options.schedule_scale, options.scrape_interval, stack))
    except KeyboardInterrupt:
        say("interrupted; everything is stopped")
        return 130
    say(f"done: {out / 'prometheus'}, {out / 'snapshot'} and {out / 'incidents.yaml'}")
    return 0
