"""PromQL that promql-parser does not know, spelled in PromQL that it knows, and brought back in the tree.

- raw strings become quoted ones;
- `</` and `>/` become `==`, told apart afterwards by their number in reading order;
- `anchored`, `smoothed` and duration expressions such as `[5m + 30s]` become durations that nobody could mean;
- times before the epoch after `@`, at which promql-parser panics, become times of the far future;
- the matchers of `info(v, {…})` get one that they are not allowed to be without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from mixwright.errors import PromQLError
from mixwright.promql.durations import QueryDuration, QueryTimes, duration_seconds
from mixwright.promql.expr import (
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Negation,
    Range,
    Reach,
    Selector,
    Subquery,
)
from mixwright.values import Duration, quote

_TOKEN = re.compile(
    r"""(?P<raw>`[^`]*`)|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<comment>\#[^\n]*)"""
    r"""|(?P<space>\s+)|(?P<trim></|>/)|(?P<equal>==)|(?P<bracket>\[[^][]*\])"""
    r"""|(?P<word>[a-zA-Z_:][\w:]*)|(?P<number>\d[\w.]*)|(?P<other>.)""",
    re.DOTALL,
)
_ODD_BYTE = re.compile(r"\\x[89a-fA-F]|\\[2-3][0-7]{2}")
_REACHES: Final[dict[str, Reach]] = {"anchored": "anchored", "smoothed": "smoothed"}
_SOMETHING: Final = "__any_info__"
_FAR: Final = 500_000
"""Durations of this many years and more stand for what promql-parser cannot read."""
_YEAR: Final = 31_536_000_000
_FAR_FUTURE: Final = 253_000_000_000
"""Times from this one on (s, the year 9987) stand for negative ones, at which promql-parser panics."""
NOW: Final = Duration(0)


@attrs.define
class Token:
    """A piece of text and what it is."""

    kind: str
    text: str


@attrs.define(eq=False)
class Prepared:
    """Text for promql-parser, and what was taken out of it."""

    text: str = ""
    _equals: list[str] = attrs.field(factory=list)
    _taken: list[tuple[Duration, Reach]] = attrs.field(factory=list)
    _times: list[int] = attrs.field(factory=list)

    def restored(self, expr: Expr) -> Expr:
        """Return the tree with everything that was taken out."""
        return _Restoring(iter(self._equals), self._taken, self._times).visit(expr)

    def duration(self, duration: Duration, reach: Reach = "") -> str:
        """Return a duration that nobody could mean, to stand for another one and a reach."""
        self._taken.append((duration, reach))
        return f"{_FAR + len(self._taken) - 1}y"

    def time(self, ms: int) -> int:
        """Return a time in s, of the far future, to stand for one before the epoch."""
        self._times.append(ms)
        return _FAR_FUTURE + len(self._times) - 1

    def equality(self, operator: str) -> str:
        """Return the operator that stands for a trim operator, or for itself."""
        self._equals.append(operator)
        return "=="

    def bracket(self, text: str) -> str:
        """Return `[range]` or `[range:step]` with expressions replaced."""
        return "[" + ":".join(map(self._inside, text[1:-1].split(":"))) + "]"

    def _inside(self, text: str) -> str:
        if re.fullmatch(r"\s*[\d\w]*\s*", text):
            return text
        duration = _duration(text)
        plain = duration is None or (type(duration) is Duration and duration.ms <= 0)
        return text if duration is None or plain else self.duration(duration)


def prepare(text: str) -> Prepared:
    """Return a text that promql-parser can read where it could not read this one."""
    prepared = Prepared()
    tokens = [Token(found.lastgroup or "", found.group()) for found in _TOKEN.finditer(text)]
    out: list[str] = []
    calls: list[str] = []
    number = 0
    while number < len(tokens):
        token, before = tokens[number], _before(tokens, number)
        number += 1
        match token.kind:
            case "raw":
                out.append(quote(token.text[1:-1]))
            case "string":
                if _ODD_BYTE.search(token.text):
                    _check_utf8(token.text)
                out.append(token.text)
            case "trim" | "equal":
                out.append(prepared.equality(token.text))
            case "bracket":
                out.append(prepared.bracket(token.text))
            case "word" if token.text.lower() in _REACHES and _ends_operand(before):
                number, offset = _offset(tokens, number, keyword=True)
                out.append(
                    f"offset {prepared.duration(offset or NOW, _REACHES[token.text.lower()])}"
                )
            case "word" if token.text.lower() == "offset" and _ends_operand(before):
                end, offset = _offset(tokens, number)
                reach = _after(tokens, end)
                if offset is None:
                    out.append(token.text)
                elif reach < len(tokens) and tokens[reach].text.lower() in _REACHES:
                    number = reach + 1
                    out.append(
                        f"offset {prepared.duration(offset, _REACHES[tokens[reach].text.lower()])} "
                    )
                else:
                    number = end
                    out.append(f"offset {prepared.duration(offset)} ")
            case "other" if token.text == "@":
                number, at = _negative(tokens, number)
                out.append("@" if at is None else f"@ {prepared.time(at)} ")
            case _:
                if token.text == "(":
                    calls.append(before.text if before.kind == "word" else "")
                elif token.text == ")" and calls:
                    calls.pop()
                out.append(token.text)
                if token.text == "{" and before.text == "," and calls and calls[-1] == "info":
                    out.append(f'{_SOMETHING}!="",')
    prepared.text = "".join(out)
    return prepared


def _before(tokens: list[Token], number: int) -> Token:
    for token in reversed(tokens[:number]):
        if token.kind not in ("space", "comment"):
            return token
    return Token("", "")


def _after(tokens: list[Token], number: int) -> int:
    while number < len(tokens) and tokens[number].kind in ("space", "comment"):
        number += 1
    return number


def _ends_operand(token: Token) -> bool:
    return token.kind in ("word", "bracket", "number") or token.text in ("}", ")")


def _check_utf8(text: str) -> None:
    """Refuse a string whose escaped bytes are not UTF-8, which promql-parser takes for code points."""
    body = re.sub(
        r"\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})",
        lambda found: chr(int(found[1], 16) if found[1] else int(found[2], 8)),
        "".join(c if ord(c) < 128 else "?" for c in text),
    )
    try:
        body.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise PromQLError(f"{text} is not UTF-8, which label names and values must be") from None


def _offset(
    tokens: list[Token], number: int, *, keyword: bool = False
) -> tuple[int, Duration | None]:
    """Return where an offset ends and what it says; it is a number, a call or in parentheses.

    With `keyword`, the word `offset` has to stand before it.
    """
    place = _after(tokens, number)
    if keyword:
        if place >= len(tokens) or tokens[place].text.lower() != "offset":
            return number, None
        place = _after(tokens, place + 1)
    first = place
    while place < len(tokens) and tokens[place].text in "+-":
        place = _after(tokens, place + 1)
    if place < len(tokens) and tokens[place].kind == "word":
        place = _after(tokens, place + 1)
    depth, end = 0, place
    for end in range(place, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[end].text, 0)
        if depth == 0:
            break
    duration = _duration("".join(token.text for token in tokens[first : end + 1]))
    return (number, None) if duration is None else (end + 1, duration)


def _negative(tokens: list[Token], number: int) -> tuple[int, int | None]:
    """Return where a negative time after `@` ends, and the time in ms."""
    sign = _after(tokens, number)
    if sign < len(tokens) and tokens[sign].text == "-":
        place = _after(tokens, sign + 1)
        if place < len(tokens) and re.fullmatch(r"\d+(\.\d*)?", tokens[place].text):
            return place + 1, -round(float(tokens[place].text) * 1000)
    return number, None


def _duration(text: str) -> Duration | None:
    """Return a duration expression's value, or the expression where that depends on the query."""
    try:
        ms = duration_seconds(text) * 1000
        # Prometheus rounds a literal, and cuts off what an expression has below a millisecond.
        return Duration(round(ms) if re.fullmatch(r"\s*[+-]?[\s\w.]+", text) else int(ms))
    except PromQLError:
        pass
    try:
        duration_seconds(text, QueryTimes(1.0, 1.0))
    except PromQLError:
        return None
    return QueryDuration(0, " ".join(text.split()))


@attrs.frozen(eq=False)
class _Restoring:
    """A walk in reading order, which is the order in which operators were replaced."""

    equals: Iterator[str]
    taken: list[tuple[Duration, Reach]]
    times: list[int]

    def visit(self, expr: Expr) -> Expr:
        match expr:
            case Binary(op, left, right):
                left = self.visit(left)
                op = next(self.equals) if op == "==" else op
                return attrs.evolve(expr, op=op, left=left, right=self.visit(right))
            case Selector():
                return self._selector(expr)
            case Range(selector, window):
                return Range(self._selector(selector), self._original(window)[0])
            case Subquery(inner, window, step, offset, at):
                return attrs.evolve(
                    expr,
                    expr=self.visit(inner),
                    window=self._original(window)[0],
                    step=None if step is None else self._original(step)[0],
                    offset=self._original(offset)[0],
                    at=self._at(at),
                )
            case Negation(inner):
                return Negation(self.visit(inner))
            case Call(function, args):
                return Call(function, tuple(map(self.visit, args)))
            case Aggregate(_, inner, parameter):
                parameter = None if parameter is None else self.visit(parameter)
                return attrs.evolve(expr, parameter=parameter, expr=self.visit(inner))
        return expr

    def _at(self, at: At | None) -> At | None:
        match at:
            case At(int() as ms) if ms >= _FAR_FUTURE * 1000:
                return At(self.times[ms // 1000 - _FAR_FUTURE])
        return at

    def _original(self, duration: Duration) -> tuple[Duration, Reach]:
        years, rest = divmod(duration.ms, _YEAR)
        return self.taken[years - _FAR] if rest == 0 and years >= _FAR else (duration, "")

    def _selector(self, selector: Selector) -> Selector:
        offset, reach = self._original(selector.offset)
        matchers = tuple(m for m in selector.matchers if m.name != _SOMETHING)
        at = self._at(selector.at)
        return attrs.evolve(selector, matchers=matchers, offset=offset, at=at, reach=reach)
