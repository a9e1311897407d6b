"""Import every dashboard and rule file below a folder, compile the result, and tell what came back.

python benchmarks/importing.py FOLDER
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from pathlib import Path

from mixwright.dashboardfiles import DashboardFile
from mixwright.driver.foreign import read_foreign
from mixwright.importers import (
    as_loaded,
    differences,
    import_dashboard,
    import_rules,
    recompiled,
)
from mixwright.model import Dashboard
from mixwright.promql import unparse


def main(folder: Path) -> None:
    """Print how many dashboards and rules come back, exactly or up to what, and why panels stay JSON."""
    counts: Counter[str] = Counter()
    losses: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    start = time.perf_counter()
    for mixin in read_foreign([folder]):
        for file in mixin.files:
            _dashboard(file, counts, losses, reasons)
        if mixin.rules:
            made = import_rules(mixin.rules, mixin.name)
            names: dict[str, object] = {}
            exec(compile(made.module, "imported", "exec"), names)
            before = sorted(unparse(rule.expr) for _, rule in mixin.all_rules())
            after = sorted(unparse(rule.expr) for group in made.groups for rule in group.rules)
            counts["rule files"] += 1
            counts["rules"] += len(before)
            counts["rule files with all expressions"] += before == after
            counts["rule files whose module is the definition"] += names["RULES"] == made.groups
    print(f"{time.perf_counter() - start:.1f} s")
    for title, counted in (("", counts), ("what is otherwise", losses), ("why JSON", reasons)):
        print(f"\n{title}" if title else "")
        for what, count in counted.most_common():
            print(f"{count:6} {what}")


def _dashboard(
    file: DashboardFile, counts: Counter[str], losses: Counter[str], reasons: Counter[str]
) -> None:
    made = import_dashboard(file)
    names: dict[str, Dashboard] = {}
    exec(compile(made.module(), "imported", "exec"), names)
    again = recompiled(names["DASHBOARD"])
    loaded, _ = as_loaded(file)
    found = [one for one in differences(loaded, again) if "variable" not in one.where]
    counts["dashboards"] += 1
    counts["panels"] += len(made.panels)
    counts["panels in words"] += len(made.panels) - made.raw
    counts["dashboards whose module is the definition"] += names["DASHBOARD"] == made.definition
    in_panels = {one.where for one in found if one.where.startswith("panel ")}
    counts["dashboards whose panels all come back exactly"] += not in_panels
    counts["dashboards without any loss"] += not made.losses
    losses.update({_kind_of(loss) for loss in made.losses})
    reasons.update(_kind_of(panel.reason)[:70] for panel in made.panels if panel.reason)


def _kind_of(words: str) -> str:
    """Return what happened, without the names of this dashboard and how often."""
    return re.sub("`[^`]*`", "`…`", words).partition(" (")[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
