"""Answers of a query: as a table for people, and as Prometheus' HTTP API would give them."""

from __future__ import annotations

import io
import json
import math
from typing import Any

from mixwright.frame import Matrix


def to_json(matrix: Matrix, *, instant: bool, scalar: bool) -> str:
    """Return the body of `/api/v1/query` (instant) or `/api/v1/query_range`.

    Source: prometheus, `web/api/v1/api.go`, and `util/jsonutil` for how numbers are written.
    """
    if instant and scalar:
        result: Any = _points(matrix, 0)[0]
        kind = "scalar"
    elif instant:
        kind = "vector"
        result = [
            {"metric": dict(labels), "value": points[0]}
            for number, labels in enumerate(matrix.labels)
            if (points := _points(matrix, number))
        ]
    else:
        kind = "matrix"
        result = [
            {"metric": dict(labels), "values": points}
            for number, labels in enumerate(matrix.labels)
            if (points := _points(matrix, number))
        ]
    body: dict[str, Any] = {"status": "success", "data": {"resultType": kind, "result": result}}
    if matrix.annotations:
        body["warnings"] = list(matrix.annotations)
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _points(matrix: Matrix, number: int) -> list[tuple[float, str]]:
    present = matrix.present[number]
    return [
        (_seconds(int(time)), go_float(float(value)))
        for time, value in zip(
            matrix.steps.times[present], matrix.values[number][present], strict=True
        )
    ]


def _seconds(ms: int) -> float:
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def go_float(value: float) -> str:
    """Return a float as Go's `strconv.FormatFloat(v, 'f', -1, 64)` writes it: shortest, no exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    mantissa, exponent = text.split("e")
    sign, digits = ("-", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(exponent)
    number = whole + fraction
    if point <= 0:
        return f"{sign}0.{'0' * -point}{number}"
    return f"{sign}{number.ljust(point, '0')}"


def to_table(matrix: Matrix, *, instant: bool) -> str:
    """Return series and values for a terminal: the value, or for a range first, last, least and greatest."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("series", overflow="fold")
    for column in ("value",) if instant else ("points", "first", "last", "min", "max"):
        table.add_column(column, justify="right")
    for number, labels in enumerate(matrix.labels):
        values = matrix.values[number][matrix.present[number]]
        if not len(values):
            continue
        if instant:
            cells = [go_float(float(values[0]))]
        else:
            ends = (values[0], values[-1], values.min(), values.max())
            cells = [str(len(values)), *(f"{float(value):.6g}" for value in ends)]
        table.add_row(Text(str(labels)), *cells)
    buffer = io.StringIO()
    console = Console(file=buffer, width=160 if not instant else None)
    if table.row_count:
        console.print(table)
    else:
        console.print("no series")
    for note in matrix.annotations:
        console.print(Text(note))
    return buffer.getvalue().rstrip("\n")
