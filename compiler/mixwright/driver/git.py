"""What git knows of a project."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mixwright.errors import MixwrightError


def git(folder: Path, *words: str) -> bytes:
    """Return what git answers in a folder; raises `MixwrightError` with its last line."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True)
    except FileNotFoundError as error:
        raise MixwrightError("earlier revisions need git, which is not there") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise MixwrightError(f"git cannot tell: {' '.join(reason)}") from error
    return done.stdout
