"""The mixins that a project has, and those that it can take."""

from __future__ import annotations

from pathlib import Path

import attrs

from mixwright.driver.lock import read_lock
from mixwright.loader import installed, known_names, load, own_names


@attrs.frozen
class Available:
    """A mixin: `source` is `project`, `standard`, or the distribution that it is installed from.

    `pinned` is its version in the lock file, empty when it is not there.
    """

    name: str
    version: str
    source: str
    pinned: str
    description: str


def available(root: Path) -> tuple[Available, ...]:
    """Return every mixin that can be named in a project, sorted; its own hide others of their name."""
    own = own_names(root)
    entries = installed()
    pins = read_lock(root)

    def source(name: str) -> str:
        if name in own:
            return "project"
        if name not in entries:
            return "standard"
        distribution = entries[name].dist
        return entries[name].module if distribution is None else distribution.name

    return tuple(
        Available(
            mixin.name,
            mixin.version,
            source(mixin.name),
            pins.get(mixin.name, ""),
            mixin.description,
        )
        for mixin in load(root, sorted({*own, *known_names()}))
    )
