"""Dashboards as resources of Grafana's API in the second version of its schema, `dashboard.grafana.app/v2`."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.grafana import dashboards, to_json
from mixwright.backends.grafana.v2 import to_v2
from mixwright.backends.resources import folder, resource
from mixwright.model import Mixin


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `grafana-v2/<slug>.json` for every dashboard, and `_folder.json` for the folder."""
    if mixin.dashboards:
        yield Artifact("grafana-v2/_folder.json", to_json(folder(mixin)))
    for dashboard, content in dashboards(mixin):
        found = resource("v2", mixin, dashboard, to_v2(content))
        yield Artifact(f"grafana-v2/{dashboard.slug}.json", to_json(found))


BACKEND = Backend("grafana-v2", emit, optional=True)
