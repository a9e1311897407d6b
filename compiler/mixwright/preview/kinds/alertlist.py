"""The alerts that were open at the end of the range, and what had been before."""

from __future__ import annotations

import re
from typing import Any

from mixwright.model.panels.alertlist import AlertList
from mixwright.preview.view import View

_GRAVEST = ("page", "ticket", "log")


def draw(view: View) -> dict[str, Any]:
    """Return the open alerts with their labels and since when, and how many fired and are over."""
    look = view.panel.look
    assert isinstance(look, AlertList)
    wanted = dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', look.matchers))
    here, over = [], 0
    for one in view.around.episodes:
        named = look.name.lower() in one.alert.lower()
        if not named or any(one.labels.get(name, "") != value for name, value in wanted.items()):
            continue
        if one.fired_at is None or one.fired_at > view.now:
            continue
        if one.resolved_at is not None and one.resolved_at <= view.now:
            over += 1
            continue
        here.append(
            {
                "alert": one.alert,
                "severity": one.labels.get("severity", ""),
                "since": one.fired_at,
                "labels": str(one.labels.drop(("alertname", "severity"))),
            }
        )

    def order(item: dict[str, Any]) -> tuple[int, str, int]:
        severity = item["severity"]
        rank = _GRAVEST.index(severity) if severity in _GRAVEST else len(_GRAVEST)
        return rank, item["alert"], item["since"]

    return {"items": sorted(here, key=order)[: look.most], "over": over}
