"""What a process costs: wall time, CPU seconds of all its threads, and peak resident memory."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

_TICK = os.sysconf("SC_CLK_TCK")


@attrs.frozen
class Cost:
    """Seconds of wall time and CPU, and MiB of peak memory."""

    wall: float
    cpu: float
    memory: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


class Server:
    """A running server on loopback."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    def cpu(self) -> float:
        """CPU seconds so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> float:
        """Peak resident memory so far, in MiB."""
        return _peak(self.process.pid)

    def cost(self, work: Callable[[], object]) -> Cost:
        """Return what a piece of work costs this server; the client's own CPU is not counted."""
        cpu, start = self.cpu(), time.perf_counter()
        work()
        return Cost(time.perf_counter() - start, self.cpu() - cpu, self.memory())


@contextmanager
def server(command: Sequence[str], url: str, ready: str) -> Iterator[Server]:
    """Run a server until the block ends; `ready` is the path that answers once it serves."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        try:
            _wait(process, url + ready)
            yield Server(process, url)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"`{process.args}` left with status {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"`{url}` does not answer within a minute")


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> tuple[Cost, str]:
    """Run a whole process; return what it cost, and what it printed."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command, stdout=output, env={**os.environ, **(environment or {})}
        )
        # The peak that wait4 reports begins with that of the parent, which has forked it.
        memory = 0.0
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            memory = max(memory, _peak(process.pid))
            time.sleep(0.01)
        wall = time.perf_counter() - start
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"`{' '.join(command)}` left with status {process.returncode}")
        output.seek(0)
        return Cost(wall, usage.ru_utime + usage.ru_stime, memory), output.read()


def _peak(pid: int) -> float:
    """Return a process's peak resident memory so far, in MiB; 0 when it has left."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024 if "VmHWM:" in status else 0.0


def own_cost(work: Callable[[], object]) -> Cost:
    """Return what a piece of work costs this very process; memory is its peak so far."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, after.ru_maxrss / 1024)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the run of median wall time."""
    return sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2]
