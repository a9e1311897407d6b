"""The command line of the long run."""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter

from .run import fuzz, work
from .targets import TARGETS


def main() -> int:
    """Run one format, or all in turn; exit status 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.recordings.fuzz")
    parser.add_argument("--format", choices=[*TARGETS, "all"], default="all")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--inputs", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worker", choices=list(TARGETS), help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.worker:
        work(said.worker, said.seed, said.inputs)
        return 0
    findings = 0
    for name in TARGETS if said.format == "all" else (said.format,):
        counts: Counter[str] = Counter()
        seen: set[str] = set()
        begin = time.monotonic()
        for seed, found in fuzz(name, said.seed, said.inputs, said.seconds):
            kind = found if found in ("fine", "refused") else "findings"
            counts[kind] += 1
            alike = re.sub(r"\d+|0x\w+|'.*?'", "#", found)
            if kind == "findings" and alike not in seen:
                seen.add(alike)
                print(f"{name} --seed {seed}: {found}", flush=True)
        findings += counts["findings"]
        told = ", ".join(f"{counts[kind]} {kind}" for kind in ("refused", "fine", "findings"))
        print(
            f"{name}: {counts.total()} inputs in {time.monotonic() - begin:.0f} s: {told}",
            flush=True,
        )
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
