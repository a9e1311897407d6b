"""What is new since a revision: the findings of now without those that the old tree had as well."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.git import git

if TYPE_CHECKING:
    from mixwright.lint import Finding


def new_since(
    revision: str,
    root: Path,
    asked: Sequence[str],
    find: Callable[[Path, Sequence[str]], tuple[Finding, ...]],
) -> tuple[Finding, ...]:
    """Return what `find` finds and did not find in the tree of a git revision.

    Both trees are linted, so that a finding is new when its cause is, wherever that lies, and stays
    old when lines move. What is asked for and was not there then has no old findings.
    """
    now = find(root, asked)
    with _tree_of(revision, root) as (top, then):
        old_root = _moved(root, top, then)
        words = [_word(word, top, then) for word in asked]
        kept = [word for word in words if word is not None]
        if asked and not kept:
            return now
        old = Counter(_key(finding) for finding in find(old_root, kept))
    fresh = []
    for finding in now:
        key = _key(finding)
        if old[key]:
            old[key] -= 1
        else:
            fresh.append(finding)
    return tuple(fresh)


def _key(finding: Finding) -> tuple[str, ...]:
    """Return what a finding says, without where: lines move, files are renamed."""
    return finding.code, finding.mixin, finding.subject, finding.message, finding.text


@contextmanager
def _tree_of(revision: str, root: Path) -> Iterator[tuple[Path, Path]]:
    """Give the top of the repository, and a copy of it as it was."""
    top = Path(git(root, "rev-parse", "--show-toplevel").decode().strip())
    archive = git(top, "archive", "--format=tar", revision, "--")
    with tempfile.TemporaryDirectory(prefix="mixwright-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield top, Path(folder).resolve()


def _moved(path: Path, top: Path, then: Path) -> Path:
    """Return where a path of the repository lies in the copy; one outside stays where it is."""
    resolved = path.resolve()
    return then / resolved.relative_to(top) if resolved.is_relative_to(top) else path


def _word(word: str, top: Path, then: Path) -> str | None:
    """Return a path as it lies in the copy, or nothing when it is not there; names stay."""
    if not Path(word).exists():
        return word
    moved = _moved(Path(word), top, then)
    return str(moved) if moved.exists() else None
