"""What every job starts from: the mixins of a project, an opened recording, progress told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.errors import DefinitionError
from mixwright.loader import load
from mixwright.model import Mixin
from mixwright.passes import compile_mixin

if TYPE_CHECKING:
    from mixwright.recordings import Damage, Recording


Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Report no progress."""


def resolved(root: Path, names: Sequence[str] = ()) -> tuple[Mixin, ...]:
    """Load a project's mixins and run the passes; what is unique in a project is checked across them.

    Raises `DefinitionError` or `MixwrightError` with one clear line.
    """
    mixins = tuple(compile_mixin(mixin) for mixin in load(root, names))
    owner: dict[str, Mixin] = {}
    for mixin in mixins:
        for dashboard in mixin.all_dashboards():
            first = owner.setdefault(dashboard.uid, mixin)
            if first is not mixin:
                raise DefinitionError(
                    f"dashboard uid `{dashboard.uid}` belongs to mixin `{first.name}` and to "
                    f"`{mixin.name}`; give one of them another `uid=`",
                    dashboard.origin,
                )
    return mixins


def opened(recording: Path, damage: Damage | None = None) -> Recording:
    """Open what lies at `recording`; a `RecordingError` when that cannot be read, or `damage` is not salvaged."""
    from mixwright.recordings import open_recording

    return open_recording(recording, damage)
