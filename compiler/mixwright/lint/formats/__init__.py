"""How findings are written: one format a file, each with `render(findings)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

from mixwright.lint.check import Finding


class Format(Protocol):
    """A module of this folder."""

    def render(self, findings: Sequence[Finding]) -> str:
        """Return all findings as one text."""


def names() -> tuple[str, ...]:
    """Return the formats that there are."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def named(name: str) -> Format:
    """Return the format of this name."""
    return cast("Format", importlib.import_module(f"{__name__}.{name}"))
