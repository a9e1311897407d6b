"""Waiting for a change of anything that test files depend on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from mixwright.errors import MixwrightError
from mixwright.ruletest.read import read_test_file

INTERVAL: Final = 0.3
"""How often, in seconds, files are looked at."""


def changes(paths: Sequence[Path]) -> Iterator[int]:
    """Yield how many files are watched: once at the start, and again whenever one of them has changed.

    What is watched is found out each time anew, for a test file may name other rule files then.
    """
    while True:
        watched = dependencies(paths)
        before = _state(watched)
        yield len([path for path in watched if not path.is_dir()])
        while _state(watched) == before:
            time.sleep(INTERVAL)


def dependencies(paths: Sequence[Path]) -> frozenset[Path]:
    """Return test files, their rule files and mixins, and the folders in which more may turn up."""
    found: set[Path] = set()
    for path in paths:
        found |= {path, path.parent}
        try:
            file = read_test_file(path, compat=True)
        except MixwrightError:
            continue
        found.update(file.rule_files)
        found |= {rule_file.parent for rule_file in file.rule_files}
        if file.mixins:
            found |= set(_definitions(path))
    return frozenset(found)


def _definitions(path: Path) -> Iterator[Path]:
    from mixwright.loader import find_root

    root = find_root(path.parent)
    for folder in ("mixins", "rules", "dashboards"):
        yield root / folder
        yield from (root / folder).rglob("*.py")


def _state(paths: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
