"""The functions that Prometheus adds to Go's templates.

Source: prometheus, `template/template.go`. `tmpl` is left out: only consoles have it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote_plus, urlsplit

import attrs

from mixwright.errors import MixwrightError
from mixwright.gofloat import format_float
from mixwright.templating.errors import TemplateError
from mixwright.templating.gofmt import quote
from mixwright.templating.gotypes import (
    GoDuration,
    GoTime,
    GoValue,
    QueryResult,
    Sample,
    StringMap,
    TemplateValue,
    type_name,
)
from mixwright.templating.signature import ANY, RESULT, SAMPLE, STRING, Callee, callee
from mixwright.values import Duration, Labels, search_regex

Query: TypeAlias = Callable[[str, int], Sequence[tuple[Labels, TemplateValue]]]
"""Evaluates PromQL text at a time in ms, to labels and values; raises `MixwrightError`."""

_INT64 = 2**63


def _no_query(text: str, _time: int) -> Sequence[tuple[Labels, float]]:
    raise MixwrightError(f"no recording to evaluate `{text}` on")


@attrs.frozen
class Surroundings:
    """What templates may ask for beside the alert: queries, and the server's labels and address."""

    query: Query = _no_query
    external_labels: Labels = Labels()
    external_url: str = ""


def functions(surroundings: Surroundings, time_ms: int) -> dict[str, Callee]:
    """Return the functions as they are at one evaluation time."""
    return {
        **_PURE,
        "query": callee(lambda text: _query(surroundings.query, text, time_ms), STRING),
        "now": callee(lambda: time_ms / 1000),
        "pathPrefix": callee(lambda: urlsplit(surroundings.external_url).path),
        "externalURL": callee(lambda: surroundings.external_url),
    }


def _query(query: Query, text: str, time_ms: int) -> QueryResult:
    return QueryResult(Sample(StringMap(labels), value) for labels, value in query(text, time_ms))


def _first(result: QueryResult | None) -> Sample:
    if not result:
        raise TemplateError("first() called on vector with no elements")
    return result[0]


def _label(name: str, sample: Sample | None) -> str:
    return _there(sample).labels.get(name, "")


def _there(sample: Sample | None) -> Sample:
    if sample is None:
        raise TemplateError("runtime error: invalid memory address or nil pointer dereference")
    return sample


def _sort_by_label(name: str, result: QueryResult | None) -> QueryResult:
    return QueryResult(sorted(result or (), key=lambda sample: sample.labels.get(name, "")))


def _arguments(*values: GoValue) -> dict[str, GoValue]:
    return {f"arg{number}": value for number, value in enumerate(values)}


def _match(pattern: str, text: str) -> bool:
    try:
        return search_regex(pattern).search(text) is not None
    except MixwrightError as error:
        raise TemplateError(_regex_error(error)) from None


def _replace_all(pattern: str, replacement: str, text: str) -> str:
    try:
        regex = search_regex(pattern)
    except MixwrightError as error:
        raise TemplateError(f"regexp: Compile(`{pattern}`): {_regex_error(error)}") from None
    pieces: list[str] = []
    pos = 0
    for match in regex.finditer(text):
        pieces += text[pos : match.start()], expand_groups(replacement, match)
        pos = match.end()
    return "".join(pieces) + text[pos:]


_GROUP = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def expand_groups(replacement: str, match: Any) -> str:
    """Return the replacement with `$1`, `$name` and `${name}` filled; `$1X` is the group named `1X`.

    Source: Go's `regexp.Regexp.Expand`.
    """
    groups = match.groupdict()

    def value(reference: re.Match[str]) -> str:
        name = reference.group(1) or reference.group(2)
        if name is None:
            return "$"
        if name.isdigit():
            number = int(name)
            return (match.group(number) or "") if number <= len(match.groups()) else ""
        return groups.get(name) or ""

    return _GROUP.sub(value, replacement)


_GO_SAYS = {
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
}
"""Where Go's regular expressions complain in other words than RE2."""


def _regex_error(error: MixwrightError) -> str:
    reason = (
        str(error).split(" is not an RE2 regular expression: ", 1)[-1].rsplit("; look-around", 1)[0]
    )
    what, _, where = reason.partition(": ")
    return f"error parsing regexp: {_GO_SAYS.get(what, what)}: `{where}`"


_WORD = re.compile(r"\w(?:\w|(?<=[^\W\d_])['.:·’](?=[^\W\d_])|(?<=\d)['.,;](?=\d))*")
_LETTER = re.compile(r"[^\W\d_]")


def _title(text: str) -> str:
    """Return the text with every word's first letter in title case; `don't`, `a.b` and `a_b` are one word."""

    def word(match: re.Match[str]) -> str:
        return _LETTER.sub(lambda letter: letter.group().title(), match.group(), count=1)

    return _WORD.sub(word, text)


def _link(tab: int) -> Callable[[str], str]:
    return lambda expr: f"/graph?g0.expr={quote_plus(expr)}&g0.tab={tab}"


def _host(address: str) -> tuple[str, str | None]:
    """Split off a port, as `net.SplitHostPort` does; `None` where there is none or one too many."""
    host, colon, port = address.rpartition(":")
    if host.startswith("["):
        if not host.endswith("]") or "]" in host[1:-1] or "[" in host[1:]:
            return address, None
        return host[1:-1], port
    if not colon or ":" in host or "[" in address or "]" in address:
        return address, None
    return host, port


def _strip_domain(address: str) -> str:
    host, port = _host(address)
    parts = host.split(".")
    is_ip = ":" in host or (len(parts) == 4 and all(p.isdigit() and int(p) < 256 for p in parts))
    if is_ip:
        return address
    return f"{parts[0]}:{port}" if port else parts[0]


def _number(value: GoValue) -> float:
    match value:
        case bool():
            pass
        case int() | float():
            return float(value)
        case str():
            return _parse_float(value)
        case GoDuration(nanoseconds):
            return nanoseconds / 1e9
    raise TemplateError(f"can't convert {type_name(value)} to float")


def _parse_float(text: str) -> float:
    digits = text.replace("_", "") if text.lower().startswith(("0x", "+0x", "-0x")) else text
    try:
        if "_" in digits or digits != digits.strip() or not digits.isascii():
            raise ValueError
        lower = digits.lower()
        value = float.fromhex(lower) if "0x" in lower and "p" in lower else float(digits)
    except ValueError:
        raise TemplateError(f"strconv.ParseFloat: parsing {quote(text)}: invalid syntax") from None
    except OverflowError:
        value = math.inf
    if math.isinf(value) and "inf" not in text.lower():
        raise TemplateError(f"strconv.ParseFloat: parsing {quote(text)}: value out of range")
    return value


def _short(value: float) -> str:
    return format_float(value, "g", 4)


def _scaled(value: float, prefixes: Sequence[str], factor: float) -> tuple[float, str]:
    """Divide by `factor` (or multiply, for one below 1) until the number reads well."""
    prefix = ""
    for prefix_ahead in prefixes:
        if abs(value) < factor if factor > 1 else abs(value) >= 1:
            break
        prefix = prefix_ahead
        value = value / factor if factor > 1 else value * (1 / factor)
    return value, prefix


_LARGE, _SMALL = "kMGTPEZY", "munpfazy"
_BINARY = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")


def humanize(given: GoValue) -> str:
    """Return a number with four digits and an SI prefix: `1.235M`."""
    value = _number(given)
    if value == 0 or not math.isfinite(value):
        return _short(value)
    scaled, prefix = _scaled(value, *((_LARGE, 1000.0) if abs(value) >= 1 else (_SMALL, 0.001)))
    return _short(scaled) + prefix


def humanize1024(given: GoValue) -> str:
    """Return a number with four digits and a binary prefix: `1.177Mi`."""
    value = _number(given)
    if abs(value) <= 1 or not math.isfinite(value):
        return _short(value)
    scaled, prefix = _scaled(value, _BINARY, 1024.0)
    return _short(scaled) + prefix


def humanize_duration(given: GoValue) -> str:
    """Return seconds as a span of time: `1d 2h 3m 4s`, `1.5s`, `120us`."""
    value = _number(given)
    if not math.isfinite(value):
        return _short(value)
    if value == 0:
        return "0s"
    if abs(value) < 1:
        scaled, prefix = _scaled(value, _SMALL, 0.001)
        return f"{_short(scaled)}{prefix}s"
    sign = "-" if value < 0 else ""
    minutes, seconds = divmod(int(abs(value)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    return f"{sign}{minutes}m {seconds}s" if minutes else f"{sign}{_short(abs(value))}s"


def humanize_percentage(given: GoValue) -> str:
    """Return a ratio in per cent with four digits: `12.35%`."""
    return _short(_number(given) * 100) + "%"


def _time(value: float) -> GoTime:
    nanoseconds = value * 1e9
    if not -_INT64 <= nanoseconds < _INT64:
        raise TemplateError(
            f"{format_float(value)} cannot be represented as a nanoseconds timestamp "
            "since it overflows int64"
        )
    # Prometheus' times have whole milliseconds.
    return GoTime(int(nanoseconds) // 10**6 * 10**6)


def _to_time(given: GoValue) -> GoTime:
    value = _number(given)
    if not math.isfinite(value):
        raise TemplateError("value is NaN or Inf")
    return _time(value)


def humanize_timestamp(given: GoValue) -> str:
    """Return seconds since the epoch as a date: `2015-06-23 13:19:44.128 +0000 UTC`."""
    value = _number(given)
    return _short(value) if not math.isfinite(value) else str(_time(value))


def _to_duration(given: GoValue) -> GoDuration:
    nanoseconds = _number(given) * 1e9
    # What Go's conversion yields on amd64 for a float that is no int64.
    fits = -_INT64 <= nanoseconds < _INT64
    return GoDuration(int(nanoseconds) if fits else -_INT64)


_DURATION_PART = re.compile(r"(\d+)(\D+)")
_DURATION_UNITS = frozenset({"y", "w", "d", "h", "m", "s", "ms"})


def _parse_duration(text: str) -> float:
    """Return a Prometheus duration in seconds; the messages are those of `model.ParseDuration`."""
    body = text.removeprefix("-")
    if not body:
        raise TemplateError("empty duration string")
    for match in _DURATION_PART.finditer(body):
        if match.group(2) not in _DURATION_UNITS and body[0].isdigit():
            unit = quote(match.group(2))
            raise TemplateError(f"unknown unit {unit} in duration {quote(body)}")
    try:
        return Duration.parse(text).seconds
    except MixwrightError:
        raise TemplateError(f"not a valid duration string: {quote(body)}") from None


_PURE: dict[str, Callee] = {
    "first": callee(_first, RESULT),
    "label": callee(_label, STRING, SAMPLE),
    "value": callee(lambda sample: _there(sample).value, SAMPLE),
    "strvalue": callee(lambda sample: _label("__value__", sample), SAMPLE),
    "args": callee(_arguments, variadic=ANY),
    "reReplaceAll": callee(_replace_all, STRING, STRING, STRING),
    "safeHtml": callee(lambda text: text, STRING),
    "match": callee(_match, STRING, STRING),
    "title": callee(_title, STRING),
    "toUpper": callee(str.upper, STRING),
    "toLower": callee(str.lower, STRING),
    "graphLink": callee(_link(0), STRING),
    "tableLink": callee(_link(1), STRING),
    "sortByLabel": callee(_sort_by_label, STRING, RESULT),
    "stripPort": callee(lambda address: _host(address)[0], STRING),
    "stripDomain": callee(_strip_domain, STRING),
    "humanize": callee(humanize, ANY),
    "humanize1024": callee(humanize1024, ANY),
    "humanizeDuration": callee(humanize_duration, ANY),
    "humanizePercentage": callee(humanize_percentage, ANY),
    "humanizeTimestamp": callee(humanize_timestamp, ANY),
    "toTime": callee(_to_time, ANY),
    "toDuration": callee(_to_duration, ANY),
    "parseDuration": callee(_parse_duration, STRING),
    "urlQueryEscape": callee(quote_plus, STRING),
}

FUNCTIONS = frozenset({*_PURE, "query", "now", "pathPrefix", "externalURL"})
"""The names of all of Prometheus' functions."""
