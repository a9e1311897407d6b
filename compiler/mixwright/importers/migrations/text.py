"""`text` of before Grafana 7.1, which had its text beside its title, after `textPanelMigrationHandler` of Grafana."""

from __future__ import annotations

import re
from typing import Any

KINDS = ("text",)

_MODES = ("code", "html", "markdown")
_VERSION = re.compile(r"(\d+)\.(\d+)")


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]] | None:
    """Return the panel of today."""
    if "content" not in panel or "mode" not in panel:
        return None
    made = {name: value for name, value in panel.items() if name not in ("content", "mode")}
    version = _VERSION.match(str(panel.get("pluginVersion") or "6.1"))
    options = panel.get("options") or {}
    if version and tuple(map(int, version.groups())) < (7, 1):
        options = {"content": panel["content"], "mode": panel["mode"]}
    mode = options.get("mode")
    made["options"] = {**options, "mode": mode if mode in _MODES else "markdown"}
    return made, []
