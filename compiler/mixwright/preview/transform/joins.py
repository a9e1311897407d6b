"""Tables made of several: rows that agree merged, or frames put beside each other by one field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from mixwright.preview.transform.frame import VALUE, Field, Frame, Matcher, by_names

Rows = list[dict[str, Any]]


def merged(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Return one frame whose rows agree in the fields that all frames have (`merge`)."""
    if len(frames) <= 1:
        return tuple(frames)
    data = [frame for frame in frames if frame.fields]
    if not data:
        return (frames[0],)
    columns: dict[str, Field] = {}
    for frame in data:
        for field in frame.fields:
            columns.setdefault(field.name, field)
    inside = [{field.name: field for field in frame.fields} for frame in data]
    keys = [name for name in inside[-1] if all(name in one for one in inside)]
    if not keys:
        return tuple(frames)
    by_key: dict[str, Rows] = {}
    order: list[tuple[str, int]] = []
    for frame, fields in zip(data, inside, strict=True):
        for number in range(len(frame)):
            row = {name: field.values[number] for name, field in fields.items()}
            # As texts one after the other, as JavaScript adds them up.
            key = "".join(_text(fields[name].values[number]) for name in keys)
            rows = by_key.setdefault(key, [])
            fitting = [n for n, known in enumerate(rows) if _fits(known, row)]
            for n in fitting:
                rows[n] = {**rows[n], **row}
            if not fitting:
                rows.append(row)
                order.append((key, len(rows) - 1))
    found = [by_key[key][number] for key, number in order]
    fields_found = tuple(
        Field(name, field.type, [row.get(name) for row in found], None, "", field.source_title)
        for name, field in columns.items()
    )
    return (Frame(fields_found, "merge-" + "-".join(frame.query for frame in data)),)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    return f"{int(value)}" if isinstance(value, float) and value.is_integer() else str(value)


def _fits(known: dict[str, Any], row: dict[str, Any]) -> bool:
    """Tell whether a row says nothing else than one that is there."""
    return all(known.get(name) is None or known[name] == value for name, value in row.items())


def joined(frames: Sequence[Frame], field: str, mode: str) -> tuple[Frame, ...]:
    """Return the frames side by side where a field is the same (`joinByField`); by time without a field."""
    if len(frames) <= 1:
        return tuple(frames)
    matches = by_names((field,)) if field else _first_time(frames)
    tables: list[list[Sequence[Any]]] = []
    columns: list[Field] = []
    dropped = False
    for frame in frames:
        key = next((one for one in frame.fields if matches(one, frame, frames)), None)
        if key is None:
            dropped = True
            continue
        others = [_named(one, frame) for one in frame.fields if one is not key]
        columns += [*([] if columns else [key]), *others]
        tables.append([key.values, *(one.values for one in others)])
    query = "joinByField-" + "-".join(frame.query for frame in frames)
    if not tables or (dropped and mode == "inner"):
        return (Frame(tuple(attrs.evolve(one, values=[]) for one in columns), query),)
    values = _outer(tables) if mode == "outer" else _tabular(tables, outer=mode == "outerTabular")
    pairs = zip(columns, values, strict=True)
    return (Frame(tuple(attrs.evolve(one, values=column) for one, column in pairs), query),)


def _first_time(frames: Sequence[Frame]) -> Matcher:
    if frames[0].time is None:
        numbers = [field.name for field in frames[0].fields if field.type == "number"]
        return by_names(numbers[:1])
    return lambda field, frame, _frames: field is frame.time


def _named(field: Field, frame: Frame) -> Field:
    """Return a field that still says of which frame it is."""
    labels = dict(field.labels or {})
    if not frame.name:
        return attrs.evolve(field, labels=labels)
    if field.name == VALUE:
        return attrs.evolve(field, name=frame.name, labels=labels)
    return attrs.evolve(field, labels={"name": frame.name, **labels})


def _outer(tables: Sequence[Sequence[Sequence[Any]]]) -> list[list[Any]]:
    """Return all columns by the keys that any table has; of two rows of one key the later counts."""
    first = tables[0][0]
    if all(list(table[0]) == list(first) for table in tables):
        columns = [list(first), *(list(column) for table in tables for column in table[1:])]
        if all(isinstance(key, int | float) for key in first):
            order = sorted(range(len(first)), key=lambda row: first[row])
            columns = [[column[row] for row in order] for column in columns]
        return columns
    keys = list(dict.fromkeys(key for table in tables for key in table[0]))
    if all(isinstance(key, int | float) for key in keys):
        keys.sort()
    place = {key: number for number, key in enumerate(keys)}
    columns = [keys]
    for table in tables:
        for column in table[1:]:
            values: list[Any] = [None] * len(keys)
            for key, value in zip(table[0], column, strict=True):
                values[place[key]] = value
            columns.append(values)
    return columns


def _tabular(tables: Sequence[Sequence[Sequence[Any]]], *, outer: bool) -> list[list[Any]]:
    """Return all pairs of rows with the same key, and with `outer` the rows that have no other."""
    left = [list(column) for column in tables[0]]
    for right in tables[1:]:
        rows: dict[Any, list[int]] = {}
        for number, key in enumerate(right[0]):
            rows.setdefault(key, []).append(number)
        pairs: list[tuple[int | None, int | None]] = []
        alone: list[tuple[int | None, int | None]] = []
        matched = set()
        for number, key in enumerate(left[0]):
            if key is not None and key in rows:
                pairs += [(number, other) for other in rows[key]]
                matched.add(key)
            else:
                alone.append((number, None))
        if outer:
            pairs += alone
            # Grafana compares texts with numbers here: a number never counts as matched.
            loose = [key for key in rows if key not in matched or not isinstance(key, str)]
            pairs += [(None, other) for key in loose for other in rows[key]]
        columns = [[left[0][a] if a is not None else right[0][b or 0] for a, b in pairs]]
        columns += [[None if a is None else column[a] for a, _ in pairs] for column in left[1:]]
        columns += [[None if b is None else column[b] for _, b in pairs] for column in right[1:]]
        left = columns
    return left
