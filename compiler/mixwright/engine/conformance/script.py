"""Test scripts as commands: `clear`, `load …` and `eval …` with what is expected of it.

Source: `promql/promqltest/test.go` and its README in Prometheus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

import attrs

from mixwright.engine.conformance.notation import Series, parse_number, parse_series, unquote
from mixwright.errors import PromQLError
from mixwright.frame import Steps
from mixwright.values import Duration

_LOAD = re.compile(r"load(?P<nhcb>_with_nhcb)?\s+(?P<step>\S+)")
_INSTANT = re.compile(
    r"eval(?:_(?P<mode>fail|warn|ordered|info))?\s+instant\s+(?:at\s+(?P<at>\S+)\s+)?(?P<expr>.+)"
)
_RANGE = re.compile(
    r"eval(?:_(?P<mode>fail|warn|info))?\s+range\s+from\s+(?P<start>\S+)\s+to\s+(?P<end>\S+)"
    r"\s+step\s+(?P<step>\S+)\s+(?P<expr>.+)"
)
_EXPECT = re.compile(
    r"expect\s+(?P<kind>ordered|fail|warn|no_warn|info|no_info)(?:\s+(?P<how>regex|msg):(?P<text>.+))?"
)
_RANGE_VECTOR = re.compile(r"expect range vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)")
_PLACE = re.compile(r" \\?\(\S+:\S+\)$")
_NUMBER: Final = re.compile(r"[+-]?(?:[\d.]+(?:[eE][+-]?\d+)?|(?i:inf|nan))")


@attrs.frozen
class Clear:
    """Forget everything that was loaded."""


@attrs.frozen(eq=False)
class Load:
    """Series with values `step` ms apart, from the epoch on."""

    step: int
    series: tuple[Series, ...]
    custom_buckets: bool
    unsupported: str = ""


@attrs.frozen
class Expected:
    """An annotation or error that is expected: of a kind, with a text that is equal or matches.

    The engine evaluates trees, which have no columns, so the place `(1:7)` at the end of
    upstream's annotations is not compared.
    """

    kind: str
    text: str = ""
    regex: bool = False

    def matches(self, text: str) -> bool:
        """Tell whether a text is what is expected."""
        if not self.text:
            return True
        return re.search(self.text, text) is not None if self.regex else self.text == text


@attrs.frozen(eq=False)
class Eval:
    """An expression to evaluate at `steps`, and what must come out."""

    line: int
    expr: str
    steps: Steps
    instant: bool
    expected: tuple[Expected, ...]
    series: tuple[Series, ...]
    scalar: float | None
    string: str | None
    range_vector: Steps | None

    def expects(self, kind: str) -> tuple[Expected, ...]:
        """Return what is expected of one kind: `fail`, `warn`, `ordered`, …."""
        return tuple(expected for expected in self.expected if expected.kind == kind)


Command: TypeAlias = Clear | Load | Eval


def parse_script(text: str) -> Iterator[Command]:
    """Yield the commands of a script; raises `PromQLError` with the line that is broken."""
    lines = [line.strip() for line in text.splitlines()]
    lines = ["" if line.startswith("#") else line for line in lines]
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line:
            continue
        first = number
        while number < len(lines) and lines[number]:
            number += 1
        block = lines[first:number]
        word = line.split()[0].lower()
        try:
            if word == "clear":
                yield Clear()
                # What follows without an empty line is a command of its own.
                number = first
            elif word.startswith("load"):
                yield _load(line, block)
            elif word.startswith("eval"):
                command, used = _eval(first, line, block)
                number = first + used
                yield command
            else:
                raise PromQLError(f"`{word}` is not a command; write clear, load or eval")
        except PromQLError as error:
            raise PromQLError(f"line {first}: {error}") from None


def _load(line: str, block: list[str]) -> Load:
    found = _LOAD.fullmatch(line)
    if found is None:
        raise PromQLError(f"`{line}` is not `load STEP`")
    starts = [row for row in block if row.split()[0].endswith("@st")]
    series = tuple(parse_series(row) for row in block if row not in starts)
    reason = "start timestamps, which are off by default, are not kept" if starts else ""
    return Load(Duration.parse(found["step"]).ms, series, bool(found["nhcb"]), reason)


def _eval(number: int, line: str, block: list[str]) -> tuple[Eval, int]:
    instant, over = _INSTANT.fullmatch(line), _RANGE.fullmatch(line)
    found = instant or over
    if found is None:
        raise PromQLError(f"`{line}` is neither `eval instant` nor `eval range`")
    if over:
        start, end = (Duration.parse(over[name]).ms for name in ("start", "end"))
        steps = Steps(start, end, Duration.parse(over["step"]).ms)
    else:
        steps = Steps.instant(Duration.parse(found["at"] or "0").ms)
    expected = [Expected(found["mode"])] if found["mode"] else []
    series: list[Series] = []
    scalar = string = range_vector = None
    used = 0
    for row in block:
        used += 1
        if row.startswith("expected_fail_"):
            kind, _, text = row.partition(" ")
            expected = [Expected("fail", text.strip(), kind.endswith("regexp"))]
            break
        if vector := _RANGE_VECTOR.fullmatch(row):
            range_vector = Steps(*(Duration.parse(vector[n]).ms for n in (1, 2, 3)))
        elif row.startswith("expect string"):
            string = unquote(row.removeprefix("expect string").strip())
        elif row.split()[0] == "expect":
            expected.append(_expectation(row))
        elif _NUMBER.fullmatch(row):
            scalar = parse_number(row)
            break
        else:
            series.append(parse_series(row))
    command = Eval(
        number,
        found["expr"],
        steps,
        over is None,
        tuple(expected),
        tuple(series),
        scalar,
        string,
        range_vector,
    )
    return command, used


def _expectation(row: str) -> Expected:
    found = _EXPECT.fullmatch(row)
    if found is None:
        raise PromQLError(f"`{row}` is not an expectation")
    text = _PLACE.sub("", (found["text"] or "").strip())
    return Expected(found["kind"], text, found["how"] == "regex")
