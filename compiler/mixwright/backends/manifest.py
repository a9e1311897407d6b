"""The manifest: a mixin's name and version, and a digest of every file that it emits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from mixwright.backends.artifact import Artifact
from mixwright.model import Alert, Mixin

PATH = "manifest.json"


def manifest(mixin: Mixin, artifacts: Sequence[Artifact]) -> Artifact:
    """Return `manifest.json`; `digest` covers all files, so equal digests mean equal output."""
    files = {artifact.path: _sha256(artifact.content) for artifact in artifacts}
    content = {
        "name": mixin.name,
        "version": mixin.version,
        "description": mixin.description,
        "digest": _sha256(json.dumps(files, sort_keys=True).encode()),
        "dashboards": {d.uid: d.title for d in mixin.all_dashboards()},
        "alerts": {alert.name: alert.severity.value for alert in mixin.alerts()},
        "recordings": sorted(
            rule.name for _, rule in mixin.all_rules() if not isinstance(rule, Alert)
        ),
        "files": files,
    }
    return Artifact(PATH, (json.dumps(content, indent=2, sort_keys=True) + "\n").encode())


def digest(files: Mapping[str, bytes]) -> str:
    """Return the digest that the manifest among files of a mixin states."""
    stated: str = json.loads(files[PATH])["digest"]
    return stated


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
