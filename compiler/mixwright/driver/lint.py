"""Load → passes → checks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.foreign import read_foreign
from mixwright.driver.profile import catalogue_for, profile_of
from mixwright.driver.project import Progress, opened, resolved, silent
from mixwright.errors import MixwrightError
from mixwright.model import Mixin

if TYPE_CHECKING:
    from mixwright.lint import Finding


def lint_project(
    root: Path,
    asked: Sequence[str] = (),
    *,
    profile: Path | None = None,
    recording: Path | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Return what the checks find in a project's mixins, or in the mixins, files and folders asked for.

    The whole project is looked at all the same: what one mixin records, another may read. `profile`
    is a file that says what they are for, instead of the project's pyproject.toml; a `recording` is
    asked what selectors match and what rules give.
    """
    from mixwright.lint import lint

    witness = opened(recording) if recording is not None else None

    target = profile_of(root, profile)
    catalogue = catalogue_for(target, root)

    paths = tuple(Path(word) for word in asked if _is_path(word, root))
    names = tuple(word for word in asked if not _is_path(word, root))
    foreign = read_foreign(paths)
    own: tuple[Mixin, ...] = ()
    others: tuple[Mixin, ...] = ()
    if names or not paths:
        own = resolved(root, names)
        project = resolved(root) if names and (root / "mixins").is_dir() else ()
        others = tuple(m for m in project if m.name not in {mixin.name for mixin in own})
    with witness or nullcontext():
        found = lint(
            (*own, *others, *foreign),
            profile=target,
            catalogue=catalogue,
            recording=witness,
            progress=progress,
        )
    unasked = {mixin.name for mixin in others}
    return tuple(finding for finding in found if finding.mixin not in unasked)


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
