"""How each kind of panel is drawn: one module for each, named after it, whose `draw` makes its drawing.

A drawing is JSON for the page's script `assets/kinds/<kind>.js`, which puts it on the page.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mixwright.preview.view import View

Drawing: TypeAlias = dict[str, Any]


@functools.cache
def kinds() -> Mapping[str, Callable[[View], Drawing]]:
    """Return the drawing function of each kind, found by walking this folder."""
    return {
        module.name.replace("_", "-"): importlib.import_module(f"{__name__}.{module.name}").draw
        for module in pkgutil.iter_modules(__path__)
    }


def draw(view: View) -> Drawing:
    """Return a panel's drawing as JSON values; `{}` when there is nothing to show."""
    return kinds()[view.panel.kind](view)
