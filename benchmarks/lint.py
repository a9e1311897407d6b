"""How much the checks find, and how often they are wrong: `python benchmarks/lint.py SHARED`.

`SHARED` holds `corpus/`, rendered public mixins, and `recordings/cluster`. What must be found is in
`tests/lint/recall.py`. `REVIEWED` says how many findings on the corpus were looked at by hand, and how
many of them were wrong; a check whose findings change needs another look.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "lint"))

from recall import CORRECT, DEAD, PINT, SEEDED, Case, findings  # noqa: E402

from mixwright.driver.foreign import read_foreign  # noqa: E402
from mixwright.driver.lint import lint_project  # noqa: E402
from mixwright.lint import all_checks, lint  # noqa: E402
from mixwright.recordings import Recording, open_recording  # noqa: E402

REVIEWED = {
    "alert/absent-up": (2, 0),
    "alert/impossible-label": (10, 0),
    "alert/irate": (6, 0),
    "alert/missing-hold": (3, 0),
    "alert/same-identity": (7, 0),
    "alert/summary-without-labels": (16, 0),
    "alert/unhumanised-value": (15, 0),
    "alert/unseen": (71, 0),
    "metric/unknown": (63, 0),
    "metric/unknown-label": (1, 0),
    "metric/unknown-value": (1, 0),
    "promql/average-of-quantiles": (2, 0),
    "promql/delta-of-counter": (1, 0),
    "promql/division-in-aggregate": (6, 0),
    "promql/idle-label-replace": (1, 0),
    "promql/impossible-join": (5, 0),
    "promql/missing-le": (1, 0),
    "promql/never-true": (2, 0),
    "promql/rate-of-gauge": (10, 0),
    "promql/raw-counter": (30, 1),
    "promql/redundant-anchor": (4, 0),
    "promql/regex-on-literal": (12, 0),
    "promql/unknown-recording": (2, 0),
    "promql/wildcard-regex": (7, 0),
    "recording/naming-convention": (1, 0),
    "recording/unused": (138, 0),
}
"""Looked at and wrong, by code, of the checks on rules and expressions."""


def main(shared: Path) -> None:
    """Print the tables of `README.md`."""
    with open_recording(shared / "recordings" / "cluster") as recording:
        print("| what must be found | cases | found | by another check |\n|---|---|---|---|")
        _recall("public alerts proven dead", DEAD, recording)
        _recall("pint's examples", PINT, recording)
        _recall("a correct rule set, broken", SEEDED, recording)
    print(f"| the correct rule set | 0 | {len(findings(CORRECT))} | – |")
    own = [f for f in lint_project(HERE.parent) if f.severity != "info"]
    print(f"| this project's own mixins | 0 | {len(own)} | – |\n")

    mixins = read_foreign([shared / "corpus"])
    start = time.process_time()
    found = lint(read_foreign([shared / "corpus"]))
    took = time.process_time() - start
    print(
        f"{len(mixins)} folders: {len(found)} findings in {took:.1f} s of CPU, read and checked\n"
    )
    counts = Counter(finding.code for finding in found)
    print("| check | severity | findings | looked at | wrong |\n|---|---|---|---|---|")
    for check in all_checks():
        if check.code in REVIEWED and counts[check.code]:
            looked, wrong = REVIEWED[check.code]
            print(
                f"| {check.code} | {check.severity} | {counts[check.code]} | {looked} | {wrong} |"
            )


def _recall(what: str, cases: Sequence[Case], recording: Recording) -> None:
    found = other = 0
    for case in cases:
        codes = {
            finding.code for finding in case.found(recording if case.needs_recording else None)
        }
        found += case.code in codes
        other += case.code not in codes and bool(codes)
    print(f"| {what} | {len(cases)} | {found} | {other} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
