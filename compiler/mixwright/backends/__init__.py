"""The back ends: each turns a resolved mixin into files of one format."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Collection

from mixwright.backends.artifact import Artifact, Backend
from mixwright.backends.manifest import manifest
from mixwright.errors import DefinitionError, MixwrightError
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


def emit(mixin: Mixin, outputs: Collection[str] = ()) -> tuple[Artifact, ...]:
    """Return all files of a resolved mixin, sorted by path, the manifest among them.

    `outputs` names the optional back ends that are wanted. Raises `MixwrightError` for one that there is not.
    """
    optional = {backend.name for backend in all_backends() if backend.optional}
    for name in outputs:
        if name not in optional:
            near = difflib.get_close_matches(name, optional, n=1)
            listed = ", ".join(f"`{one}`" for one in sorted(optional))
            hint = f"did you mean `{near[0]}`?" if near else f"there are {listed}"
            raise MixwrightError(f"`{name}` in `outputs` is no format that can be added; {hint}")
    artifacts: dict[str, Artifact] = {}
    for backend in all_backends():
        if backend.optional and backend.name not in outputs:
            continue
        for artifact in backend.emit(mixin):
            if artifact.path in artifacts:
                raise DefinitionError(
                    f"mixin `{mixin.name}` emits `{artifact.path}` twice; two things share a name",
                    mixin.origin,
                )
            artifacts[artifact.path] = artifact
    files = tuple(artifacts[path] for path in sorted(artifacts))
    return (*files, manifest(mixin, files))
