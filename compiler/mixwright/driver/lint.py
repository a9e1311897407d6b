"""Load → passes → checks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.asked import asked_for
from mixwright.driver.profile import catalogue_for, profile_of
from mixwright.driver.project import Progress, opened, silent

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

    target = profile_of(root, profile)
    catalogue = catalogue_for(target, root)
    given = asked_for(root, asked)
    witness = opened(recording) if recording is not None else None
    with witness or nullcontext():
        found = lint(
            (*given.own, *given.others, *given.foreign),
            profile=target,
            catalogue=catalogue,
            recording=witness,
            progress=progress,
        )
    unasked = {mixin.name for mixin in given.others}
    return tuple(finding for finding in found if finding.mixin not in unasked)
