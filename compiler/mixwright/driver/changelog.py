"""A mixin's changelog: what every release of it changed, and the digest of the files that were released."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from mixwright.errors import MixwrightError
from mixwright.folders import put_file
from mixwright.values import version_numbers

FOLDER = "changelogs"
_UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_DIGEST = re.compile(r"^digest `([0-9a-f]{64})`$", re.MULTILINE)


@attrs.frozen
class Changelog:
    """The text of `changelogs/<mixin>.md`, and the digests in it by version.

    Below `## Unreleased` people may write what the next release should say; the rest is written by releases.
    """

    file: Path
    text: str
    released: Mapping[str, str]

    @property
    def latest(self) -> str:
        """The newest version that has been released; empty before the first."""
        return max(self.released, key=version_numbers, default="")

    def release(self, version: str, digest: str, lines: Sequence[str]) -> None:
        """Write a release on top, with what people wrote about it."""
        head, *sections = re.split(r"^(?=## )", self.text, flags=re.MULTILINE)
        notes = ""
        if sections and _title(sections[0]) == _UNRELEASED:
            notes = sections.pop(0).partition("\n")[2].strip()
        parts = (notes, "\n".join(f"- {line}" for line in lines), f"digest `{digest}`")
        entry = "\n\n".join((f"## {version}", *filter(None, parts)))
        text = "\n\n".join((head.strip(), entry, *(section.strip() for section in sections)))
        put_file(self.file, f"{text}\n".encode())


def read_changelog(root: Path, mixin: str) -> Changelog:
    """Return the changelog of a project's mixin; one that is not there yet is only its heading."""
    file = root / FOLDER / f"{mixin}.md"
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Changelog(file, f"# {mixin}\n", {})
    except (OSError, UnicodeDecodeError) as error:
        raise MixwrightError(f"`{file}` cannot be read: {error}") from error
    released = {}
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if (title := _title(section)) and (digest := _DIGEST.search(section)):
            released[title] = digest[1]
    return Changelog(file, text, released)


def _title(section: str) -> str:
    heading = _HEADING.match(section)
    return "" if heading is None else heading[1].strip("[]")
