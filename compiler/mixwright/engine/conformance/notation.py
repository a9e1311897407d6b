"""Series notation: `name{labels} 0+10x5 _ stale {{schema:0 sum:3}}x2`, as test scripts and rule tests write it.

Source: `series_description` and `series_values` in Prometheus' `promql/parser/generated_parser.y`.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from typing import TypeAlias

import attrs

from mixwright.engine.histogram.arithmetic import combined
from mixwright.engine.histogram.notation import read_histogram
from mixwright.errors import PromQLError
from mixwright.frame import STALE_NAN
from mixwright.frame.histogram import Histogram, HistogramError
from mixwright.values import METRIC_NAME, Labels

Value: TypeAlias = "float | Histogram | None"
"""One position of a sequence: a float, a native histogram, or nothing."""

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`")
# There are no hexadecimal numbers here: `0x5` is a 0 and five more.
_NUMBER = r"(?:(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|(?i:inf|nan))"
_ITEM = re.compile(
    rf"(?P<gap>_)(?:x(?P<gaps>\d+))?"
    rf"|(?P<stale>stale)(?:x(?P<stales>\d+))?"
    rf"|(?P<start>[+-]?{_NUMBER})(?:(?P<step>[+-]{_NUMBER})?x(?P<times>\d+))?"
    r"|\{\{(?P<histogram>.*?)\}\}(?:(?P<sign>[+-])\{\{(?P<increment>.*?)\}\})?(?:x(?P<copies>\d+))?"
)
_MOST_VALUES = 10_000_000
_DIGITS = 20


@attrs.frozen(eq=False)
class Series:
    """A series' labels, and its values at equal distances."""

    labels: Labels
    values: tuple[Value, ...]


def parse_series(text: str) -> Series:
    """Read one line; raises `PromQLError` where the notation is broken."""
    labels, end = parse_labels(text)
    return Series(labels, tuple(_values(text, end)))


def parse_labels(text: str) -> tuple[Labels, int]:
    """Read `name{a="b"}` or `{"name", a="b"}` at the start of `text`; return where it ends, too."""
    labels: dict[str, str] = {}
    place = 0
    if found := _NAME.match(text):
        labels[METRIC_NAME] = found.group()
        place = found.end()
    if not text.startswith("{", place) or text.startswith("{{", place):
        return Labels(labels), place
    place = _skip(text, place + 1)
    while not text.startswith("}", place):
        quoted = _STRING.match(text, place)
        found = quoted or re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*").match(text, place)
        if found is None:
            raise PromQLError(f"`{text}` has no label name at column {place + 1}")
        name = unquote(found.group()) if quoted else found.group()
        place = _skip(text, found.end())
        if text.startswith("=", place):
            value = _STRING.match(text, _skip(text, place + 1))
            if value is None:
                raise PromQLError(f"`{text}` has no quoted value for the label `{name}`")
            labels[name] = unquote(value.group())
            place = _skip(text, value.end())
        else:
            labels[METRIC_NAME] = name
        if text.startswith(",", place):
            place = _skip(text, place + 1)
    return Labels(labels), place + 1


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def unquote(text: str) -> str:
    """Return what a quoted string of Go or PromQL means."""
    if text.startswith("`"):
        return text[1:-1]
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        raise PromQLError(f"{text} is not a string literal") from None


def _values(text: str, place: int) -> Iterator[Value]:
    produced = 0
    place = _skip(text, place)
    while place < len(text):
        found = _ITEM.match(text, place)
        if found is None or (found.end() < len(text) and not text[found.end()].isspace()):
            raise PromQLError(f"`{text}` has no value at column {place + 1}: `{text[place:]}`")
        try:
            for value in _expanded(found):
                yield value
                produced += 1
                if produced > _MOST_VALUES:
                    raise PromQLError(f"`{text[:60]}…` has more than {_MOST_VALUES} values")
        except HistogramError as error:
            raise PromQLError(f"`{found.group()}` is not a histogram: {error}") from None
        place = _skip(text, found.end())


def _expanded(found: re.Match[str]) -> Iterator[Value]:
    if found["gap"]:
        yield from itertools.repeat(None, _count(found["gaps"] or "1"))
    elif found["stale"]:
        yield from itertools.repeat(STALE_NAN, _count(found["stales"]) + 1)
    elif found["start"]:
        value = parse_number(found["start"])
        step = parse_number(found["step"]) if found["step"] else 0.0
        for _ in range(_count(found["times"]) + 1):
            yield value
            value += step
    else:
        yield from _histograms(found)


def _count(digits: str | None) -> int:
    """Return how often; more than there can be values is as good as any other number that is too large."""
    return min(int(digits[:_DIGITS]), _MOST_VALUES + 1) if digits else 0


def _histograms(found: re.Match[str]) -> Iterator[Histogram]:
    value = read_histogram(found["histogram"])
    copies = _count(found["copies"])
    if not found["increment"]:
        yield from itertools.repeat(value, copies + 1)
        return
    increment = read_histogram(found["increment"])
    if increment.schema < value.schema:
        raise HistogramError("the increment must not have a smaller schema than the start")
    yield value
    sign = 1.0 if found["sign"] == "+" else -1.0
    for _ in range(copies):
        value = combined(value, increment, sign).value
        yield value


def parse_number(text: str) -> float:
    """Return a decimal number, `Inf` or `NaN`."""
    return float(text.replace("_", ""))
