"""A standard or installed mixin → a module of the project that adapts it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import attrs

from mixwright.driver.lock import read_lock, write_lock
from mixwright.errors import MixwrightError
from mixwright.folders import put_file
from mixwright.loader import load, module_of, own_names


def add(root: Path, name: str) -> Path:
    """Write `mixins/<name>.py`, which takes a mixin from elsewhere, pin its version, and return the file.

    Raises `MixwrightError` when the project has the mixin or the file already, or nobody has the mixin.
    """
    file = root / "mixins" / f"{name.replace('-', '_')}.py"
    if file.exists() or name in own_names(root):
        raise MixwrightError(f"the project has a mixin `{name}` already; change `{file}`")
    (mixin,) = load(root, (name,))
    put_file(file, "".join(f"{line}\n" for line in _lines(name, module_of(name))).encode())
    write_lock(root, read_lock(root) | {name: mixin.version})
    return file


def _lines(name: str, module: str) -> Iterator[str]:
    package, _, called = module.rpartition(".")
    word = name.replace("-", "_")
    yield f'"""The mixin `{name}`, as it is here."""'
    yield ""
    yield f"from {package} import {word}" if called == word else f"import {module} as {word}"
    yield ""
    config = _config(importlib.import_module(module))
    if config is None:
        yield f"MIXIN = {word}.MIXIN"
        return
    yield f"# What may be set, with what holds otherwise; `{word}.Config` says what each of them means."
    yield f"MIXIN = {word}.mixin("
    yield f"    {word}.Config("
    for field in attrs.fields(config):
        default = field.default
        shown = repr(default) if isinstance(default, str | float | int | tuple) else "…"
        yield f"        # {field.name}={shown},"
    yield "    )"
    yield ")"


def _config(module: ModuleType) -> type[attrs.AttrsInstance] | None:
    """Return the class of what may be set, if the mixin has one."""
    config = getattr(module, "Config", None)
    adaptable = callable(getattr(module, "mixin", None))
    return config if adaptable and isinstance(config, type) and attrs.has(config) else None
