"""Prose."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import checked
from mixwright.model.panels.look import Look


@attrs.frozen
class Text(Look):
    """What readers should know, as Markdown: `kind=panels.Text("# Read me")`."""

    kind: ClassVar[str] = "text"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "nothing"
    height: ClassVar[int] = 4

    content: str = ""
    mode: Literal["markdown", "html", "code"] = checked.choice("markdown", "html", "code")
    language: str = checked.choice(
        *("plaintext", "go", "html", "json", "markdown", "sql", "typescript", "xml", "yaml")
    )

    def __attrs_post_init__(self) -> None:
        """Ask for the text."""
        if not self.content:
            raise DefinitionError('a text panel needs a text: `kind=panels.Text("…")`', self.origin)
