"""The kinds of panels: one module for each, named after it, with the class of its options.

`panels.Stat(graph="none")` is a `Look`; `Panel(…, kind="stat")` is the plain one.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from mixwright.model.panels.look import Look

__all__ = ["Look", "kinds"]


@functools.cache
def kinds() -> Mapping[str, type[Look]]:
    """Return the class of each kind of panel by Grafana's name of it, found by walking this folder."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    classes = (
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Look) and one.__module__ == module.__name__
    )
    return {one.kind: one for one in classes if "kind" in vars(one)}


def __getattr__(name: str) -> Any:
    """Return the class of a kind by its name, so that `panels.Stat` needs no list of them here."""
    for one in kinds().values():
        if one.__name__ == name:
            return one
    raise AttributeError(f"module `{__name__}` has no kind of panel `{name}`")
