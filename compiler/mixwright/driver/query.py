"""One expression over a recording → its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixwright.driver.project import opened
from mixwright.errors import EvaluationError, MixwrightError, RecordingError
from mixwright.values import Duration, utc

if TYPE_CHECKING:
    from mixwright.recordings import Location
    from mixwright.report.query import Answer, Kind


def query(
    recording: Location,
    expression: str,
    *,
    start: int | None,
    end: int | None,
    step: int,
    memory: int | None = None,
) -> Answer:
    """Evaluate one expression: at `start` when `end` is `None`, else over the range; times in ms.

    Without `start`, at the recording's last sample. With `memory`, the most bytes that the process
    may take, a range is evaluated shard by shard. Raises `EvaluationError` with a caret under the part that
    fails.
    """
    from mixwright.engine import Options, evaluate_each, evaluate_range_vector
    from mixwright.frame import Steps
    from mixwright.promql import String, ValueType, parse, pointed, type_of
    from mixwright.report.query import Answer

    expr = parse(expression)
    with opened(recording, start=start, end=end or start) as source:
        time, end = _covered(recording, source.span(), start, end)
        instant = end is None
        match type_of(expr):
            case ValueType.STRING if instant and isinstance(expr, String):
                return Answer("string", text=expr.value, time=time)
            case ValueType.MATRIX if instant:
                return Answer.of("matrix", evaluate_range_vector(expr, source, time))
            case ValueType.SCALAR if instant:
                kind: Kind = "scalar"
            case _:
                kind = "vector" if instant else "matrix"
        steps = Steps.instant(time) if end is None else Steps(time, end, step)
        (matrix,) = evaluate_each((expr,), source, steps, options=Options(memory=memory))
    if isinstance(matrix, EvaluationError):
        raise type(matrix)(pointed(matrix, expr))
    return Answer.of(kind, matrix)


def _covered(
    recording: Location, span: tuple[int, int] | None, start: int | None, end: int | None
) -> tuple[int, int | None]:
    """Return the times asked for, the last sample by default; refuse what the recording does not cover."""
    if span is None:
        raise RecordingError(f"`{recording}` has no samples")
    time = span[1] if start is None else start
    last = time if end is None else end
    if last < time:
        raise MixwrightError(f"the range ends before it starts: {utc(time)} … {utc(last)}")
    if last < span[0] or time > span[1] + Duration.parse("5m").ms:
        raise RecordingError(
            f"`{recording}` has samples from {utc(span[0])} to {utc(span[1])}, "
            f"none of which is seen from {utc(time)} to {utc(last)}"
        )
    return time, end
