"""How the fields of a panel are shown: what every kind reads the same way, and overrides of it."""

from __future__ import annotations

import math
from typing import Any

import attrs

from mixwright.backends.grafana.thresholds import mapped, mappings, number, step_list, steps
from mixwright.errors import DefinitionError
from mixwright.model import DataLink, Override, Panel
from mixwright.model.fields import COLOUR_MODES
from mixwright.model.panels import Look

Json = dict[str, Any]

_MATCHERS = {"name": "byName", "regexp": "byRegexp", "type": "byType", "query": "byFrameRefID"}


def defaults(panel: Panel) -> Json:
    """Return what every kind reads the same way: unit, range, thresholds and texts of values."""
    given = {
        "unit": panel.unit or None,
        "min": _bound(panel, panel.minimum),
        "max": _bound(panel, panel.maximum),
        "decimals": panel.decimals,
        "noValue": panel.no_value or None,
        "mappings": mappings(panel) or None,
    }
    fine = "green" if panel.thresholds else "text"
    return {
        **{name: value for name, value in given.items() if value is not None},
        "color": {"mode": "thresholds"},
        "thresholds": steps(panel, fine),
    }


def colour(name: str) -> Json:
    """Return a way to colour: a mode of Grafana's, or one colour."""
    return {"mode": name} if name in COLOUR_MODES else {"fixedColor": name, "mode": "fixed"}


def data_link(link: DataLink) -> Json:
    """Return a link to any address."""
    found: Json = {"title": link.title, "url": link.url}
    return found | ({"targetBlank": True} if link.new_tab else {})


def matched(matcher: str, options: str, changes: Json) -> Json:
    """Return an override: what to change where."""
    properties = [{"id": name, "value": value} for name, value in changes.items()]
    return {"matcher": {"id": matcher, "options": options}, "properties": properties}


def overrides(panel: Panel, shown: Any) -> list[Json]:
    """Return the overrides of a definition; `shown` makes the JSON of a panel's own options.

    An option of the panel's kind is what changes in that JSON when the option changes, for the panel or
    for what earlier overrides made of it: a series may be given back what is the panel's own.
    """
    found = []

    def custom(look: Look) -> Json:
        made: Json = shown(attrs.evolve(panel, kind=look)).custom
        return made

    before, sofar = custom(panel.look), panel.look
    for one in panel.overrides:
        after, so_before = custom(attrs.evolve(panel.look, **one.look)), custom(sofar)
        sofar = attrs.evolve(sofar, **one.look)
        so_after = custom(sofar)
        changes = _shared(one, panel) | {
            f"custom.{name}": value
            for name, value in after.items()
            if before.get(name) != value or so_before.get(name) != so_after.get(name)
        }
        found.append(matched(_MATCHERS[one.by], one.of, changes))
    return found


def _shared(one: Override, panel: Panel) -> Json:
    """Return the changes of what every kind has."""
    changes = {
        "unit": one.unit,
        "displayName": one.display_name,
        "color": colour(one.color) if one.color else None,
        "decimals": one.decimals,
        "min": _bound(panel, one.minimum),
        "max": _bound(panel, one.maximum),
        "noValue": one.no_value,
        "mappings": mapped(one.mappings) if one.mappings else None,
        "thresholds": step_list(one.steps) if one.steps else None,
        "links": [data_link(link) for link in one.links] or None,
    }
    return {name: value for name, value in changes.items() if value is not None}


def _bound(panel: Panel, value: float | None) -> float | None:
    if isinstance(value, float) and not math.isfinite(value):
        raise DefinitionError(
            f"panel `{panel.title}` has the minimum or maximum `{value}`; "
            "give a finite number, or leave it open",
            panel.origin,
        )
    return None if value is None else number(value)
