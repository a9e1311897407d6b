"""Go's values as templates see them, in Python: which Go type each has, and which of them are true.

A Go `float64`, `int`, `string` and `bool` is a Python float, int, str and bool; no value at all
(Go's zero `reflect.Value`) is `None`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import attrs

GoValue: TypeAlias = Any
"""A float, int, str, bool, `None` or one of the classes below."""


class StringMap(dict[str, str]):
    """A `map[string]string`: a key that is not there has the value `""`."""


@attrs.frozen
class GoHistogram:
    """A `*histogram.FloatHistogram`, with its text and those of its fields that templates may show."""

    text: str
    count: float
    sum: float
    zero_count: float
    zero_threshold: float

    def __str__(self) -> str:
        """Return the histogram as Prometheus prints it."""
        return self.text


TemplateValue: TypeAlias = float | GoHistogram
"""The value of a sample."""


@attrs.frozen
class Sample:
    """One element of a query's result: its `.Labels` and its `.Value`."""

    labels: StringMap
    value: TemplateValue


class QueryResult(list[Sample]):
    """What the template function `query` returns."""


@attrs.frozen
class AlertData:
    """What `.` is in a rule's template; `$labels` and its like are read from here."""

    labels: StringMap
    external_labels: StringMap
    external_url: str
    value: GoValue


@attrs.frozen
class GoDuration:
    """A `time.Duration`, in nanoseconds."""

    nanoseconds: int

    def __str__(self) -> str:
        """Return the duration as Go prints it: `1h2m0.01s`."""
        n = abs(self.nanoseconds)
        sign = "-" if self.nanoseconds < 0 else ""
        if n == 0:
            return "0s"
        for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
            if n < size * 1_000:
                return f"{sign}{_decimal(n, size)}{unit}"
        minutes, rest = divmod(n, 60_000_000_000)
        hours, minutes = divmod(minutes, 60)
        text = f"{_decimal(rest, 1_000_000_000)}s"
        if hours:
            return f"{sign}{hours}h{minutes}m{text}"
        return f"{sign}{minutes}m{text}" if minutes else f"{sign}{text}"


def _decimal(number: int, unit: int) -> str:
    whole, rest = divmod(number, unit)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)


@attrs.frozen
class GoTime:
    """A `time.Time` in UTC, in nanoseconds since the epoch."""

    nanoseconds: int

    @property
    def date(self) -> datetime:
        """The time to the second."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=self.nanoseconds // 10**9)

    def __str__(self) -> str:
        """Return the time as Go prints it: `2015-06-23 13:19:44.128 +0000 UTC`."""
        fraction = self.nanoseconds % 10**9
        tail = f".{fraction:09d}".rstrip("0") if fraction else ""
        return f"{self.date:%Y-%m-%d %H:%M:%S}{tail} +0000 UTC"


_ALERT_DATA = (
    "struct { Labels map[string]string; ExternalLabels map[string]string; "
    "ExternalURL string; Value interface {} }"
)


def type_name(value: GoValue) -> str:
    """Return the name of the Go type that a value has."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float64"
        case str():
            return "string"
        case StringMap():
            return "map[string]string"
        case dict():
            return "map[string]interface {}"
        case QueryResult():
            return "template.queryResult"
        case Sample():
            return "*template.sample"
        case GoTime():
            return "*time.Time"
        case GoDuration():
            return "*time.Duration"
        case GoHistogram():
            return "*histogram.FloatHistogram"
        case AlertData():
            return _ALERT_DATA
    return "<nil>"


def is_true(value: GoValue) -> bool:
    """Tell whether `if` takes a value as true: not zero, not empty, not nil."""
    match value:
        case None:
            return False
        case bool() | int() | float():
            return value != 0
        case str() | dict() | list():
            return len(value) > 0
    return True
