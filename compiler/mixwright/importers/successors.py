"""What all panels of Grafana's Angular era have in common: what their successors keep, numbers as text, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import given

_KEPT = (
    *("id", "gridPos", "span", "title", "description", "transparent", "links", "libraryPanel"),
    *("repeat", "repeatDirection", "maxPerRow", "minSpan", "datasource", "targets"),
    *("timeFrom", "timeShift", "hideTimeOverride", "cacheTimeout", "maxDataPoints", "interval"),
    *("transformations", "pluginVersion"),
)
"""What is not of one kind of panel (`mustKeepProps` of Grafana's PanelModel)."""

REDUCERS = {
    "avg": "mean",
    "current": "lastNotNull",
    "total": "sum",
    **{name: name for name in ("min", "max", "count", "first", "last", "range", "delta", "diff")},
    **{name: name for name in ("mean", "sum", "lastNotNull", "firstNotNull")},
}
"""Calculations by the names that they had, and have."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def successor(panel: Mapping[str, Any], kind: str, **parts: Any) -> dict[str, Any]:
    """Return a panel of another kind with what is not of any kind."""
    kept = {name: panel[name] for name in _KEPT if name in panel}
    return {**kept, "type": kind, **parts}


def number(value: Any) -> float | None:
    """Return what JavaScript reads as a number: `"10"` is one, an empty text is zero, `"auto"` is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text:
        return 0
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def standard_overrides(panel: Mapping[str, Any]) -> list[Any]:
    """Return the overrides of a panel without those that belong to its kind."""
    found = []
    for override in given(panel.get("fieldConfig")).get("overrides") or ():
        kept = [one for one in override["properties"] if not one["id"].startswith("custom.")]
        if kept:
            found.append({**override, "properties": kept})
    return found


def coloured(aliases: Any) -> Iterator[dict[str, Any]]:
    """Yield an override for each series that has a colour of its own."""
    for name, colour in given(aliases).items():
        if colour:
            yield override("byName", name, [changed("color", fixed(colour))])


def override(by: str, of: Any, properties: list[Any]) -> dict[str, Any]:
    """Return an override as Grafana stores it."""
    return {"matcher": {"id": by, "options": of}, "properties": properties}


def changed(name: str, value: Any) -> dict[str, Any]:
    """Return one property of an override."""
    return {"id": name, "value": value}


def fixed(colour: str) -> dict[str, str]:
    """Return one colour, whatever the value."""
    return {"mode": "fixed", "fixedColor": colour}
