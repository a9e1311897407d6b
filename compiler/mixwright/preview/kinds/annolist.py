"""Notes that are kept in Grafana, of which a recording has none."""

from __future__ import annotations

from typing import Any

from mixwright.model.panels.annolist import AnnotationList
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return which notes would be listed."""
    look = view.panel.look
    assert isinstance(look, AnnotationList)
    return {"tags": list(look.tags)}
