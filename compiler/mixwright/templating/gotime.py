"""The methods of Go's times and durations that templates call: `(toTime $value).Format "15:04"`.

Source: Go's `time/format.go`. All times are in UTC, so zones print as `UTC`, `Z` or `+0000`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mixwright.templating.gotypes import GoDuration, GoTime, GoValue

_LAYOUT = re.compile(
    r"January|Jan|Monday|Mon|MST|2006|[,.](?:0+|9+)(?!\d)|Z07:00:00|Z070000|Z07:00|Z0700|Z07"
    r"|-07:00:00|-070000|-07:00|-0700|-07|002|01|02|03|04|05|06|15|PM|pm|__2|_2|1|2|3|4|5"
)


def _format(time: GoTime, layout: str) -> str:
    """Return the time in a layout that is written as the reference time would be."""
    date = time.date
    fraction = f"{time.nanoseconds % 10**9:09d}"
    twelve = str(date.hour % 12 or 12)
    known = {
        "January": f"{date:%B}",
        "Jan": f"{date:%b}",
        "Monday": f"{date:%A}",
        "Mon": f"{date:%a}",
        "MST": "UTC",
        "2006": f"{date.year:04d}",
        "06": f"{date:%y}",
        "01": f"{date:%m}",
        "1": str(date.month),
        "02": f"{date:%d}",
        "_2": f"{date.day:2d}",
        "2": str(date.day),
        "002": f"{date:%j}",
        "__2": f"{date.timetuple().tm_yday:3d}",
        "15": f"{date:%H}",
        "03": twelve.zfill(2),
        "3": twelve,
        "04": f"{date:%M}",
        "4": str(date.minute),
        "05": f"{date:%S}",
        "5": str(date.second),
        "PM": f"{date:%p}",
        "pm": f"{date:%p}".lower(),
    }

    def part(match: re.Match[str]) -> str:
        text = match.group()
        if text in known:
            return known[text]
        if text[0] in ",.":
            digits = fraction[: len(text) - 1]
            if text[1] == "9":
                digits = digits.rstrip("0")
            return text[0] + digits if digits else ""
        if text[0] == "Z":
            return "Z"
        return "+" + re.sub(r"\d", "0", text[1:])

    return _LAYOUT.sub(part, layout)


METHODS: dict[tuple[type, str], Callable[..., GoValue]] = {
    (GoTime, "Format"): _format,
    (GoTime, "String"): str,
    (GoTime, "UTC"): lambda time: time,
    (GoTime, "Unix"): lambda time: time.nanoseconds // 10**9,
    (GoTime, "UnixMilli"): lambda time: time.nanoseconds // 10**6,
    (GoTime, "Year"): lambda time: time.date.year,
    (GoTime, "Day"): lambda time: time.date.day,
    (GoTime, "Hour"): lambda time: time.date.hour,
    (GoTime, "Minute"): lambda time: time.date.minute,
    (GoTime, "Second"): lambda time: time.date.second,
    (GoTime, "YearDay"): lambda time: time.date.timetuple().tm_yday,
    (GoDuration, "String"): str,
    (GoDuration, "Seconds"): lambda span: span.nanoseconds / 1e9,
    (GoDuration, "Minutes"): lambda span: span.nanoseconds / 6e10,
    (GoDuration, "Hours"): lambda span: span.nanoseconds / 3.6e12,
    (GoDuration, "Milliseconds"): lambda span: int(span.nanoseconds / 1e6),
}
"""What may be called on a time or a duration, by type and name."""
