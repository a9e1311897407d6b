"""Times of day, days and months at which routes are muted or active.

Source: alertmanager, `timeinterval/timeinterval.go`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import attrs

from mixwright.errors import MixwrightError

Span = tuple[int, int]
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = tuple(name.lower() for name in calendar.month_name)
_TIME = re.compile(r"(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


@attrs.frozen(kw_only=True)
class TimeInterval:
    """Times that satisfy every part that is given; a part is satisfied by any of its ranges.

    `times` are minutes of a day, the last one excluded. The other ranges include both ends; weekdays
    count from Sunday = 0 and may wrap around the week, days of a month count backwards from -1.
    """

    times: tuple[Span, ...] | None = None
    weekdays: tuple[Span, ...] | None = None
    days: tuple[Span, ...] | None = None
    months: tuple[Span, ...] | None = None
    years: tuple[Span, ...] | None = None
    location: tzinfo = UTC

    def contains(self, time: int) -> bool:
        """Tell whether a time (ms) lies within."""
        moment = datetime.fromtimestamp(time / 1000, self.location)
        minute = moment.hour * 60 + moment.minute
        return (
            (self.times is None or any(start <= minute < end for start, end in self.times))
            and (self.days is None or any(_has_day(span, moment) for span in self.days))
            and _within(self.months, moment.month)
            and _has_weekday(self.weekdays, moment.isoweekday() % 7)
            and _within(self.years, moment.year)
        )


def _within(spans: Sequence[Span] | None, value: int) -> bool:
    return spans is None or any(first <= value <= last for first, last in spans)


def _has_weekday(spans: Sequence[Span] | None, day: int) -> bool:
    return spans is None or any(
        first <= day <= last if first <= last else day >= first or day <= last
        for first, last in spans
    )


def _has_day(span: Span, moment: datetime) -> bool:
    length = calendar.monthrange(moment.year, moment.month)[1]
    first, last = (day if day > 0 else length + day + 1 for day in span)
    return first <= length and max(first, -length) <= moment.day <= min(last, length)


def read_minute(text: str) -> int:
    """Return the minute of the day that `HH:MM` names."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise MixwrightError(f"`{text}` is not a time of day; write `09:30`, at most `24:00`")
    return 1440 if match[1] is None else int(match[1]) * 60 + int(match[2])


def read_weekdays(text: str) -> Span:
    """Return the range that `monday:friday` names."""
    return _range(text, lambda word: _named(word, WEEKDAYS, "a weekday such as `monday`"))


def read_months(text: str) -> Span:
    """Return the range that `march:may` or `3:5` names."""

    def month(word: str) -> int:
        number = int(word) if word.isdecimal() else _named(word, MONTHS, "a month")
        if not 1 <= number <= 12:
            raise MixwrightError(f"`{word}` is not a month; there are 12")
        return number

    return _in_order(text, _range(text, month))


def read_years(text: str) -> Span:
    """Return the range that `2026:2028` names."""
    return _in_order(text, _range(text, lambda word: _number(word, "a year")))


def read_days(text: str) -> Span:
    """Return the range that `1:5` or `-3:-1` names."""
    first, last = span = _range(text, lambda word: _number(word, "a day of the month"))
    if any(not 1 <= abs(day) <= 31 for day in span):
        raise MixwrightError(f"`{text}` must be days from 1 to 31, or from -31 to -1")
    if first < 0 < last:
        raise MixwrightError(f"`{text}` must end with a negative day, as it starts with one")
    # In February, the shortest month, a range must not be upside down either.
    _in_order(text, (first if first > 0 else 28 + first, last if last > 0 else 28 + last))
    return span


def read_location(text: str) -> tzinfo:
    """Return the time zone of a name such as `Europe/Berlin`."""
    try:
        return UTC if text in ("", "UTC") else ZoneInfo(text)
    except (ValueError, OSError, LookupError) as error:
        raise MixwrightError(
            f"`{text}` is not a time zone that this machine knows; write `Europe/Berlin`"
        ) from error


def _range(text: str, member: Callable[[str], int]) -> Span:
    words = text.lower().split(":")
    if len(words) > 2:
        raise MixwrightError(f"`{text}` is not a range; write `first:last`")
    return member(words[0]), member(words[-1])


def _named(word: str, names: Sequence[str], what: str) -> int:
    if word not in names or not word:
        raise MixwrightError(f"`{word}` is not {what}")
    return names.index(word)


def _number(word: str, what: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise MixwrightError(f"`{word}` is not {what}") from None


def _in_order(text: str, span: Span) -> Span:
    if span[0] > span[1]:
        raise MixwrightError(f"`{text}` ends before it starts")
    return span
