"""Prose: a safe subset of Markdown."""

from __future__ import annotations

from typing import Any

from mixwright.preview.markdown import to_html
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return the text as HTML in which everything but the known marks is escaped."""
    return {"html": to_html(view.panel.words)}
