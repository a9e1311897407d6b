"""Units of panels: the ids that Grafana formats, and its forms for units of one's own."""

from __future__ import annotations

import functools
from importlib.resources import files

OWN_FORMS = ("prefix", "suffix", "time", "si", "count", "currency", "bool")
"""`suffix:req`, `si:mW` and so on (`getValueFormat` of @grafana/data 13.2)."""


def known_unit(unit: str) -> bool:
    """Tell whether Grafana knows how to format a unit; it prints any other text after the number."""
    form, colon, rest = unit.partition(":")
    return unit in unit_ids() or (bool(colon and rest) and form in OWN_FORMS)


@functools.cache
def unit_ids() -> frozenset[str]:
    """Return the ids of Grafana's unit picker (derived by `schemas/derive.mjs`)."""
    return frozenset((files("mixwright.model") / "units.txt").read_text("utf-8").split())
