"""Dashboards as `GrafanaDashboard` resources, which the Grafana operator takes."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.grafana import dashboards, to_json
from mixwright.backends.resources import folder_title, labels, object_name
from mixwright.backends.rulefile import to_yaml
from mixwright.model import Mixin


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `kubernetes/grafanadashboard-<slug>.yaml` for every dashboard.

    They are meant for instances labelled `dashboards: grafana`.
    """
    for dashboard, content in dashboards(mixin):
        found = {
            "apiVersion": "grafana.integreatly.org/v1beta1",
            "kind": "GrafanaDashboard",
            "metadata": {"name": object_name(dashboard), "labels": labels(mixin)},
            "spec": {
                "instanceSelector": {"matchLabels": {"dashboards": "grafana"}},
                "folder": folder_title(mixin),
                "json": to_json(content).decode(),
            },
        }
        yield Artifact(f"kubernetes/grafanadashboard-{dashboard.slug}.yaml", to_yaml(mixin, found))


BACKEND = Backend("grafana-operator", emit, optional=True)
