"""Read what others wrote → definitions → modules of a project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import Progress, silent
from mixwright.errors import MixwrightError

if TYPE_CHECKING:
    from mixwright.dashboardfiles import DashboardFile
    from mixwright.rulefiles import ForeignGroup

_YAML = frozenset({".yaml", ".yml", ".rules"})


@attrs.frozen
class Imported:
    """Modules by path in a project, and in words what of each thing is not the same."""

    name: str
    modules: dict[str, str]
    dashboards: int
    panels: int
    raw: int
    rules: int
    losses: tuple[tuple[str, tuple[str, ...]], ...]


def import_files(paths: Sequence[Path], name: str = "", progress: Progress = silent) -> Imported:
    """Return the modules of a mixin made of dashboards and rules; nothing is written.

    Without a `name` the mixin is called as the first file or folder. Raises `MixwrightError` for a
    path that holds neither.
    """
    from mixwright.importers import arranged, import_dashboard, import_rules, mixin_module

    found, groups = _read(paths)
    name = _mixin_name(name or paths[0].stem)
    folder = name.replace("-", "_")
    modules: dict[str, str] = {}
    losses: list[tuple[str, tuple[str, ...]]] = []
    dashboards = []
    slugs = _slugs(found)
    for number, (file, slug) in enumerate(zip(found, slugs, strict=True)):
        progress("importing", number, len(found))
        dashboards.append(import_dashboard(file, slug=slug))
    roots = arranged(dashboards)
    for made in (one for root in roots for one in root.tree()):
        modules[f"dashboards/{folder}/{made.name}.py"] = made.module(f"dashboards.{folder}")
        losses.append((f"dashboard `{made.definition.title}`", made.losses))
    count = 0
    if groups:
        rules = import_rules(groups, ", ".join(path.name for path in paths))
        modules[f"rules/{folder}.py"] = rules.module
        count = sum(len(group.rules) for group in rules.groups)
        losses.append(("rules", rules.losses))
    if roots:
        modules[f"dashboards/{folder}/__init__.py"] = f'"""Dashboards of {name}."""\n'
    names = [root.name for root in roots]
    modules[f"mixins/{folder}.py"] = mixin_module(name, names, rules=bool(count))
    panels = sum(len(one.panels) for one in dashboards)
    raw = sum(one.raw for one in dashboards)
    return Imported(name, modules, len(found), panels, raw, count, tuple(losses))


def write_modules(imported: Imported, out: Path) -> None:
    """Write the modules below a folder. Raises `MixwrightError` when one is there already, and writes none."""
    for path in imported.modules:
        if (out / path).exists():
            raise MixwrightError(
                f"`{out / path}` is there already; remove it or give another `--name`"
            )
    for path, text in imported.modules.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _read(paths: Sequence[Path]) -> tuple[list[DashboardFile], list[ForeignGroup]]:
    from mixwright.dashboardfiles import read_dashboards
    from mixwright.driver.foreign import read_foreign

    dashboards: list[DashboardFile] = []
    groups: list[ForeignGroup] = []
    for path in paths:
        if path.suffix not in _YAML and not path.is_dir():
            dashboards += read_dashboards(path)
            continue
        for mixin in read_foreign([path]):
            if mixin.unreadable:
                raise MixwrightError(f"{mixin.unreadable[0].origin}: {mixin.unreadable[0].message}")
            dashboards += mixin.files
            groups += mixin.rules
    if not dashboards and not groups:
        raise MixwrightError(f"`{paths[0]}` holds neither dashboards nor rules")
    return dashboards, groups


def _mixin_name(text: str) -> str:
    words = re.findall(r"[a-z0-9]+", text.lower())
    name = "-".join(words)
    return name if name[:1].isalpha() else f"imported-{name}".rstrip("-")


def _slugs(files: Sequence[DashboardFile]) -> Iterator[str]:
    """Yield a slug for each dashboard, its title in words, with a number where that is taken."""
    from mixwright.model.dashboard import slugify

    taken: Counter[str] = Counter()
    for file in files:
        slug = slugify(file.title)
        slug = slug if slug[:1].isalpha() else f"dashboard-{slug}"
        taken[slug] += 1
        yield slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
