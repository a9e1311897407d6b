"""The lock file: the versions of the mixins that a project takes from elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from mixwright.errors import MixwrightError
from mixwright.folders import put_file
from mixwright.loader import load

FILE = "mixwright.lock"
_HEAD = "# The mixins taken from elsewhere; written by `mixwright add` and `mixwright upgrade`."


def read_lock(root: Path) -> dict[str, str]:
    """Return the pinned versions by mixin; none when there is no lock file."""
    file = root / FILE
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MixwrightError(f"`{file}` cannot be read: {error}") from error
    pins = content.get("mixins", {})
    if not isinstance(pins, dict) or not all(isinstance(pin, str) for pin in pins.values()):
        raise MixwrightError(f'`mixins` in `{file}` must be versions by name, `node = "0.1.0"`')
    return pins


def write_lock(root: Path, pins: Mapping[str, str]) -> None:
    """Pin versions by mixin."""
    lines = [f'{name} = "{pins[name]}"' for name in sorted(pins)]
    put_file(root / FILE, "\n".join((_HEAD, "[mixins]", *lines, "")).encode())


def check_lock(root: Path) -> None:
    """Raise `MixwrightError` for a mixin that is there in another version than the pinned one."""
    pins = read_lock(root)
    for mixin in load(root, tuple(pins)) if pins else ():
        if mixin.version != (pin := pins[mixin.name]):
            raise MixwrightError(
                f"mixin `{mixin.name}` is pinned to {pin} in `{FILE}`, {mixin.version} is installed; "
                "`mixwright upgrade` shows what that changes, and takes it"
            )
