"""Load → passes → checks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.project import resolved

if TYPE_CHECKING:
    from mixwright.lint import Finding


def lint_project(root: Path, names: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return what the checks find in a project's mixins, or in those called `names`.

    The whole project is looked at all the same: what one mixin records, another may read.
    """
    from mixwright.lint import lint

    asked = resolved(root, names)
    project = resolved(root) if names and (root / "mixins").is_dir() else ()
    wanted = {mixin.name for mixin in asked}
    others = tuple(mixin for mixin in project if mixin.name not in wanted)
    return tuple(finding for finding in lint((*asked, *others)) if finding.mixin in wanted)
