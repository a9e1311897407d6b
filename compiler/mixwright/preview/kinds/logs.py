"""Lines of logs, of which a recording of metrics has none: the page says what would be asked."""

from __future__ import annotations

from typing import Any

from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return the questions to Loki."""
    return {"queries": [query.expr for query in view.panel.logs]}
