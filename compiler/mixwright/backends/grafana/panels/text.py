"""Prose."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Json, Shown
from mixwright.model import Panel
from mixwright.model.panels.text import Text


def shown(panel: Panel) -> Shown:
    """Return the text and how it is read."""
    look = panel.look
    assert isinstance(look, Text)
    options: Json = {"content": look.content, "mode": look.mode}
    if look.mode == "code":
        options["code"] = {
            "language": look.language,
            "showLineNumbers": False,
            "showMiniMap": False,
        }
    return Shown(options)
