"""A panel as one of its series or columns sees it: its overrides applied, in their order."""

from __future__ import annotations

from typing import Any

import attrs

from mixwright.model import Override, Panel
from mixwright.preview.regex import javascript_regex


def overridden(panel: Panel, name: str, kind: str, query: str) -> tuple[str, Panel]:
    """Return the name and the settings of a field called `name`, of type `kind`, from the query of that letter."""
    shown = name
    for one in panel.overrides:
        if _meant(one, name, kind, query):
            panel = _changed(panel, one)
            shown = one.display_name or shown
    return shown, panel


def _meant(one: Override, name: str, kind: str, query: str) -> bool:
    match one.by:
        case "name":
            return one.of == name
        case "regexp":
            return javascript_regex(one.of).search(name) is not None
        case "type":
            return one.of == kind
    return one.of == query


def _changed(panel: Panel, one: Override) -> Panel:
    given: dict[str, Any] = {
        "unit": one.unit,
        "color": one.color,
        "decimals": one.decimals,
        "minimum": one.minimum,
        "maximum": one.maximum,
        "no_value": one.no_value,
        "mappings": one.mappings or None,
        "data_links": (*panel.data_links, *one.links) if one.links else None,
        "steps": one.steps,
        "thresholds": () if one.steps is not None else None,
        "kind": attrs.evolve(panel.look, **one.look) if one.look else None,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    # The copy is the same definition: what it overrides has been checked and is done with.
    return attrs.evolve(panel, overrides=(), **changes)
