"""A list of annotations."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look


@attrs.frozen
class AnnotationList(Look):
    """What people and machines noted in Grafana."""

    kind: ClassVar[str] = "annolist"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "nothing"

    tags: tuple[str, ...] = checked.texts()
    only_here: bool = checked.flag()
    """Whether only annotations of this dashboard are listed."""
    only_in_range: bool = checked.flag()
    show_tags: bool = checked.flag(True)
    show_time: bool = checked.flag(True)
    show_user: bool = checked.flag(True)
    most: int = checked.number(10, low=1, whole=True)
