"""A panel that only Grafana can draw: the page says what it is, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixwright.model.panels.raw import Raw
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return the panel's type and the reason for it."""
    look = view.panel.look
    assert isinstance(look, Raw)
    kind = look.panel.get("type") if isinstance(look.panel, Mapping) else type(look.panel).__name__
    return {"type": str(kind), "reason": look.reason}
