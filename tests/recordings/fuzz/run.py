"""Runs targets: in a worker that may die, watched by a parent that counts."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from mixwright.errors import MixwrightError

from .targets import TARGETS, Notation, Target

MEMORY = 3 << 30
"""Bytes of address space of a worker, its libraries and their threads included."""
PATIENCE = 20
"""CPU seconds for one input; ten times as much by the clock, for a machine that has other work."""
REPOSITORY = Path(__file__).resolve().parents[3]


def outcome(target: Target, seed: int) -> str:
    """Run one input; returns `fine`, `refused`, or what is wrong."""
    try:
        target.run(random.Random(f"{type(target).__name__} {seed}"))
    except MixwrightError as error:
        text = str(error)
        if "\n" in text.strip() and not isinstance(target, Notation):
            return f"a message of several lines: {text!r}"
        return "refused"
    except Exception:
        lines = traceback.format_exc().strip().splitlines()
        where = [line.strip() for line in lines if line.strip().startswith("File ")]
        return f"{lines[-1]} at {where[-1]}"
    return "fine"


def work(name: str, first: int, inputs: int) -> None:
    """Run inputs one after the other, saying each seed before and what came of it after."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        target = TARGETS[name](Path(folder))
        outcome(target, first)  # compiled code is loaded before memory counts
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        for seed in range(first, first + inputs):
            print(f"{seed} ", end="", flush=True)
            signal.setitimer(signal.ITIMER_PROF, PATIENCE)
            signal.alarm(10 * PATIENCE)
            found = outcome(target, seed)
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
            print(found.replace("\n", " "), flush=True)


def fuzz(name: str, seed: int, inputs: int, seconds: float) -> Iterator[tuple[int, str]]:
    """Yield seed and outcome of each input, starting workers anew when they die."""
    end = time.monotonic() + seconds
    last = seed + inputs
    while seed < last and time.monotonic() < end:
        command = [sys.executable, "-m", "tests.recordings.fuzz", "--worker", name]
        with subprocess.Popen(
            [*command, "--seed", str(seed), "--inputs", str(last - seed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            cwd=REPOSITORY,
        ) as worker:
            assert worker.stdout is not None
            said = ""
            for line in worker.stdout:
                said, _, found = line.strip().partition(" ")
                if not found:
                    break
                seed = int(said) + 1
                yield int(said), found
                if time.monotonic() > end:
                    worker.terminate()
            code = worker.wait()
            if code and time.monotonic() < end:
                cause = {-14: "hangs", -27: "takes too long", -9: "is out of memory"}.get(
                    code, f"dies of {-code}"
                )
                yield seed, f"the interpreter {cause}"
                seed += 1
