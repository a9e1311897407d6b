"""What a value means: the gravest severity that it raises, by the panel's thresholds and alerts, or its colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from mixwright.model import Panel, Threshold
from mixwright.model.fields import COLOUR_MODES
from mixwright.model.states import alerted_values

FINE: Final = "ok"
_SEVERITIES: Final = ("log", "ticket", "page")


def value_state(value: float, panel: Panel) -> str | None:
    """Return how a value is coloured: a severity, `"ok"`, a colour, a scheme and how far along it, or nothing."""
    if panel.color.startswith("continuous-"):
        low = 0.0 if panel.minimum is None else panel.minimum
        high = 100.0 if panel.maximum is None else panel.maximum
        share = (value - low) / (high - low) if high > low and math.isfinite(value) else 0.0
        return f"{panel.color} {min(max(share, 0.0), 1.0):.3f}"
    if panel.color and panel.color not in COLOUR_MODES:
        return panel.color
    if panel.steps is not None:
        low = 0.0 if panel.minimum is None else panel.minimum
        high = 100.0 if panel.maximum is None else panel.maximum
        return panel.steps.colour(value, low, high)
    return state(value, panel.thresholds)


def state(value: float, thresholds: Sequence[Threshold]) -> str | None:
    """Return the gravest severity whose threshold `value` breaks, `"ok"`, or `None` without thresholds.

    A value on an upper threshold breaks it, as in the steps that Grafana colours by.
    """
    if not thresholds:
        return None
    broken = (t.severity for t in thresholds if (value >= t.value if t.above else value < t.value))
    return max(broken, key=_gravity, default=FINE)


def mapped_state(value: float, panel: Panel) -> str | None:
    """Return the severity of a value that has a name: of an alert about that very value, else by the thresholds."""
    alerts = alerted_values(panel)
    if value in alerts:
        return alerts[value].value
    return value_state(value, panel) or (FINE if alerts else None)


def _gravity(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else -1
