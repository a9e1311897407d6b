"""Load → passes → checks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.foreign import read_foreign
from mixwright.driver.profile import catalogue_for, profile_of
from mixwright.driver.project import resolved
from mixwright.errors import MixwrightError

if TYPE_CHECKING:
    from mixwright.lint import Finding


def lint_project(
    root: Path, asked: Sequence[str] = (), *, profile: Path | None = None
) -> tuple[Finding, ...]:
    """Return what the checks find in a project's mixins, or in the mixins, files and folders asked for.

    The whole project is looked at all the same: what one mixin records, another may read. `profile`
    is a file that says what they are for, instead of the project's pyproject.toml.
    """
    from mixwright.lint import lint

    target = profile_of(root, profile)
    catalogue = catalogue_for(target, root)

    paths = tuple(Path(word) for word in asked if _is_path(word, root))
    names = tuple(word for word in asked if not _is_path(word, root))
    foreign = read_foreign(paths)
    if paths and not names:
        return lint(foreign, profile=target, catalogue=catalogue)
    own = resolved(root, names)
    project = resolved(root) if names and (root / "mixins").is_dir() else ()
    wanted = {mixin.name for mixin in own}
    others = tuple(mixin for mixin in project if mixin.name not in wanted)
    found = lint((*own, *others, *foreign), profile=target, catalogue=catalogue)
    return tuple(finding for finding in found if not finding.mixin or finding.mixin in wanted)


def _is_path(word: str, root: Path) -> bool:
    """Tell whether a word names a file or a folder; a mixin of this name comes first."""
    if (root / "mixins" / f"{word.replace('-', '_')}.py").is_file():
        return False
    path = Path(word)
    if path.exists():
        return True
    if "/" in word or path.suffix:
        raise MixwrightError(f"`{word}` is not there; name a mixin, a file or a folder")
    return False
