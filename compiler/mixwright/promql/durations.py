"""Duration expressions such as `5m + 30s` or `max_of(step(), 1m)`, in the brackets of a range or after `offset`.

Source: `duration_expr` in Prometheus' `promql/parser/generated_parser.y`, and `promql/durations.go`.
"""

from __future__ import annotations

import math
import re

import attrs

from mixwright.errors import DefinitionError, PromQLError
from mixwright.values import Duration

_PIECE = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[a-z][\da-z]*)?|[a-z_]+)|(\S))", re.IGNORECASE)
_OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
}


@attrs.frozen
class QueryDuration(Duration):
    """A duration that depends on the query, such as `step() * 2`; its `ms` are not known before (0)."""

    text: str

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class QueryTimes:
    """The step and the range of a query, in seconds; `step()` and `range()` in a duration."""

    step: float
    range: float


def duration_seconds(text: str, query: QueryTimes | None = None) -> float:
    """Return the value of a duration expression.

    Raises `PromQLError` where it is none, or asks for the query's times and there is no query.
    """
    reading = _Reading([found[1] or found[2] for found in _PIECE.finditer(text.strip())], query)
    try:
        value = reading.sum()
    except (IndexError, ZeroDivisionError, OverflowError, DefinitionError) as error:
        raise PromQLError(f"`{text}` is not a duration: {error}") from None
    if reading.pieces:
        raise PromQLError(f"`{text}` is not a duration: `{reading.pieces[0]}` is left over")
    return value


@attrs.define
class _Reading:
    """A recursive descent over the pieces of an expression, which are taken from the front."""

    pieces: list[str]
    query: QueryTimes | None

    def sum(self) -> float:
        value = self.product()
        while self.pieces and self.pieces[0] in "+-":
            value = _OPERATORS[self.pieces.pop(0)](value, self.product())
        return value

    def product(self) -> float:
        value = self.signed()
        while self.pieces and self.pieces[0] in "*/%":
            value = _OPERATORS[self.pieces.pop(0)](value, self.signed())
        return value

    def signed(self) -> float:
        if self.pieces[0] in "+-":
            sign = -1 if self.pieces.pop(0) == "-" else 1
            return sign * self.signed()
        value = self.atom()
        if self.pieces and self.pieces[0] == "^":
            self.pieces.pop(0)
            return float(value ** self.signed())
        return value

    def atom(self) -> float:
        piece = self.pieces.pop(0)
        match piece.lower():
            case "(":
                value = self.sum()
                self.expect(")")
                return value
            case "step" | "range" as name:
                self.expect("(")
                self.expect(")")
                if self.query is None:
                    raise PromQLError(f"`{name}()` is known only when the query is run")
                return self.query.step if name == "step" else self.query.range
            case "min_of" | "max_of" as name:
                self.expect("(")
                left = self.sum()
                self.expect(",")
                right = self.sum()
                self.expect(")")
                return min(left, right) if name == "min_of" else max(left, right)
        if re.fullmatch(r"\d+(\.\d+)?", piece):
            return float(piece)
        return Duration.parse(piece).seconds

    def expect(self, piece: str) -> None:
        if self.pieces.pop(0) != piece:
            raise PromQLError(f"a duration expression needs `{piece}` here")
