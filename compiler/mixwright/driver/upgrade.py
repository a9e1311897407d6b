"""The lock file and the mixins that are there → what taking them changes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.compile import compile_project
from mixwright.driver.diff import diff
from mixwright.driver.lock import read_lock, write_lock
from mixwright.driver.project import Progress, silent
from mixwright.loader import load, own_names

if TYPE_CHECKING:
    from mixwright.report.changes.words import Differing


@attrs.frozen
class Outdated:
    """A mixin from elsewhere that is `there` in another version than the one that is `pinned`, if one is."""

    name: str
    pinned: str
    there: str


def outdated(root: Path) -> tuple[Outdated, ...]:
    """Return the mixins whose pins are not what is there: those in the lock file, and those that are required."""
    pins = read_lock(root)
    own = own_names(root)
    required = {wanted.name for mixin in (load(root) if own else ()) for wanted in mixin.requires}
    names = sorted({*pins, *(required - set(own))})
    return tuple(
        Outdated(mixin.name, pins.get(mixin.name, ""), mixin.version)
        for mixin in (load(root, names) if names else ())
        if mixin.version != pins.get(mixin.name)
    )


def preview(
    root: Path,
    *,
    recording: Path | None = None,
    incidents: Path | None = None,
    progress: Progress = silent,
) -> Differing | None:
    """Return what the mixins that are there change in `out/`; nothing when there is no output yet."""
    if not any((root / "out").glob("*/manifest.json")):
        return None
    with tempfile.TemporaryDirectory(prefix="mixwright-upgrade-") as new:
        compile_project(root, Path(new), pinned=False)
        found = diff(
            root,
            str(root / "out"),
            new,
            recording=recording,
            incidents=incidents,
            progress=progress,
        )
    return attrs.evolve(
        found,
        old=attrs.evolve(found.old, name="out/"),
        new=attrs.evolve(found.new, name="with what is installed"),
    )


def upgrade(root: Path, found: Sequence[Outdated]) -> None:
    """Pin the versions that are there, and compile."""
    # What does not compile is not taken.
    compile_project(root, root / "out", pinned=False)
    write_lock(root, read_lock(root) | {one.name: one.there for one in found})
