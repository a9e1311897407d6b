"""`natel-discrete-panel`: the plugin of before `state-timeline`, after `timelinePanelChangedHandler` of Grafana."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import given
from mixwright.importers.successors import number, standard_overrides, successor

KINDS = ("natel-discrete-panel",)


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the panel of today."""
    standard = dict(given(given(panel.get("fieldConfig")).get("defaults")))
    if panel.get("units"):
        standard["unit"] = panel["units"]
    standard["custom"] = {"fillOpacity": 100, "lineWidth": 0}
    standard["mappings"] = [{"type": "value", "options": _values(panel)}, *_ranges(panel)]
    config = {"defaults": standard, "overrides": standard_overrides(panel)}
    made = successor(panel, "state-timeline", options={"mergeValues": True}, fieldConfig=config)
    return made, list(_lost(panel))


def _values(panel: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the colours and the texts of values; a colour goes by the text that is shown."""
    found = {
        one["text"]: {"color": one["color"]}
        for one in panel.get("colorMaps") or ()
        if one.get("color")
    }
    for one in panel.get("valueMaps") or ():
        if one.get("text") and one.get("value"):
            found.setdefault(one["value"], {})["text"] = one["text"]
    return found


def _ranges(panel: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in panel.get("rangeMaps") or ():
        if one.get("text"):
            ends = {"from": number(one.get("from")), "to": number(one.get("to"))}
            yield {"type": "range", "options": {**ends, "result": {"text": one["text"]}}}


def _lost(panel: Mapping[str, Any]) -> Iterator[str]:
    if panel.get("showDistinctCount") or panel.get("showLegendCounts"):
        yield "the counts in a `natel-discrete-panel`"
    if panel.get("display") == "stacked":
        yield "that a `natel-discrete-panel` has all in one row"
