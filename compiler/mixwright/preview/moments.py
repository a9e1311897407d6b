"""Dates and durations in words and clocks, as Grafana's date units write them, in UTC.

Source: `dateTimeFormatters.ts` of `@grafana/data` 13.2 and the formats and thresholds of moment.js.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 8.64e15
"""The last millisecond of JavaScript's calendar."""
_ISO: Final = "YYYY-MM-DD HH:mm:ss"
_US: Final = "MM/DD/YYYY h:mm:ss a"
_LOCAL: Final = "MM/DD/YYYY, hh:mm:ss A"
DATES: Final[Mapping[str, tuple[str, str]]] = {
    "dateTimeAsIso": (_ISO, _ISO),
    "dateTimeAsIsoNoDateIfToday": (_ISO, "HH:mm:ss"),
    "dateTimeAsUS": (_US, _US),
    "dateTimeAsUSNoDateIfToday": (_US, "h:mm:ss a"),
    "dateTimeAsLocal": (_LOCAL, _LOCAL),
    "dateTimeAsLocalNoDateIfToday": (_LOCAL, "hh:mm:ss A"),
    "dateTimeAsSystem": (_ISO, _ISO),
    "dateTimeFromNow": ("", ""),
}
"""The pattern of each date unit, and the one for today."""

_TOKENS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "YYYY": lambda t: f"{t.year:04d}",
    "YY": lambda t: f"{t.year % 100:02d}",
    "MMMM": lambda t: t.strftime("%B"),
    "MMM": lambda t: t.strftime("%b"),
    "MM": lambda t: f"{t.month:02d}",
    "M": lambda t: str(t.month),
    "DD": lambda t: f"{t.day:02d}",
    "D": lambda t: str(t.day),
    "dddd": lambda t: t.strftime("%A"),
    "ddd": lambda t: t.strftime("%a"),
    "HH": lambda t: f"{t.hour:02d}",
    "H": lambda t: str(t.hour),
    "hh": lambda t: f"{t.hour % 12 or 12:02d}",
    "h": lambda t: str(t.hour % 12 or 12),
    "mm": lambda t: f"{t.minute:02d}",
    "m": lambda t: str(t.minute),
    "SSS": lambda t: f"{t.microsecond // 1000:03d}",
    "ss": lambda t: f"{t.second:02d}",
    "s": lambda t: str(t.second),
    "A": lambda t: "AM" if t.hour < 12 else "PM",
    "a": lambda t: "am" if t.hour < 12 else "pm",
}
_TOKEN: Final = re.compile(r"\[([^\]]*)\]|" + "|".join(_TOKENS))


def date(ms: float, unit: str, now: int) -> str:
    """Return a time in ms since the epoch in one of the date units."""
    if unit == "dateTimeFromNow":
        return from_now(ms, now)
    usual, today = DATES[unit]
    here, there = _moment(ms), _moment(now)
    same_day = here is not None and there is not None and here.date() == there.date()
    return pattern(ms, today if same_day else usual)


def pattern(ms: float, tokens: str) -> str:
    """Return a time in ms since the epoch in a moment.js pattern; names of months are English."""
    time = _moment(ms)
    if time is None:
        return "Invalid date"
    return _TOKEN.sub(
        lambda match: match[1] if match[1] is not None else _TOKENS[match[0]](time), tokens
    )


def _moment(ms: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=math.trunc(ms))
    except (OverflowError, ValueError):
        return None


_NEAR: Final = (
    (44.5, 1, "a few seconds", ""),
    (89.5, 60, "a minute", ""),
    (44.5 * 60, 60, "", "minutes"),
    (89.5 * 60, 3600, "an hour", ""),
    (21.5 * 3600, 3600, "", "hours"),
    (35.5 * 3600, 86400, "a day", ""),
    (25.5 * 86400, 86400, "", "days"),
    (45.5 * 86400, 2629746, "a month", ""),
    (319.5 * 86400, 2629746, "", "months"),
    (547.5 * 86400, 31556952, "a year", ""),
    (math.inf, 31556952, "", "years"),
)


def from_now(ms: float, now: int) -> str:
    """Return how long before or after `now` a time is, roughly: `3 hours ago`, `in a day`."""
    if not abs(ms) <= _LAST:
        return "Invalid date"
    distance = abs(ms - now) / 1000
    _, size, one, many = next(step for step in _NEAR if distance < step[0] or step[0] == math.inf)
    words = one or f"{math.floor(distance / size + 0.5)} {many}"
    return f"in {words}" if ms > now else f"{words} ago"


_WORDS: Final = (
    ("year", 31_536_000_000),
    ("month", 2_592_000_000),
    ("week", 604_800_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1_000),
    ("millisecond", 1),
)


def words(ms: float, more: int) -> str:
    """Return a duration by its largest unit and `more` smaller ones: `2 hours, 5 minutes`."""
    parts: list[str] = []
    for unit, size in _WORDS:
        if len(parts) > more:
            break
        count = math.floor(ms / size)
        if parts or count >= 1:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
            ms %= size
    return ", ".join(parts)


def hours(seconds: float) -> str:
    """Return a duration as `hh:mm:ss`."""
    whole = math.floor(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def days(seconds: float) -> str:
    """Return a duration as `d hh:mm:ss`, without the day below one."""
    whole = math.floor(seconds)
    return (f"{whole // 86400} d " if whole >= 86400 else "") + hours(whole % 86400)


def clock(ms: float, decimals: int | None) -> str:
    """Return a duration as `1h:02m:03s:004ms`, cut after `decimals` parts below the first."""
    if not math.isfinite(ms):
        return "Invalid date"
    whole = math.trunc(ms)
    parts = [
        f"{whole // 1000 % 60:02d}s",
        f"{whole % 1000:03d}ms",
    ]
    if ms < 1000:
        return parts[1]
    if ms >= 60_000:
        parts.insert(0, f"{whole // 60_000 % 60:02d}m")
    if ms >= 3_600_000:
        parts.insert(0, f"{whole // 3_600_000}h")
    return ":".join(parts if decimals is None else parts[: decimals + 1])
