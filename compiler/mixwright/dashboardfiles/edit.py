"""The smallest change of a dashboard's file: one field set, everything else left as it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import attrs

from mixwright.dashboardfiles.document import Place, Span, Steps, spans


@attrs.frozen(eq=False)
class Edit:
    """A field of an object that gets a value, whether it is there or not."""

    place: Place
    name: str
    value: Any

    def __str__(self) -> str:
        return f"`{self.name}`: `{json.dumps(self.value, ensure_ascii=False)}`"

    @property
    def file(self) -> str:
        """The JSON file to change; empty where the dashboard is inside something else."""
        return self.place.document.file if self.place.document.text else ""

    @property
    def steps(self) -> Steps:
        """Where in the file the object is."""
        return self.place.document.written(self.place.steps)


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return a JSON text with fields set; what is not changed keeps its characters.

    Edits of objects that are not in the text are left out.
    """
    places = spans(text)
    changes: list[tuple[Span, str]] = []
    for edit in edits:
        steps = edit.steps
        written = json.dumps(edit.value, ensure_ascii=False)
        if (*steps, edit.name) in places:
            changes.append((places[*steps, edit.name], written))
        elif steps in places:
            start = places[steps][0] + 1
            gap = re.match(r"\s*", text[start:])
            space = gap.group() if gap else ""
            field = f"{json.dumps(edit.name)}: {written}"
            # An object without fields needs no comma.
            empty = text[start + len(space)] == "}"
            changes.append(((start, start), f"{space}{field}{'' if empty else ','}"))
    for (start, end), new in sorted(changes, key=lambda change: change[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text
