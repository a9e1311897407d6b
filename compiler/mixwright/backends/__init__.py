"""The back ends: each turns a resolved mixin into files of one format."""

from __future__ import annotations

import importlib
import pkgutil

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.manifest import manifest
from mixwright.errors import DefinitionError
from mixwright.model import Mixin

__all__ = ["Artifact", "Backend", "all_backends", "emit"]


def all_backends() -> tuple[Backend, ...]:
    """Return every module's `BACKEND` in this folder, sorted by name."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    found = (getattr(module, "BACKEND", None) for module in modules)
    return tuple(
        sorted((b for b in found if isinstance(b, Backend)), key=lambda backend: backend.name)
    )


def emit(mixin: Mixin) -> tuple[Artifact, ...]:
    """Return all files of a resolved mixin, sorted by path, the manifest among them."""
    artifacts: dict[str, Artifact] = {}
    for backend in all_backends():
        for artifact in backend.emit(mixin):
            if artifact.path in artifacts:
                raise DefinitionError(
                    f"mixin `{mixin.name}` emits `{artifact.path}` twice; two things share a name",
                    mixin.origin,
                )
            artifacts[artifact.path] = artifact
    files = tuple(artifacts[path] for path in sorted(artifacts))
    return (*files, manifest(mixin, files))
