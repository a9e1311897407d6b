"""What to do where a recording is damaged: refuse it, or read around the damage and say what was lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from mixwright.errors import RecordingError

_TOLD: Final = 1000
"""So many losses are remembered one by one; a file of garbage must not fill the memory."""


_NOTED: Final = 20


@attrs.frozen
class Loss:
    """What cannot be read (`reason` names file and place), and what is missing because of it."""

    reason: str
    lost: str

    def __str__(self) -> str:
        return f"{self.reason}; lost: {self.lost}"


class Damage:
    """The damage met while a recording is read: an error, unless it is to be salvaged."""

    def __init__(self, *, salvage: bool = False) -> None:
        self.salvage = salvage
        self.losses: list[Loss] = []
        self.untold = 0

    def met(self, error: RecordingError, lost: str) -> None:
        """Raise `error`, or go on without what is `lost` and remember that, once."""
        if not self.salvage:
            raise error
        self.remember((Loss(str(error), lost),))

    def remember(self, losses: Iterable[Loss]) -> None:
        """Take note of what this process, or another one, could not read; each loss once."""
        for loss in losses:
            if loss in self.losses:
                continue
            if len(self.losses) < _TOLD:
                self.losses.append(loss)
            else:
                self.untold += 1

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of results should know: the first losses, and how many there are."""
        lines = tuple(str(loss) for loss in sorted(self.losses, key=str)[:_NOTED])
        rest = len(self.losses) + self.untold - len(lines)
        return (*lines, f"… and {rest} more losses") if rest else lines
