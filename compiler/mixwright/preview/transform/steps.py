"""Each transformation as a function from frames to frames."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import Any

import attrs

from mixwright.model import transformations as t
from mixwright.preview.regex import javascript_regex, replaced
from mixwright.preview.transform.calculations import calculated, result_type, title
from mixwright.preview.transform.frame import (
    Field,
    Frame,
    Matcher,
    Type,
    by_names,
    by_pattern,
    display_name,
)
from mixwright.preview.transform.joins import joined, merged

Frames = tuple[Frame, ...]

_NUMBER = re.compile(r"\s*-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?\s*")


def transformed(frames: Sequence[Frame], steps: Iterable[t.Transformation]) -> Frames:
    """Return frames after all steps; one that is not known here changes nothing."""
    found = tuple(frames)
    for step in steps:
        found = _after(found, step)
    return found


def _after(frames: Frames, step: t.Transformation) -> Frames:
    match step:
        case t.Organize():
            return _organized(frames, step)
        case t.Merge():
            return merged(frames)
        case t.JoinByField(field, mode=mode):
            return joined(frames, field, mode)
        case t.RenameByRegex():
            return tuple(_renamed(frame, step) for frame in frames)
        case t.GroupBy():
            return tuple(_grouped(frames, step))
        case t.FilterFields():
            keep = _matcher(step.names, step.pattern)
            drop = _matcher(step.exclude, step.exclude_pattern)
            return _filtered(frames, keep, drop)
        case t.Calculate():
            return _calculated(frames, step)
        case t.CalculateRow():
            return _row_calculated(frames, step)
        case t.Reduce(fields=True):
            return tuple(_reduced_fields(frames, step))
        case t.Reduce():
            return _reduced_rows(frames, step)
        case t.SortBy():
            return tuple(_sorted(frame, step) for frame in frames)
        case t.LabelsToFields():
            return tuple(
                _rows_of_labels(frames, step) if step.rows else _columns_of_labels(frames, step)
            )
        case t.OtherTransformation():
            return frames


def _organized(frames: Frames, step: t.Organize) -> Frames:
    kept = _filtered(frames, None, by_names(step.exclude) if step.exclude else None)
    place = {name: number for number, name in enumerate(step.order)}

    def order(field: Field, frame: Frame) -> int:
        return place.get(display_name(field, frame, kept), len(place))

    found = []
    for frame in kept:
        fields = tuple(sorted(frame.fields, key=lambda field: order(field, frame)))
        ordered = attrs.evolve(frame, fields=fields)
        names = [display_name(field, ordered) for field in fields]
        changed = (
            attrs.evolve(field, title=step.rename[name]) if step.rename.get(name) else field
            for field, name in zip(fields, names, strict=True)
        )
        found.append(attrs.evolve(frame, fields=tuple(changed)))
    return tuple(found)


def _matcher(names: Sequence[str], pattern: str) -> Matcher | None:
    """Return the test for what is named or matches, `None` when nothing is asked for."""
    if not names and not pattern:
        return None
    tests = [*([by_names(names)] if names else []), *([by_pattern(pattern)] if pattern else [])]
    return lambda field, frame, frames: any(test(field, frame, frames) for test in tests)


def _filtered(frames: Frames, keep: Matcher | None, drop: Matcher | None) -> Frames:
    """Return frames without some fields; a frame without any goes."""
    found = []
    for frame in frames:
        fields = tuple(
            field
            for field in frame.fields
            if not (drop and drop(field, frame, frames))
            and (keep is None or keep(field, frame, frames))
        )
        if fields:
            found.append(attrs.evolve(frame, fields=fields))
    return tuple(found)


def _renamed(frame: Frame, step: t.RenameByRegex) -> Frame:
    expression = javascript_regex(step.pattern)

    def renamed(field: Field) -> Field:
        name = display_name(field, frame)
        if not expression.search(name):
            return field
        return attrs.evolve(field, title=replaced(step.pattern, step.replacement, name))

    return attrs.evolve(frame, fields=tuple(map(renamed, frame.fields)))


def _grouped(frames: Frames, step: t.GroupBy) -> Iterable[Frame]:
    matches = by_names(step.by)
    for frame in frames:
        keys = [field for field in frame.fields if matches(field, frame, frames)]
        if not keys:
            continue
        rows: dict[tuple[Any, ...], list[int]] = {}
        for row in range(len(frame)):
            rows.setdefault(tuple(field.values[row] for field in keys), []).append(row)
        groups = list(rows.values())
        fields = [
            Field(
                field.name,
                field.type,
                [field.values[group[0]] for group in groups],
                title=field.title,
            )
            for field in keys
        ]
        for field in frame.fields:
            name = display_name(field)
            for calculation in step.calculate.get(name, step.calculate.get(field.name, ())):
                parts = (attrs.evolve(field, values=[field.values[n] for n in g]) for g in groups)
                values = [calculated(part, calculation) for part in parts]
                kind = result_type(calculation, field.type)
                fields.append(Field(f"{name} ({calculation})", kind, values))
        yield Frame(tuple(fields), frame.query)


def _calculated(frames: Frames, step: t.Calculate) -> Frames:
    if isinstance(step.right, str):
        frames = _as_columns(frames)
    found = []
    for frame in frames:
        left, right = (_operand(frame, side, frames) for side in (step.left, step.right))
        if left is None or right is None:
            found += [] if step.only else [frame]
            continue
        values = [_combined(step.operator, a, b) for a, b in zip(left, right, strict=True)]
        found.append(_added(frame, Field(step.name, "number", values, title=step.name), step.only))
    return tuple(found)


def _as_columns(frames: Frames) -> Frames:
    """Return series joined by time when all have the same (`ensureColumns`)."""
    names = {frame.time.name if frame.time else None for frame in frames}
    name = next(iter(names), None)
    return joined(frames, name, "outer") if len(frames) > 1 and len(names) == 1 and name else frames


def _operand(frame: Frame, side: str | float, frames: Frames) -> Sequence[Any] | None:
    if not isinstance(side, str):
        return [side] * len(frame)
    for field in frame.fields:
        if display_name(field, frame, frames) == side:
            return field.values
    return None


def _combined(operator: str, left: Any, right: Any) -> Any:
    """Return what JavaScript makes of two numbers: null counts as zero."""
    a, b = map(_as_number, (left, right))
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a)
    return a / b


def _as_number(value: Any) -> float:
    """Return what JavaScript takes a value for where it needs a number."""
    if value is None:
        return 0
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else math.nan


def _added(frame: Frame, field: Field, only: bool) -> Frame:
    times = (frame.time,) if frame.time is not None else ()
    return attrs.evolve(frame, fields=(*(times if only else frame.fields), field))


def _row_calculated(frames: Frames, step: t.CalculateRow) -> Frames:
    frames = _as_columns(frames)
    matches = by_names(step.fields)
    found = []
    for frame in frames:
        columns = [
            field.values
            for field in frame.fields
            if (matches(field, frame, frames) if step.fields else field.type == "number")
        ]
        rows = ([column[row] for column in columns] for row in range(len(frame)))
        values = [calculated(Field("", "number", row), step.calculation) for row in rows]
        found.append(_added(frame, Field(step.name, "number", values, title=step.name), step.only))
    return tuple(found)


def _reduced_fields(frames: Frames, step: t.Reduce) -> Iterable[Frame]:
    for frame in frames:
        fields = []
        for field in frame.fields:
            if field.type == "time":
                continue
            for calculation in step.calculations:
                labels = dict(field.labels or {})
                if len(step.calculations) > 1:
                    labels["reducer"] = title(calculation)
                kept = calculation in ("first", "firstNotNull", "last", "lastNotNull")
                kind: Type = field.type if kept else "number"
                value = calculated(field, calculation)
                fields.append(attrs.evolve(field, labels=labels, type=kind, values=[value]))
        if fields:
            yield attrs.evolve(frame, fields=tuple(fields))


def _reduced_rows(frames: Frames, step: t.Reduce) -> Frames:
    if not frames:
        return ()
    everywhere = (field.labels or {} for frame in frames for field in frame.fields)
    labels = tuple(dict.fromkeys(name for one in everywhere for name in one)) if step.labels else ()
    first, *others = ([*_summary(frame, frames, step, labels)] for frame in frames)
    columns = [list(field.values) for field in first]
    for fields in others:
        for column, here, field in zip(columns, first, fields, strict=True):
            # Where the values are of another type, Grafana drops them, and the column stays short.
            if here.type == field.type or column is columns[0]:
                column += field.values
    size = len(columns[0])
    padded = (column + [None] * (size - len(column)) for column in columns)
    fields_found = tuple(
        attrs.evolve(field, values=column) for field, column in zip(first, padded, strict=True)
    )
    return (Frame(fields_found, "reduce-" + "-".join(frame.query for frame in frames)),)


def _summary(
    frame: Frame, frames: Frames, step: t.Reduce, labels: tuple[str, ...]
) -> Iterable[Field]:
    """Yield the columns of a frame's fields, one row for each."""
    sources = [field for field in frame.fields if field.type != "time"]
    names = [field.name if step.labels else display_name(field, frame, frames) for field in sources]
    yield Field("Field", "string", names)
    for label in labels:
        yield Field(label, "string", [(field.labels or {}).get(label) for field in sources])
    for calculation in step.calculations:
        found = [calculated(field, calculation) for field in sources]
        # A percentile of nothing is `undefined`, which Grafana does not take for null.
        empty = None if re.fullmatch(r"p\d+", calculation) else math.nan
        numbers = [empty if value is None else value for value in found]
        yield Field(title(calculation), _guessed(numbers), numbers)


def _guessed(values: Sequence[Any]) -> Type:
    first = next((value for value in values if value is not None), None)
    match first:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "number" if _NUMBER.fullmatch(first) else "string"
    return "other"


def _sorted(frame: Frame, step: t.SortBy) -> Frame:
    field = next((one for one in frame.fields if display_name(one, frame) == step.field), None)
    if field is None:
        return frame
    values, sign = field.values, -1 if step.descending else 1
    compare = _by_text if field.type == "string" else _by_number

    def rows(left: int, right: int) -> int:
        return sign * compare(values[left], values[right])

    order = sorted(range(len(frame)), key=cmp_to_key(rows))
    fields = (attrs.evolve(one, values=[one.values[row] for row in order]) for one in frame.fields)
    return attrs.evolve(frame, fields=tuple(fields))


def _by_number(left: Any, right: Any) -> int:
    a, b = map(_as_number, (left, right))
    return -1 if a < b else 1 if a > b else 0


def _by_text(left: Any, right: Any) -> int:
    """Compare as people do, without case and accents; nothing comes after something."""
    if not left or not right:
        return bool(right) - bool(left)
    a, b = (_plain(str(one)) for one in (left, right))
    return -1 if a < b else 1 if a > b else 0


def _plain(text: str) -> list[tuple[int, str]]:
    """Return a text as collation ranks it: marks before digits before letters."""
    bare = (one for one in unicodedata.normalize("NFD", text.casefold()))
    kept = (one for one in bare if not unicodedata.combining(one))
    return [(2 if one.isalpha() else 1 if one.isdigit() else 0, one) for one in kept]


def _columns_of_labels(frames: Frames, step: t.LabelsToFields) -> Iterable[Frame]:
    for frame in frames:
        fields: list[Field] = []
        columns: dict[tuple[str, str], None] = {}
        for field in frame.fields:
            if field.labels is None:
                fields.append(field)
                continue
            kept = {k: v for k, v in field.labels.items() if not step.keep or k in step.keep}
            name = kept.pop(step.value_label, field.name)
            bare = attrs.evolve(field, name=name, title="", source_title="", labels=None)
            fields.append(bare)
            columns |= dict.fromkeys(kept.items())
        by_name = sorted(columns, key=lambda pair: [name for name, _ in columns].index(pair[0]))
        fields += [Field(name, "string", [value] * len(frame)) for name, value in by_name]
        yield attrs.evolve(frame, fields=tuple(fields))


def _rows_of_labels(frames: Frames, step: t.LabelsToFields) -> Iterable[Frame]:
    for frame in frames:
        for field in frame.fields:
            if field.labels is None:
                continue
            names = list(step.keep or field.labels)
            values = [field.labels.get(name) for name in names]
            if names:
                yield attrs.evolve(
                    frame,
                    name=display_name(field, frame, frames),
                    fields=(Field("label", "string", names), Field("value", "string", values)),
                )
