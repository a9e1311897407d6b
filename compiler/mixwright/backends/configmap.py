"""Dashboards as ConfigMaps, which the sidecar of Grafana's Helm chart collects."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.grafana import dashboards, to_json
from mixwright.backends.resources import folder_title, labels, object_name
from mixwright.backends.rulefile import to_yaml
from mixwright.errors import DefinitionError
from mixwright.model import Mixin

LARGEST = 1_048_576
"""Bytes of data that Kubernetes accepts in a ConfigMap."""


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `kubernetes/configmap-<slug>.yaml` for every dashboard."""
    for dashboard, content in dashboards(mixin):
        text = to_json(content)
        if len(text) > LARGEST:
            raise DefinitionError(
                f"dashboard `{dashboard.title}` takes {len(text)} bytes; a ConfigMap holds {LARGEST}; "
                "split the dashboard",
                dashboard.origin,
            )
        found = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": object_name(dashboard),
                # The names by which kube-prometheus-stack's sidecar looks.
                "labels": {"grafana_dashboard": "1", **labels(mixin)},
                "annotations": {"grafana_folder": folder_title(mixin)},
            },
            # Keys are names of files in one folder for all mixins.
            "data": {f"{dashboard.uid}.json": text.decode()},
        }
        yield Artifact(f"kubernetes/configmap-{dashboard.slug}.yaml", to_yaml(mixin, found))


BACKEND = Backend("configmap", emit, optional=True)
