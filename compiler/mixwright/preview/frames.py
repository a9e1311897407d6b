"""Answers of queries as frames, as Grafana's Prometheus data source makes them, and frames as series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mixwright.frame import Matrix, Steps, Values
from mixwright.model import Panel
from mixwright.passes.tabulate import ref_ids
from mixwright.preview.series import Series, by_labels, lines
from mixwright.preview.transform import Field, Frame, display_name, transformed
from mixwright.values import METRIC_NAME, Labels


def tables(panel: Panel, answers: Sequence[Matrix], steps: Steps, now: int) -> tuple[Frame, ...]:
    """Return the frames of a panel that shows rows, after its transformations: of each query the values at the end."""
    frames: list[Frame] = []
    several = sum(query.format != "series" for query in panel.show) > 1
    series = _frames(panel, answers, steps)
    for name, query, matrix in zip(ref_ids(), panel.show, answers, strict=False):
        if query.format == "series":
            frames += [frame for frame in series if frame.query == name]
        else:
            frames.append(_table(matrix, name, f"Value #{name}" if several else "Value", now))
    return transformed([frame for frame in frames if frame.fields], panel.transformations)


def _table(matrix: Matrix, query: str, value: str, now: int) -> Frame:
    """Return one row for each series that has a value at the end."""
    rows = [row for row in range(len(matrix)) if matrix.present[row, -1]]
    rows.sort(key=lambda row: by_labels(matrix.labels[row]))
    labels = [matrix.labels[row] for row in rows]
    columns = dict.fromkeys(label for one in labels for label, _ in one.pairs)
    fields = (
        Field("Time", "time", [now] * len(rows)),
        *(Field(label, "string", [one.get(label, "") for one in labels]) for label in columns),
        Field(value, "number", [float(matrix.values[row, -1]) for row in rows]),
    )
    return Frame(fields if rows else (), query)


def changed_series(panel: Panel, answers: Sequence[Matrix], steps: Steps) -> list[Series]:
    """Return the series of a panel after its transformations: each field of numbers is one."""
    names = [name for name, _ in zip(ref_ids(), panel.show, strict=False)]
    found = transformed(_frames(panel, answers, steps), panel.transformations)
    return [one for frame in found for one in _series(frame, found, names, steps)]


def _frames(panel: Panel, answers: Sequence[Matrix], steps: Steps) -> list[Frame]:
    """Return a frame for each series, named by the letter of its query."""
    names = [name for name, _ in zip(ref_ids(), panel.show, strict=False)]
    return [
        Frame(
            (
                Field("Time", "time", [int(time) for time in _times(one, steps)]),
                Field("Value", "number", _plain(one.values), dict(one.labels.pairs), "", one.name),
            ),
            names[one.query],
            one.name,
        )
        for one in lines(panel.show, answers, panel)
    ]


def _times(one: Series, steps: Steps) -> Sequence[int]:
    return steps.times if len(one.values) > 1 else [steps.end]  # type: ignore[return-value]


def _plain(values: Values) -> list[float | None]:
    return [None if value != value else float(value) for value in values]


def _series(
    frame: Frame, frames: tuple[Frame, ...], names: list[str], steps: Steps
) -> Iterator[Series]:
    """Yield the fields of numbers; rows of a table, which have names, become a series each."""
    times = frame.time
    texts = [field for field in frame.fields if field.type == "string"]
    query = names.index(frame.query) if frame.query in names else 0
    for field in frame.fields:
        if field.type != "number":
            continue
        name = display_name(field, frame, frames)
        values = np.array([np.nan if one is None else one for one in field.values], dtype=float)
        if times is not None:
            aligned = np.full(len(steps), np.nan)
            for time, value in zip(times.values, values, strict=True):
                place = round((time - steps.start) / steps.step) if steps.step else 0
                if 0 <= place < len(aligned):
                    aligned[place] = value
            known = {
                key: value for key, value in (field.labels or {}).items() if key != METRIC_NAME
            }
            yield Series(name, Labels(known), aligned, query)
        elif texts:
            for row in range(len(values)):
                labels = {one.name: str(one.values[row]) for one in texts if one.values[row]}
                yield Series(
                    " ".join(labels.values()) or name, Labels(labels), values[row : row + 1], query
                )
        else:
            yield Series(name, Labels(field.labels or {}), values, query)
