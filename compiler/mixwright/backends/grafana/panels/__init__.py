"""What each kind of panel shows its data with: one module for each, named after it, whose `shown` says it."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping

from mixwright.backends.grafana.panels.shown import Shown
from mixwright.model import Panel

__all__ = ["Shown", "shown"]


@functools.cache
def _kinds() -> Mapping[str, Callable[[Panel], Shown]]:
    found = {
        module.name.replace("_", "-"): importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
        if module.name != "shown"
    }
    return {kind: module.shown for kind, module in found.items()}


def shown(panel: Panel) -> Shown:
    """Return the options of a panel and of its fields."""
    return _kinds()[panel.kind](panel)
