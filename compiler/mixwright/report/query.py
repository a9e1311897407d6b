"""Answers of a query: as a table for people, and as Prometheus' HTTP API would give them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

import attrs

from mixwright.frame import Histogram, Matrix, Objects, Samples, Times, Values
from mixwright.gofloat import format_float
from mixwright.values import Labels

Kind: TypeAlias = Literal["scalar", "vector", "matrix", "string"]


@attrs.frozen(eq=False)
class Points:
    """A series with its points; `histograms` holds those that are native histograms, `None` at the others."""

    labels: Labels
    times: Times
    values: Values
    histograms: Objects | None = None

    def of_api(self) -> Iterator[tuple[str, tuple[float, object]]]:
        """Yield each point as the API gives it, after `value` or `histogram`."""
        objects = [None] * len(self.times) if self.histograms is None else self.histograms.tolist()
        for time, value, histogram in zip(
            self.times.tolist(), self.values.tolist(), objects, strict=True
        ):
            if histogram is None:
                yield "value", (_seconds(time), number(value))
            else:
                yield "histogram", (_seconds(time), _histogram(histogram))

    def text(self, place: int) -> str:
        """Return one of the points as a text."""
        histogram = None if self.histograms is None else self.histograms[place]
        return number(float(self.values[place])) if histogram is None else str(histogram)


@attrs.frozen(eq=False)
class Answer:
    """What a query yields: series with their points, or a string; `notes` are Prometheus' annotations."""

    kind: Kind
    series: tuple[Points, ...] = ()
    text: str = ""
    time: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, kind: Kind, value: Matrix | Samples) -> Answer:
        """Return an answer from an evaluation; series without a point are left out."""
        if isinstance(value, Samples):
            return cls(kind, tuple(_ragged(value)))
        times = value.steps.times
        series = (
            Points(
                labels,
                times[present],
                value.values[row][present],
                None if value.histograms is None else value.histograms[row][present],
            )
            for row, (labels, present) in enumerate(zip(value.labels, value.present, strict=True))
            if present.any()
        )
        return cls(kind, tuple(series), notes=value.annotations)


def _ragged(samples: Samples) -> Iterator[Points]:
    for row, (labels, times, values) in enumerate(samples):
        own = slice(samples.starts[row], samples.starts[row + 1])
        yield Points(
            labels,
            times,
            values,
            None if samples.histograms is None else samples.histograms[own],
        )


def to_json(answer: Answer) -> str:
    """Return the body of `/api/v1/query` or `/api/v1/query_range`.

    Source: prometheus, `web/api/v1/api.go`.
    """
    result: Any
    match answer.kind:
        case "string":
            result = (_seconds(answer.time), answer.text)
        case "scalar":
            ((_, result),) = answer.series[0].of_api()
        case "vector":
            result = [{"metric": dict(one.labels), **dict(one.of_api())} for one in answer.series]
        case "matrix":
            result = [_several(one) for one in answer.series]
    body: dict[str, Any] = {
        "status": "success",
        "data": {"resultType": answer.kind, "result": result},
    }
    for field, mark in (("warnings", "PromQL warning"), ("infos", "PromQL info")):
        if notes := [note for note in answer.notes if note.startswith(mark)]:
            body[field] = notes
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _several(series: Points) -> dict[str, object]:
    found: dict[str, object] = {"metric": dict(series.labels)}
    for kind in ("value", "histogram"):
        if points := [point for one, point in series.of_api() if one == kind]:
            found[f"{kind}s"] = points
    return found


def _histogram(histogram: Histogram) -> dict[str, object]:
    """Return a histogram as the API gives it; each bucket says first which of its bounds belong to it.

    Source: prometheus, `util/jsonutil/marshal.go#MarshalHistogram`.
    """
    found: dict[str, object] = {"count": number(histogram.count), "sum": number(histogram.sum)}
    buckets = [
        (
            _ENDS[bucket.lower_inclusive, bucket.upper_inclusive],
            number(bucket.lower),
            number(bucket.upper),
            number(bucket.count),
        )
        for bucket in histogram.buckets()
        if bucket.count
    ]
    return {**found, "buckets": buckets} if buckets else found


_ENDS: Final = {(False, True): 0, (True, False): 1, (False, False): 2, (True, True): 3}


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
    for series in answer.series:
        values = series.values
        if not several:
            cells = [series.text(0)]
        elif series.histograms is not None:
            cells = [str(len(values)), series.text(0), series.text(-1), "", ""]
        else:
            ends = (values[0], values[-1], values.min(), values.max())
            cells = [str(len(values)), *(f"{float(value):.6g}" for value in ends)]
        table.add_row(Text(str(series.labels)), *map(Text, cells))
    buffer = io.StringIO()
    console = Console(file=buffer, width=160)
    console.print(table if table.row_count else "no series")
    for note in answer.notes:
        console.print(Text(note))
    return buffer.getvalue().rstrip("\n")
