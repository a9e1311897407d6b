"""Grafana dashboards as classic JSON, schemaVersion 42: what file provisioning and sidecars take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mixwright.backends.artifact import Artifact, Backend
from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, Mixin
from mixwright.schemas import Violation, validate_dashboard

Json = dict[str, Any]


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `dashboards/<slug>.json` for every dashboard.

    Raises `DefinitionError` where a definition gives what Grafana does not take.
    """
    for dashboard, content in dashboards(mixin):
        for violation in validate_dashboard(content):
            if not _in_raw(dashboard, content, violation):
                raise _refused(dashboard, content, violation)
        yield Artifact(f"dashboards/{dashboard.slug}.json", to_json(content))


BACKEND = Backend("grafana", emit)


def dashboards(mixin: Mixin) -> Iterator[tuple[Dashboard, Json]]:
    """Yield every dashboard of a resolved mixin and its classic JSON, each before its children."""
    if not mixin.dashboards:
        return
    # Imported here: grafanalib takes a tenth of a second, and not every mixin has dashboards.
    from mixwright.backends.grafana.dashboard import compiled

    slugs = {dashboard.uid: dashboard.slug for dashboard in mixin.all_dashboards()}
    for dashboard in mixin.all_dashboards():
        yield dashboard, compiled(dashboard, mixin, slugs)


def to_json(dashboard: Json) -> bytes:
    """Return the bytes of a dashboard's file, the same in every run."""
    text = json.dumps(dashboard, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _in_raw(dashboard: Dashboard, content: Json, violation: Violation) -> bool:
    """Tell whether a place is in a panel that is emitted as somebody else made it."""
    raw = {panel.id for panel in dashboard.all_panels() if panel.kind == "raw"}
    return _panel_at(content, violation.path)[0].get("id") in raw


def _panel_at(content: Json, path: str) -> tuple[Json, str]:
    """Return the innermost panel that a path leads into, and the rest of the path."""
    inside, place = content, path
    for part in re.finditer(r"panels\[(\d+)\]\.", path):
        inside = inside["panels"][int(part[1])]
        place = path[part.end() :]
    return inside, place


def _refused(dashboard: Dashboard, content: Json, violation: Violation) -> DefinitionError:
    """Return the error, at the panel that is meant where the place is one in a panel."""
    origin, what = dashboard.origin, f"dashboard `{dashboard.title}`"
    inside, place = _panel_at(content, violation.path)
    for panel in dashboard.all_panels():
        if panel.id == inside.get("id"):
            origin, what = panel.origin, f"panel `{panel.title}`"
    return DefinitionError(
        f"{what} becomes JSON that Grafana does not take: `{place}`: {violation.message}", origin
    )
