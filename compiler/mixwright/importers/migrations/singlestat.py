"""`singlestat`: the one number of before `stat`.

After `sharedSingleStatPanelChangedHandler` and `statPanelChangedHandler` of Grafana.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import given
from mixwright.importers.successors import REDUCERS, fixed, number, standard_overrides, successor

KINDS = ("singlestat",)

_ENDS = {"percent": (0, 100), "percentunit": (0, 1)}
_LEADING_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the panel of today."""
    old = given(panel)
    options: dict[str, Any] = {
        "reduceOptions": {"calcs": [REDUCERS.get(old.get("valueName", ""), "mean")]},
        "orientation": "horizontal",
        "graphMode": "area" if given(old.get("sparkline")).get("show") else "none",
        "colorMode": "none",
    }
    if old.get("tableColumn"):
        options["reduceOptions"]["fields"] = f"/^{old['tableColumn']}$/"
    if old.get("valueName") == "name":
        options["textMode"] = "name"
    defaults = _defaults(old)
    line = given(old.get("sparkline")).get("lineColor")
    if old.get("colorBackground"):
        options["colorMode"] = "background"
    elif old.get("colorValue"):
        options["colorMode"] = "value"
    elif line and options["graphMode"] == "area":
        defaults["color"] = fixed(line)
    config = {"defaults": defaults, "overrides": standard_overrides(old)}
    return successor(panel, "stat", options=options, fieldConfig=config), list(_lost(old))


def _defaults(old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the unit, the ends, colours by value and texts of values."""
    found: dict[str, Any] = {}
    if old.get("format"):
        found["unit"] = old["format"]
    if old.get("nullText"):
        found["noValue"] = old["nullText"]
    if old.get("decimals") is not None:
        found["decimals"] = old["decimals"]
    steps: list[dict[str, Any]] = []
    if old.get("thresholds") and old.get("colors"):
        steps = _steps(old["thresholds"], old["colors"])
        found["thresholds"] = {"mode": "absolute", "steps": steps}
    mappings = list(_mappings(old, steps))
    if mappings:
        found["mappings"] = mappings
    gauge = given(old.get("gauge"))
    if gauge.get("show"):
        ends = {"min": gauge.get("minValue"), "max": gauge.get("maxValue")}
        found |= {name: end for name, end in ends.items() if end is not None}
    for name, end in zip(("min", "max"), _ENDS.get(found.get("unit", ""), ()), strict=False):
        if not isinstance(found.get(name), int | float):
            found[name] = end
    return found


def _steps(thresholds: str, colours: list[str]) -> list[dict[str, Any]]:
    """Return a colour more than there are thresholds; from one that is no number on there are none."""
    found: list[dict[str, Any]] = [{"value": None, "color": colours[0]}]
    for text, colour in zip(thresholds.split(","), colours[1:], strict=False):
        value = number(text)
        if value is None:
            break
        found.append({"value": value, "color": colour})
    return found


def _mappings(old: Mapping[str, Any], steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the texts of values; one that is a number has the colour of that number."""
    values, ranges = old.get("valueMaps") or [], old.get("rangeMaps") or []
    kind = old.get("mappingType") or (1 if values else 2)
    for one in values if kind == 1 else ranges if kind == 2 else ():
        text = one.get("text")
        result = {"text": text, "color": _colour(str(text), steps)}
        result = {name: part for name, part in result.items() if part is not None}
        if (kind == 1 and one.get("value") == "null") or "null" in (one.get("from"), one.get("to")):
            yield {"type": "special", "options": {"match": "null", "result": result}}
        elif kind == 1 and one.get("value") is not None:
            yield {"type": "value", "options": {str(one["value"]): result}}
        elif kind == 2:
            ends = {"from": number(one["from"]), "to": number(one["to"])}
            yield {"type": "range", "options": {**ends, "result": result}}


def _colour(text: str, steps: list[dict[str, Any]]) -> str | None:
    found = _LEADING_NUMBER.match(text)
    if not found or not steps:
        return None
    value = float(found.group())
    reached = [one for one in steps[1:] if value >= one["value"]]
    colour: str = (reached or steps)[-1 if reached else 0]["color"]
    return colour


def _lost(old: Mapping[str, Any]) -> Iterator[str]:
    if old.get("prefix"):
        yield "the text before the number of a `singlestat`"
    if old.get("postfix"):
        yield "the text after the number of a `singlestat`"
    if given(old.get("gauge")).get("show"):
        yield "the arc of a `singlestat`"
    if given(old.get("sparkline")).get("full"):
        yield "that the line of a `singlestat` is as high as the panel"
