"""A list of dashboards."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look


@attrs.frozen
class DashboardList(Look):
    """Links to dashboards that have all of `tags` and the words of `query`."""

    kind: ClassVar[str] = "dashlist"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "nothing"

    tags: tuple[str, ...] = checked.texts()
    query: str = checked.text()
    folder: str = checked.text()
    """The uid of the folder to look in; all of them unless given."""
    search: bool = checked.flag(True)
    starred: bool = checked.flag()
    recent: bool = checked.flag()
    headings: bool = checked.flag()
    most: int = checked.number(30, low=1, whole=True)
    keep_time: bool = checked.flag(True)
    keep_variables: bool = checked.flag()
