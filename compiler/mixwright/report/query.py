"""Answers of a query: as a table for people, and as Prometheus' HTTP API would give them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import attrs

from mixwright.frame import Matrix, Samples, Times, Values
from mixwright.gofloat import format_float
from mixwright.values import Labels

Kind: TypeAlias = Literal["scalar", "vector", "matrix", "string"]


@attrs.frozen(eq=False)
class Answer:
    """What a query yields: series with their points, or a string; `notes` are Prometheus' annotations."""

    kind: Kind
    series: tuple[tuple[Labels, Times, Values], ...] = ()
    text: str = ""
    time: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, kind: Kind, value: Matrix | Samples) -> Answer:
        """Return an answer from an evaluation; series without a point are left out."""
        if isinstance(value, Samples):
            return cls(kind, tuple(value))
        times = value.steps.times
        series = (
            (labels, times[present], values[present])
            for labels, values, present in zip(
                value.labels, value.values, value.present, strict=True
            )
            if present.any()
        )
        return cls(kind, tuple(series), notes=value.annotations)


def to_json(answer: Answer) -> str:
    """Return the body of `/api/v1/query` or `/api/v1/query_range`.

    Source: prometheus, `web/api/v1/api.go`.
    """
    result: Any
    match answer.kind:
        case "string":
            result = (_seconds(answer.time), answer.text)
        case "scalar":
            result = next(_points(*answer.series[0][1:]))
        case "vector":
            result = [
                {"metric": dict(labels), "value": next(_points(times, values))}
                for labels, times, values in answer.series
            ]
        case "matrix":
            result = [
                {"metric": dict(labels), "values": list(_points(times, values))}
                for labels, times, values in answer.series
            ]
    body: dict[str, Any] = {
        "status": "success",
        "data": {"resultType": answer.kind, "result": result},
    }
    for field, mark in (("warnings", "PromQL warning"), ("infos", "PromQL info")):
        if notes := [note for note in answer.notes if note.startswith(mark)]:
            body[field] = notes
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _points(times: Times, values: Values) -> Iterator[tuple[float, str]]:
    for time, value in zip(times.tolist(), values.tolist(), strict=True):
        yield _seconds(time), number(value)


def _seconds(ms: int) -> float:
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def number(value: float) -> str:
    """Return a float as Prometheus' API writes it: shortest digits, an exponent only when far from 1.

    Source: prometheus, `util/jsonutil/marshal.go#MarshalFloat`.
    """
    far = value != 0 and not 1e-6 <= abs(value) < 1e21
    return format_float(value, "e" if far else "f")


def to_table(answer: Answer) -> str:
    """Return series and values for a terminal: the value, or for several first, last, least and greatest."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if answer.kind == "string":
        return answer.text
    several = answer.kind == "matrix"
    table = Table(box=None, pad_edge=False)
    table.add_column("series", overflow="fold")
    for column in ("points", "first", "last", "min", "max") if several else ("value",):
        table.add_column(column, justify="right")
    for labels, _, values in answer.series:
        ends = (values[0], values[-1], values.min(), values.max())
        cells = [str(len(values)), *(f"{float(value):.6g}" for value in ends)]
        table.add_row(Text(str(labels)), *(cells if several else [number(float(values[0]))]))
    buffer = io.StringIO()
    console = Console(file=buffer, width=160)
    console.print(table if table.row_count else "no series")
    for note in answer.notes:
        console.print(Text(note))
    return buffer.getvalue().rstrip("\n")
