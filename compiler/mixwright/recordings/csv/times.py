"""Times as they are written in CSV files."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from mixwright.recordings.text import Lines

_UNITS: Final = {"seconds": 1e3, "milliseconds": 1.0, "microseconds": 1e-3, "nanoseconds": 1e-6}
_LARGEST: Final = (("seconds", 1e11), ("milliseconds", 1e14), ("microseconds", 1e17))
"""Beyond the year 5000 a number counts something smaller."""

Reader = Callable[[str], int]
"""From what is written to milliseconds since the epoch; a `ValueError` or `OverflowError` when that is no time."""


def time_reader(form: str, timezone: str, first: str, lines: Lines) -> Reader:
    """Return how to read times in the format `form`; if that is empty, in the one that `first` is in."""
    if not form:
        form = _told_from(first)
    if form in _UNITS:
        scale = _UNITS[form]
        return lambda text: _of_64_bits(_scaled(text, scale))
    zone = _zone(timezone, lines)
    if form == "iso":
        return lambda text: _milliseconds(datetime.fromisoformat(text), zone)
    return lambda text: _milliseconds(datetime.strptime(text, form), zone)


def _told_from(first: str) -> str:
    try:
        number = abs(float(first))
    except ValueError:
        return "iso"
    return next((unit for unit, largest in _LARGEST if number < largest), "nanoseconds")


def _scaled(text: str, scale: float) -> int:
    try:
        # A float has too few digits for nanoseconds.
        return int(text) * int(scale) if scale >= 1 else int(text) // round(1 / scale)
    except ValueError:
        number = float(text)
        if not math.isfinite(number):
            raise
        return round(number * scale)


def _of_64_bits(ms: int) -> int:
    if abs(ms) >> 62:
        raise OverflowError
    return ms


def _milliseconds(moment: datetime, zone: tzinfo) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)


def _zone(name: str, lines: Lines) -> tzinfo:
    if not name:
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        lines.fail(f"is read in the time zone `{name}`, which is not known here")
