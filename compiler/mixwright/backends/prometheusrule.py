"""PrometheusRule resources, as the Prometheus operator takes them."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.rulefile import groups, to_yaml
from mixwright.errors import DefinitionError
from mixwright.model import Mixin
from mixwright.schemas import validate_prometheusrule

LARGEST = 524_288
"""Bytes that the operator's admission webhook accepts (prometheus-operator, `ValidateRule`)."""


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `kubernetes/prometheusrule.yaml`, unless the mixin has no rules."""
    if not mixin.rules:
        return
    resource = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": f"mixwright-{mixin.name}",
            "labels": {
                "app.kubernetes.io/managed-by": "mixwright",
                "app.kubernetes.io/version": mixin.version,
            },
        },
        "spec": {"groups": groups(mixin)},
    }
    for path, message in validate_prometheusrule(resource):
        raise DefinitionError(
            f"the PrometheusRule of mixin `{mixin.name}` has a {path} that the operator refuses: {message}",
            mixin.origin,
        )
    content = to_yaml(mixin, resource)
    if len(content) > LARGEST:
        raise DefinitionError(
            f"the rules of mixin `{mixin.name}` take {len(content)} bytes; the Prometheus operator "
            f"accepts {LARGEST}; split the mixin",
            mixin.origin,
        )
    yield Artifact("kubernetes/prometheusrule.yaml", content)


BACKEND = Backend("prometheusrule", emit)
