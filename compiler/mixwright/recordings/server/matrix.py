"""The `matrix` that Prometheus' query API answers with, read as from somebody who is not to be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NoReturn

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Times, Values
from mixwright.recordings.server.client import Client
from mixwright.values import Labels

WHOLE: Final = (
    ("partial_response", "false"),
    ("max_source_resolution", "0s"),
    ("deny_partial_response", "1"),
)
"""What Thanos and VictoriaMetrics are asked beside: to fail rather than to leave something out, and for raw samples."""

NORMAL_NAN: Final = np.array([0x7FF8000000000001], np.uint64).view(np.float64)[0]
"""The NaN that Prometheus makes of the text `NaN` (`model/value/value.go`)."""

_LATEST: Final = 1e12
"""Seconds; a later time is not told in whole milliseconds."""


@attrs.frozen(eq=False)
class Row:
    """A series of an answer: times in ms, floats, and whether it has native histograms too."""

    labels: Labels
    times: Times
    values: Values
    has_histograms: bool


def ask_matrix(client: Client, path: str, fields: list[tuple[str, str]]) -> Iterator[Row]:
    """Yield the series of an answer; a `RecordingError` when it is not as Prometheus' API answers."""

    def unexpected(what: str) -> NoReturn:
        raise RecordingError(
            f"`{client.server}/{path}` answers with {what}, not as Prometheus' API does"
        )

    data = client.data(path, [*fields, *WHOLE])
    if not isinstance(data, dict) or data.get("resultType") != "matrix":
        unexpected("no `matrix`")
    result = data.get("result")
    for series in result if isinstance(result, list) else ():
        labels = read_labels(series.get("metric") if isinstance(series, dict) else None)
        if labels is None:
            unexpected("a series without labels")
        points = series.get("values", [])
        try:
            seconds = np.array([time for time, _ in points], np.float64)
            values = np.array([float(value) for _, value in points], np.float64)
        except (TypeError, ValueError, OverflowError):
            unexpected("a sample that is not a pair of time and value")
        if not (np.abs(seconds) < _LATEST).all():
            unexpected("a time that there is not")
        values[np.isnan(values)] = NORMAL_NAN
        times = np.rint(seconds * 1000).astype(np.int64)
        yield Row(labels, times, values, bool(series.get("histograms")))


def read_labels(metric: Any) -> Labels | None:
    """Return a JSON object of texts as labels, or `None` when it is none."""
    if not isinstance(metric, dict) or not all(isinstance(v, str) for v in metric.values()):
        return None
    return Labels(metric)
