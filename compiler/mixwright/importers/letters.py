"""Queries called A, B, C, as Grafana's editor and our back end call them, wherever something names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mixwright.importers.fields import given
from mixwright.passes.tabulate import ref_ids


def lettered(panel: dict[str, Any]) -> dict[str, Any]:
    """Return a panel's JSON with its queries named by letters, in overrides and transformations too.

    A panel whose queries are calculated from each other stays as it is.
    """
    targets = panel.get("targets")
    if not isinstance(targets, list) or not all(isinstance(one, dict) for one in targets):
        return panel
    # Those without a text are no queries of ours.
    asking = [one for one in targets if isinstance(one.get("expr"), str) and one["expr"].strip()]
    old = [one.get("refId") for one in asking]
    known = [name for name in old if isinstance(name, str)]
    if len(asking) < len(targets) or len({*known}) < len(known):
        return panel
    letters = dict(zip(map(id, targets), ref_ids(), strict=False))
    names = {one["refId"]: letters[id(one)] for one in targets if isinstance(one.get("refId"), str)}
    if all(one.get("refId") == letters[id(one)] for one in targets):
        return panel
    found = {**panel, "targets": [{**one, "refId": letters[id(one)]} for one in targets]}
    if names and "transformations" in panel:
        found["transformations"] = _renamed(panel["transformations"], names)
    config = given(panel.get("fieldConfig"))
    if names and config.get("overrides"):
        changed = [_override(one, names) for one in config["overrides"]]
        found["fieldConfig"] = {**config, "overrides": changed}
    return found


def _override(override: Any, names: Mapping[str, str]) -> Any:
    matcher = given(given(override).get("matcher"))
    named = str(matcher.get("options"))
    if matcher.get("id") == "byFrameRefID" and named in names:
        return {**override, "matcher": {**matcher, "options": names[named]}}
    return _renamed(override, names)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return JSON with other names after `#`, as in the column `Value #A`."""
    match value:
        case str() if "#" in value:
            either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
            return re.sub(rf"#({either})(?!\w)", lambda found: f"#{names[found[1]]}", value)
        case dict():
            return {_renamed(key, names): _renamed(part, names) for key, part in value.items()}
        case list():
            return [_renamed(part, names) for part in value]
    return value
