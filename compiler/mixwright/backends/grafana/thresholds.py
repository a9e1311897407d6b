"""Colours with a meaning: of severities, of the ranges between thresholds, of mapped values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import attrs

from mixwright.model import Panel, RangeMap, RegexMap, SpecialMap, Steps, Threshold, ValueMap
from mixwright.model.fields import ValueMapping
from mixwright.model.states import alerted_values

COLOURS = {"page": "red", "ticket": "orange", "log": "blue"}
"""By severity, the worst first."""

PLAIN = {"fixedColor": "blue", "mode": "fixed"}
"""The colour of bars that are neither good nor bad."""

_NEUTRAL = ("blue", "purple", "super-light-blue", "light-purple", "dark-blue", "semi-dark-purple")
"""For states of which none is known to be bad."""


def steps(panel: Panel, fine: str) -> dict[str, Any]:
    """Return the ranges between thresholds, each in the colour of the worst that it breaks, or as they were given."""
    if panel.steps is not None:
        return step_list(panel.steps)
    lines = [line for line in panel.thresholds if math.isfinite(line.value)]
    cuts: list[float | None] = [None, *sorted({line.value for line in lines})]
    return {
        "mode": "absolute",
        "steps": [
            {
                "color": colour(-math.inf if cut is None else cut, lines) or fine,
                "value": None if cut is None else number(cut),
            }
            for cut in cuts
        ],
    }


def step_list(given: Steps) -> dict[str, Any]:
    """Return colours by value as Grafana has them."""
    ordered = sorted(given.colours.items())
    return {
        "mode": "percentage" if given.percentage else "absolute",
        "steps": [
            {"color": given.base, "value": None},
            *({"color": name, "value": number(value)} for value, name in ordered),
        ],
    }


def colour(value: float, thresholds: list[Threshold] | tuple[Threshold, ...]) -> str | None:
    """Return the colour of the worst severity whose threshold a value breaks, if any."""
    broken = {
        line.severity
        for line in thresholds
        if (value >= line.value if line.above else value < line.value)
    }
    return next((name for severity, name in COLOURS.items() if severity in broken), None)


def mappings(panel: Panel) -> list[dict[str, Any]]:
    """Return the texts of values, in the colours of the alerts that they raise or else in neutral ones."""
    states = {value: COLOURS[grave.value] for value, grave in alerted_values(panel).items()}
    graded = states or panel.thresholds
    coloured = []
    for index, one in enumerate(panel.mappings):
        chosen = one.color
        if not chosen and graded and isinstance(one, ValueMap | SpecialMap):
            value = math.nan if isinstance(one, SpecialMap) else one.value
            known = None if isinstance(value, str) else states.get(value)
            broken = None if isinstance(value, str) else colour(value, panel.thresholds)
            chosen = known or broken or "green"
        elif not chosen and panel.kind in ("state-timeline", "status-history"):
            chosen = _NEUTRAL[index % len(_NEUTRAL)]
        coloured.append(attrs.evolve(one, color=chosen))
    return mapped(coloured)


def mapped(given: Iterable[ValueMapping]) -> list[dict[str, Any]]:
    """Return mappings as Grafana stores them: those of single values together, the others one by one."""
    plain: dict[str, Any] = {}
    others: list[dict[str, Any]] = []
    for index, one in enumerate(given):
        result: dict[str, Any] = {"index": index, "text": one.text}
        if one.color:
            result["color"] = one.color
        match one:
            case ValueMap(value):
                plain[value if isinstance(value, str) else _key(value)] = result
            case RangeMap(low, high):
                others.append(_mapping("range", result, {"from": low, "to": high}))
            case RegexMap(pattern):
                others.append(_mapping("regex", result, {"pattern": pattern}))
            case SpecialMap(match):
                others.append(_mapping("special", result, {"match": match}))
    return [*([{"options": plain, "type": "value"}] if plain else []), *others]


def _mapping(kind: str, result: dict[str, Any], what: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "options": {**what, "result": result}}


def number(value: float) -> float:
    """Return a number as JSON should show it: `90`, not `90.0`, and without the noise of arithmetic."""
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else float(f"{value:.12g}")


def _key(value: float) -> str:
    """Return a number as JavaScript writes it, which is how Grafana finds its text."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(number(value)).replace("e-0", "e-")
