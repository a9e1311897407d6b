"""A kustomize base: the Kubernetes resources of a folder of compiled mixins, for `kubectl apply -k`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import yaml

from mixwright.backends.artifact import Artifact

PATH = "kustomization.yaml"
_FOLDER = re.compile(r"(^|/)kubernetes/[^/]+\.yaml$")


def kustomization(paths: Iterable[str]) -> Iterator[Artifact]:
    """Yield `kustomization.yaml`, which lists the resources among files below it, unless there are none."""
    resources = sorted(path for path in paths if _FOLDER.search(path))
    if not resources:
        return
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }
    text = yaml.safe_dump(content, sort_keys=False, width=2**31)
    yield Artifact(PATH, f"# A kustomize base. Compiled by mixwright.\n{text}".encode())
