"""Rule tests beside promtool: the same files, the same verdicts, in one run.

    python benchmarks/rules.py kubernetes-mixin/tests/*.yaml [--runs 3]

promtool is the one of MIXWRIGHT_PROMTOOL, or on PATH; it must be of Prometheus 3. Costs are those of whole
processes, from start to exit, and the median of the runs. Both write JUnit XML, which is compared test by test.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from processes import Cost, median, run

Verdicts = dict[str, list[bool]]


def main() -> None:
    """Measure, compare, and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    promtool = os.environ.get("MIXWRIGHT_PROMTOOL") or shutil.which("promtool")
    if promtool is None:
        sys.exit("`promtool` is not there; set MIXWRIGHT_PROMTOOL")
    ours = (sys.executable, "-m", "mixwright")
    run((*ours, "warmup"))
    with tempfile.TemporaryDirectory() as folder:
        reports = {name: Path(folder) / f"{name}.xml" for name in ("theirs", "ours")}
        commands: dict[str, Sequence[str]] = {
            f"promtool {version(promtool)}".strip(): (
                *(promtool, "test", f"--junit={reports['theirs']}", "rules"),
                *options.files,
            ),
            "mixwright test": (*ours, "test", "--junit", str(reports["ours"]), *options.files),
            "mixwright test --coverage": (*ours, "test", "--coverage", *options.files),
            "mixwright test --mutate": (*ours, "test", "--mutate", *options.files),
        }
        costs = {name: measured(command, options.runs) for name, command in commands.items()}
        theirs, own = (verdicts(path) for path in reports.values())
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors\n")
    print_table(costs, base="mixwright test")
    wrong = [file for file in theirs.keys() | own.keys() if theirs.get(file) != own.get(file)]
    tests = sum(map(len, own.values()))
    print(f"\n{tests} tests in {len(own)} files; verdicts differ in {len(wrong)}: {wrong}")
    sys.exit(bool(wrong))


def version(promtool: str) -> str:
    """Return a promtool's version; one that was built by hand has none."""
    said = subprocess.run([promtool, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"version (\d\S*)", said.stdout)
    return found[1] if found else ""


def measured(command: Sequence[str], runs: int) -> Cost:
    """Return the median cost of some runs."""
    return median([run(command)[0] for _ in range(runs)])


def verdicts(report: Path) -> Verdicts:
    """Return by file whether each of its tests passed."""
    return {
        suite.attrib["name"]: [case.find("failure") is None for case in suite]
        for suite in ElementTree.parse(report).getroot()
    }


def print_table(costs: dict[str, Cost], *, base: str) -> None:
    """Print costs, and how many times those of `base` they are."""
    print("| | wall s | CPU s | peak MiB | wall ÷ ours | CPU ÷ ours |\n|---|---|---|---|---|---|")
    for name, cost in costs.items():
        wall, cpu = cost.wall / costs[base].wall, cost.cpu / costs[base].cpu
        print(
            f"| {name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {wall:.1f} | {cpu:.1f} |"
        )


if __name__ == "__main__":
    main()
