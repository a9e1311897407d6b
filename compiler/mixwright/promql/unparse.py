"""Tree to canonical PromQL text, with the span of every node in it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs

from mixwright.errors import EvaluationError, with_caret
from mixwright.promql.durations import QueryDuration
from mixwright.promql.expr import (
    Aggregate,
    At,
    Binary,
    Call,
    Cardinality,
    Expr,
    Matching,
    Negation,
    Number,
    Range,
    Selector,
    String,
    Subquery,
)
from mixwright.values import Duration, is_legacy_metric_name, quote, quote_name

_PRECEDENCE = {
    **dict.fromkeys(("or",), 1),
    **dict.fromkeys(("and", "unless"), 2),
    **dict.fromkeys(("==", "!=", "<=", "<", ">=", ">", "</", ">/"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": 7,
}
_UNARY = 6


@attrs.frozen
class Spanned:
    """Canonical text, and where each node stands in it as half-open (start, end) ranges."""

    text: str
    spans: tuple[tuple[Expr, int, int], ...]

    def of(self, node: Expr) -> list[tuple[int, int]]:
        """Return every place where `node` stands: a tree is a value and may occur more than once."""
        return [(start, end) for found, start, end in self.spans if found == node]


def pointed(error: EvaluationError, expr: Expr) -> str:
    """Return the error of an expression with its text, and a caret under the part that fails."""
    whole = unparse_with_spans(expr)
    places = [] if error.place is None else whole.of(error.place)
    return with_caret(str(error), whole.text, places[0]) if places else str(error)


def unparse(expr: Expr) -> str:
    """Return the canonical text of an expression; parsing it gives the same tree."""
    return "".join(piece for piece in _pieces(expr) if isinstance(piece, str))


def unparse_with_spans(expr: Expr) -> Spanned:
    """Return the canonical text with the place of every node in it."""
    text: list[str] = []
    length = 0
    open_nodes: list[tuple[Expr, int]] = []
    spans: list[tuple[Expr, int, int]] = []
    for piece in _pieces(expr):
        match piece:
            case str():
                text.append(piece)
                length += len(piece)
            case _Enter(node):
                open_nodes.append((node, length))
            case _Leave():
                node, start = open_nodes.pop()
                spans.append((node, start, length))
    return Spanned("".join(text), tuple(spans))


@attrs.frozen
class _Enter:
    node: Expr


@attrs.frozen
class _Leave:
    pass


_Piece = str | _Enter | _Leave


def _pieces(expr: Expr) -> Iterator[_Piece]:
    yield _Enter(expr)
    match expr:
        case Number(value):
            yield _number(value)
        case String(value):
            yield quote(value)
        case Selector():
            yield from _selector(expr, "")
        case Range(selector, window):
            yield _Enter(selector)
            yield from _selector(selector, f"[{window}]")
            yield _Leave()
        case Subquery(inner, window, step, offset, at):
            yield from _wrapped(inner, isinstance(inner, Binary | Negation))
            yield f"[{window}:{'' if step is None else step}]"
            yield _modifiers(offset, at)
        case Call(function, args):
            yield f"{function}("
            yield from _comma_separated(args)
            yield ")"
        case Aggregate(op, inner, parameter, grouping, without):
            yield op
            if grouping is not None:
                word = "without" if without else "by"
                yield f" {word} ({', '.join(map(quote_name, grouping))}) "
            yield "("
            yield from _comma_separated((inner,) if parameter is None else (parameter, inner))
            yield ")"
        case Negation(inner):
            yield "-"
            yield from _wrapped(inner, _binds(inner) < _UNARY or _starts_with_minus(inner))
        case Binary(op, left, right):
            level = _PRECEDENCE[op]
            right_associative = op == "^"
            yield from _wrapped(
                left,
                _binds(left) < level + right_associative
                or (right_associative and _starts_with_minus(left)),
            )
            yield f" {op}{' bool' if expr.bool_ else ''}{_matching(expr.matching)} "
            yield from _wrapped(right, _binds(right) < level + (not right_associative))
        case _:
            raise TypeError(f"`{type(expr).__name__}` is not a node of PromQL")
    yield _Leave()


def _binds(expr: Expr) -> int:
    match expr:
        case Binary(op):
            return _PRECEDENCE[op]
        case Negation():
            return _UNARY
    return 8


def _starts_with_minus(expr: Expr) -> bool:
    return isinstance(expr, Number) and math.copysign(1, expr.value) < 0


def _wrapped(expr: Expr, parentheses: bool) -> Iterator[_Piece]:
    if parentheses:
        yield "("
    yield from _pieces(expr)
    if parentheses:
        yield ")"


def _comma_separated(exprs: tuple[Expr, ...]) -> Iterator[_Piece]:
    for number, expr in enumerate(exprs):
        if number:
            yield ", "
        yield from _pieces(expr)


def _selector(selector: Selector, window: str) -> Iterator[str]:
    conditions = [str(matcher) for matcher in selector.matchers]
    if selector.name is not None:
        if is_legacy_metric_name(selector.name):
            yield selector.name
        else:
            conditions.insert(0, quote(selector.name))
    if conditions:
        yield "{" + ",".join(conditions) + "}"
    yield window
    yield _modifiers(selector.offset, selector.at)
    yield f" {selector.reach}" if selector.reach else ""


def _modifiers(offset: Duration, at: At | None) -> str:
    text = ""
    match at:
        case At(int() as time):
            text += f" @ {time / 1000:.3f}"
        case At(word):
            text += f" @ {word}()"
    written = offset.ms != 0 or isinstance(offset, QueryDuration)
    return f"{text} offset {offset}" if written else text


def _matching(matching: Matching) -> str:
    text = ""
    if matching.on or matching.labels:
        text += f" {'on' if matching.on else 'ignoring'} ({', '.join(map(quote_name, matching.labels))})"
    if matching.cardinality is not Cardinality.ONE_TO_ONE:
        text += f" {matching.cardinality.value} ({', '.join(map(quote_name, matching.include))})"
    left, right = matching.fill_left, matching.fill_right
    if left is not None and left == right:
        return f"{text} fill ({_number(left)})"
    if left is not None:
        text += f" fill_left ({_number(left)})"
    if right is not None:
        text += f" fill_right ({_number(right)})"
    return text


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
