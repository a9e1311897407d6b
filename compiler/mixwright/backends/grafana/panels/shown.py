"""What kinds of panels have in common: the parts of their JSON, legends, tooltips, reductions."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs

from mixwright.model.panels.look import Legended

Json: TypeAlias = dict[str, Any]


@attrs.frozen
class Shown:
    """A panel's options, those of each field, what every kind has that this one has otherwise, and overrides."""

    options: Json
    custom: Json = attrs.field(factory=dict)
    defaults: Json = attrs.field(factory=dict)
    overrides: list[Json] = attrs.field(factory=list)


def legend(look: Legended) -> Json:
    """Return the options of a legend."""
    return {
        "calcs": list(look.legend_calculations),
        "displayMode": look.legend,
        "placement": look.legend_at,
        "showLegend": look.legend != "hidden",
    }


def tooltip(mode: str) -> Json:
    """Return the options of a tooltip: several series with the largest first."""
    return {"mode": mode, "sort": "desc" if mode == "multi" else "none"}


def reduced(calculation: str) -> Json:
    """Return how each series becomes one value."""
    return {"calcs": [calculation], "fields": "", "values": False}


def stacking(stack: bool | str, group: str = "A") -> Json:
    """Return how series add up."""
    mode = "percent" if stack == "percent" else "normal" if stack else "none"
    return {"group": group, "mode": mode}
