"""A new user's repository: one dashboard tree, one alert, CI, and a Grafana and Prometheus to look at them."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from mixwright.errors import MixwrightError
from mixwright.folders import put_file

_RENAMED = {
    "github/workflow.yaml": ".github/workflows/mixwright.yaml",
    "gitignore": ".gitignore",
    "gitlab-ci.yml": ".gitlab-ci.yml",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
}
"""Files whose names in the package must not mean anything to the tools that package it."""


def lay_out(directory: Path) -> tuple[str, ...]:
    """Write the project into `directory` and return its files; refuse to overwrite anything.

    Raises `MixwrightError` when a file is there already; nothing is written then.
    """
    content = dict(_template())
    for path in content:
        if (directory / path).exists():
            raise MixwrightError(
                f"`{directory / path}` is there already; "
                "lay a project out in an empty directory, or move that file away"
            )
    for path, text in content.items():
        put_file(directory / path, text.encode())
    return tuple(content)


def _template() -> list[tuple[str, str]]:
    """Return (path in the project, text) of every file, sorted."""
    found: list[tuple[str, str]] = []

    def collect(folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                if entry.name != "__pycache__":
                    collect(entry, f"{path}/")
            else:
                text = entry.read_text(encoding="utf-8").replace("@VERSION@", version("mixwright"))
                found.append((_RENAMED.get(path, path), text))

    collect(files(__name__) / "template", "")
    return sorted(found)
