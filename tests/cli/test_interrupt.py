"""Ctrl-C ends any command with one line, and leaves nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import os, signal, sys, threading, time
from mixwright.cli import main

def interrupt(module, delay):
    while module not in sys.modules:
        time.sleep(0.001)
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGINT)

module, delay, *arguments = sys.argv[1:]
threading.Thread(target=interrupt, args=(module, float(delay)), daemon=True).start()
main(arguments)
"""


def interrupted(
    repository: Path, module: str, delay: float, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that gets a SIGINT some seconds after it has loaded a module."""
    return subprocess.run(
        (sys.executable, "-c", CHILD, module, str(delay), *arguments),
        capture_output=True,
        text=True,
        cwd=repository,
        env=os.environ | {"PYTHONPATH": str(repository / "compiler")},
        timeout=120,
    )


@pytest.mark.parametrize(
    ("module", "delay"), [("mixwright.replay.groups", 0.1), ("mixwright.preview.render", 0.1)]
)
def test_an_interrupted_backtest_writes_no_report(
    repository: Path, recording: Path, tmp_path: Path, module: str, delay: float
) -> None:
    done = interrupted(
        repository,
        *(module, delay, "backtest", "-r", str(recording), "--report", str(tmp_path / "report")),
    )

    assert (130, "interrupted\n") == (done.returncode, done.stderr)
    assert [] == list(tmp_path.iterdir())


def test_an_interrupted_record_leaves_the_old_recording(
    repository: Path, recording: Path, tmp_path: Path
) -> None:
    old = tmp_path / "out"
    command = ("record", str(recording), str(old))
    subprocess.run(
        (sys.executable, "-m", "mixwright", *command),
        check=True,
        cwd=repository,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(repository / "compiler")},
    )
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}

    done = interrupted(repository, "mixwright.recordings.store.writer", 0.03, *command)

    assert (130, "interrupted\n") == (done.returncode, done.stderr)
    assert [old] == list(tmp_path.iterdir())
    assert before == {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}


def test_an_interrupted_query_says_so_in_one_line(repository: Path, recording: Path) -> None:
    # Times of each millisecond: nobody waits for them.
    span = ("--start", "2026-11-23T20:30:00Z", "--end", "2026-11-23T21:30:00Z", "--step", "1ms")
    query = ("query", "quantile_over_time(0.5, up[1h])", "-r", str(recording), *span)
    done = interrupted(repository, "mixwright.engine.operators.range_call", 0.0, *query)

    assert (130, "interrupted\n") == (done.returncode, done.stderr)
