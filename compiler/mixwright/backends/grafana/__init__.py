"""Grafana dashboards as classic JSON, schemaVersion 42: what file provisioning and sidecars take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mixwright.backends.artifact import Artifact, Backend
from mixwright.model import Mixin


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `dashboards/<slug>.json` for every dashboard."""
    for slug, dashboard in dashboards(mixin):
        yield Artifact(f"dashboards/{slug}.json", to_json(dashboard))


BACKEND = Backend("grafana", emit)


def dashboards(mixin: Mixin) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (slug, classic JSON as Python values) of every dashboard, each before its children."""
    # Imported here: grafanalib takes a tenth of a second, and not every mixin has dashboards.
    from mixwright.backends.grafana.dashboard import compiled

    slugs = {dashboard.uid: dashboard.slug for dashboard in mixin.all_dashboards()}
    for dashboard in mixin.all_dashboards():
        yield dashboard.slug, compiled(dashboard, mixin, slugs)


def to_json(dashboard: dict[str, Any]) -> bytes:
    """Return the bytes of a dashboard's file, the same in every run."""
    text = json.dumps(dashboard, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()
