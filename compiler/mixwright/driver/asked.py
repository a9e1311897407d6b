"""What words of the command line ask for: mixins by name, files and folders by path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.foreign import read_foreign
from mixwright.driver.project import resolved
from mixwright.errors import MixwrightError
from mixwright.model import Mixin

if TYPE_CHECKING:
    from mixwright.lint import ForeignMixin


@attrs.frozen
class Asked:
    """The mixins and the foreign files asked for, and the `others` of the project, which belong to it."""

    own: tuple[Mixin, ...]
    foreign: tuple[ForeignMixin, ...]
    others: tuple[Mixin, ...]


def asked_for(root: Path, words: Sequence[str]) -> Asked:
    """Return what is asked for: the project's mixins when there are no words, only files for paths."""
    paths = tuple(Path(word) for word in words if _is_path(word, root))
    names = tuple(word for word in words if not _is_path(word, root))
    foreign = read_foreign(paths)
    if paths and not names:
        return Asked((), foreign, ())
    own = resolved(root, names)
    project = resolved(root) if names and (root / "mixins").is_dir() else ()
    wanted = {mixin.name for mixin in own}
    return Asked(own, foreign, tuple(mixin for mixin in project if mixin.name not in wanted))


def _is_path(word: str, root: Path) -> bool:
    """Tell whether a word names a file or a folder; a mixin of this name comes first."""
    if (root / "mixins" / f"{word.replace('-', '_')}.py").is_file():
        return False
    path = Path(word)
    if path.exists():
        return True
    if "/" in word or path.suffix:
        raise MixwrightError(f"`{word}` is not there; name a mixin, a file or a folder")
    return False
