"""The target profile of a project, and the metric catalogue that goes with it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixwright.errors import MixwrightError

if TYPE_CHECKING:
    from mixwright.catalogue import Catalogue
    from mixwright.lint import Profile


def profile_of(root: Path, file: Path | None = None) -> Profile:
    """Return what `file` says, or else `[tool.mixwright.profile]` of the project's pyproject.toml.

    A file of its own holds the fields at its top, or under the same heading.
    """
    from mixwright.lint.profile import Profile, read_profile

    path = file or root / "pyproject.toml"
    if file is None and not path.is_file():
        return Profile()
    content = _toml(path)
    said = content.get("tool", {}).get("mixwright", {}).get("profile")
    if said is None:
        said = {} if file is None else content
    return read_profile(said, str(path))


def catalogue_for(profile: Profile, root: Path) -> Catalogue:
    """Return the package's catalogue with the profile's files, which lie relative to the project."""
    from mixwright.catalogue import Catalogue, read_catalogue, standard

    own = tuple(read_catalogue(root / file) for file in profile.catalogues)
    return Catalogue((*own, *standard().systems)) if own else standard()


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MixwrightError(f"`{path}` is not TOML: {error}") from error
