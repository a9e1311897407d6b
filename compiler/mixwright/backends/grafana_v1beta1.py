"""Dashboards and their folder as resources of Grafana's API, `dashboard.grafana.app/v1beta1`: for Git Sync and gcx."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.grafana import dashboards, to_json
from mixwright.backends.resources import folder, resource
from mixwright.model import Mixin


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `grafana-v1beta1/<slug>.json` for every dashboard, and `_folder.json` for the folder."""
    if mixin.dashboards:
        yield Artifact("grafana-v1beta1/_folder.json", to_json(folder(mixin)))
    for dashboard, content in dashboards(mixin):
        found = resource("v1beta1", mixin, dashboard, content)
        yield Artifact(f"grafana-v1beta1/{dashboard.slug}.json", to_json(found))


BACKEND = Backend("grafana-v1beta1", emit, optional=True)
