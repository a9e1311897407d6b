"""Frames of fields, and what a field is called where people read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs

from mixwright.preview.regex import javascript_regex

Type: TypeAlias = Literal["time", "number", "string", "boolean", "other"]
Matcher: TypeAlias = Callable[["Field", "Frame", Sequence["Frame"]], bool]

VALUE = "Value"


@attrs.frozen(eq=False)
class Field:
    """A column; `title` is what a definition calls it, `source_title` what the data source does."""

    name: str
    type: Type
    values: Sequence[Any]
    labels: Mapping[str, str] | None = None
    title: str = ""
    source_title: str = ""


@attrs.frozen(eq=False)
class Frame:
    """A table; all fields have the same number of values."""

    fields: tuple[Field, ...]
    query: str = ""
    name: str = ""

    def __len__(self) -> int:
        return len(self.fields[0].values) if self.fields else 0

    @property
    def time(self) -> Field | None:
        """The first field of times."""
        return next((field for field in self.fields if field.type == "time"), None)


def display_name(field: Field, frame: Frame | None = None, frames: Sequence[Frame] = ()) -> str:
    """Return what a field is called (`getFieldDisplayName`)."""
    if field.title:
        return field.title
    if frame is not None and field.source_title:
        return field.source_title
    if field.type == "time" and field.labels is None:
        return field.name or "Time"
    parts: list[str] = []
    named = labelled = False
    if frame is not None and frame.name and len({one.name for one in frames}) > 1:
        parts.append(frame.name)
        named = True
    if field.name and field.name != VALUE:
        parts.append(field.name)
    if field.labels is not None and frame is not None:
        single = _single_label(frames or (frame,))
        words = field.labels.get(single, "") if single else _written(field.labels)
        if words:
            parts.append(words)
            labelled = True
    if frame is not None and not named and not labelled and field.name == VALUE and frame.name:
        parts.append(frame.name)
    found = " ".join(parts) or field.name or VALUE
    return _unique(field, frame) if found == field.name else found


def _single_label(frames: Sequence[Frame]) -> str:
    """Return the only label that any field has, if there is just one."""
    names = {name for frame in frames for field in frame.fields for name in field.labels or ()}
    return names.pop() if len(names) == 1 else ""


def _written(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ", ".join(f'{name}="{labels[name]}"' for name in sorted(labels)) + "}"


def _unique(field: Field, frame: Frame | None) -> str:
    """Number fields of one name."""
    before, found = 0, False
    for other in frame.fields if frame is not None else ():
        if other is field:
            found = True
            if before:
                before += 1
                break
        elif other.name == field.name:
            before += 1
            if found:
                break
    return f"{field.name} {before}" if before else field.name


def by_names(names: Sequence[str]) -> Matcher:
    """Return a test for fields that have one of these names."""
    wanted = set(names)

    def matches(field: Field, frame: Frame, frames: Sequence[Frame]) -> bool:
        if field.name in wanted or display_name(field, frame, frames) in wanted:
            return True
        if VALUE in wanted:
            return field.labels is not None and field.labels.get("__name__") == field.name
        return bool(wanted & {"Time", "time"}) and field.type == "time"

    return matches


def by_pattern(pattern: str) -> Matcher:
    """Return a test for fields whose name matches a pattern."""
    expression = javascript_regex(pattern)

    def matches(field: Field, frame: Frame, frames: Sequence[Frame]) -> bool:
        return expression.search(display_name(field, frame, frames)) is not None

    return matches
