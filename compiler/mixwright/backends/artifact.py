"""What a back end emits: files, as bytes, at paths below a mixin's output directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from mixwright.model import Mixin


@attrs.frozen
class Artifact:
    """One file; `path` is relative to `out/<mixin>/`, with forward slashes."""

    path: str
    content: bytes


@attrs.frozen
class Backend:
    """One output format: a function from a resolved mixin to its files.

    An `optional` one is emitted where a project asks for it by name.
    """

    name: str
    emit: Callable[[Mixin], Iterable[Artifact]]
    optional: bool = attrs.field(default=False, kw_only=True)
