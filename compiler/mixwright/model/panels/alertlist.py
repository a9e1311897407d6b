"""A list of alerts."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look


@attrs.frozen
class AlertList(Look):
    """The alerts that are open, of Grafana and of the Prometheus that is chosen; `matchers` are of their labels."""

    kind: ClassVar[str] = "alertlist"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "nothing"

    states: tuple[str, ...] = checked.texts(
        "firing", "pending", among=("firing", "pending", "noData", "normal", "error", "recovering")
    )
    name: str = checked.text()
    matchers: str = checked.text()
    """As Grafana takes them: `{severity="page"}`."""
    group_by: tuple[str, ...] = checked.texts()
    only_here: bool = checked.flag()
    """Whether only alerts that name this dashboard are listed."""
    view: Literal["list", "stat"] = checked.choice("list", "stat")
    sort: Literal["importance", "alphabetical", "reversed", "newest", "oldest"] = checked.choice(
        "importance", "alphabetical", "reversed", "newest", "oldest"
    )
    most: int = checked.number(20, low=1, whole=True)
