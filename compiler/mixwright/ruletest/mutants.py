"""Rules that are wrong in one place: what a good test tells from the right ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeAlias, cast

import attrs

from mixwright.promql import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Negation,
    Number,
    Range,
    Selector,
    Subquery,
)
from mixwright.promql.expr import COMPARISONS, SET_OPERATORS
from mixwright.replay.rules import Rule, is_alert
from mixwright.values import Duration, MatchOp, quote_name

_OPPOSITE: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "!=", "!=": "=="}
_OTHER_AGGREGATION: Final = {
    "sum": "avg",
    "avg": "sum",
    "min": "max",
    "max": "min",
    "count": "sum",
    "group": "sum",
    "topk": "bottomk",
    "bottomk": "topk",
    "stddev": "stdvar",
    "stdvar": "stddev",
}
_NEGATED: Final = {
    MatchOp.EQUAL: MatchOp.NOT_EQUAL,
    MatchOp.NOT_EQUAL: MatchOp.EQUAL,
    MatchOp.REGEX: MatchOp.NOT_REGEX,
    MatchOp.NOT_REGEX: MatchOp.REGEX,
}

Change: TypeAlias = tuple[Expr, str]
"""What a part of an expression becomes, and the change in words."""


@attrs.frozen(kw_only=True, eq=False)
class Mutant:
    """A rule with one change; `change` tells it from all other mutants of the rule."""

    rule: Rule
    changed: Rule
    change: str

    @property
    def is_of_expression(self) -> bool:
        """Whether the expression is what was changed."""
        return self.rule.expr != self.changed.expr


def mutants(rule: Rule) -> tuple[Mutant, ...]:
    """Return every mutant of a rule: thresholds, windows, operators, label sets, times, labels."""
    found = [*_of_expression(rule), *_of_rule(rule)]
    seen: Counter[str] = Counter()
    named = []
    for changed, change in found:
        seen[change] += 1
        number = f" ({seen[change]})" if seen[change] > 1 else ""
        named.append(Mutant(rule=rule, changed=changed, change=change + number))
    return tuple(named)


def _of_expression(rule: Rule) -> Iterator[tuple[Rule, str]]:
    for expr, change in _variants(rule.expr):
        yield _evolved(rule, expr=expr), change


def _of_rule(rule: Rule) -> Iterator[tuple[Rule, str]]:
    if is_alert(rule):
        for field, name, span in (
            ("hold", "for", rule.hold),
            ("keep_firing", "keep_firing_for", rule.keep_firing),
        ):
            for other in (Duration(0), Duration(2 * span.ms)) if span.ms else ():
                yield _evolved(rule, **{field: other}), f"{name}: {span} → {other}"
    for name in rule.labels:
        rest = {label: text for label, text in rule.labels.items() if label != name}
        yield _evolved(rule, labels=rest), f"without label {name}"


def _evolved(rule: Rule, **fields: Any) -> Rule:
    # Rules of files and of mixins are both of attrs' classes.
    changed: Rule = attrs.evolve(cast(Any, rule), **fields)
    return changed


def _variants(expr: Expr) -> Iterator[Change]:
    """Yield the expression with one part of it changed, for every part and change."""
    yield from _changes(expr)
    for part, put in _parts(expr):
        for changed, words in _variants(part):
            yield put(changed), words


def _parts(expr: Expr) -> Iterator[tuple[Expr, Callable[[Expr], Expr]]]:
    """Yield the direct parts of an expression, each with what puts another one in its place."""

    def put(field: str) -> Callable[[Expr], Expr]:
        return lambda part: cast(Expr, attrs.evolve(cast(Any, expr), **{field: part}))

    match expr:
        case Range(selector):
            yield selector, put("selector")
        case Subquery(inner) | Negation(inner):
            yield inner, put("expr")
        case Call(function, args):
            for number, argument in enumerate(args):
                yield argument, partial(_with_argument, function, args, number)
        case Aggregate(_, inner, parameter):
            if parameter is not None:
                yield parameter, put("parameter")
            yield inner, put("expr")
        case Binary(_, left, right):
            yield left, put("left")
            yield right, put("right")


def _with_argument(function: str, args: tuple[Expr, ...], number: int, argument: Expr) -> Expr:
    return Call(function, (*args[:number], argument, *args[number + 1 :]))


def _changes(expr: Expr) -> Iterator[Change]:
    """Yield what an expression itself may become, its parts left as they are."""
    match expr:
        case Number(value):
            for other in (1.0, -1.0) if value == 0 else (2 * value, value / 2):
                yield Number(other), f"{expr} → {Number(other)}"
        case Range(_, window) | Subquery(_, window):
            for span in (Duration(2 * window.ms), Duration(window.ms // 2)):
                if span.ms:
                    yield attrs.evolve(expr, window=span), f"[{window}] → [{span}]"
        case Selector():
            yield from _selected_otherwise(expr)
        case Aggregate():
            yield from _aggregated_otherwise(expr)
        case Binary():
            yield from _joined_otherwise(expr)


def _selected_otherwise(selector: Selector) -> Iterator[Change]:
    for number, matcher in enumerate(selector.matchers):
        rest = selector.matchers[:number] + selector.matchers[number + 1 :]
        if selector.name is not None or any(not other.matches("") for other in rest):
            yield attrs.evolve(selector, matchers=rest), f"without {matcher}"
        other = attrs.evolve(matcher, op=_NEGATED[matcher.op])
        if selector.name is not None or not other.matches(""):
            swapped = (*selector.matchers[:number], other, *selector.matchers[number + 1 :])
            yield attrs.evolve(selector, matchers=swapped), f"{matcher} → {other}"
    if selector.offset.ms:
        yield attrs.evolve(selector, offset=Duration(0)), f"without offset {selector.offset}"


def _aggregated_otherwise(expr: Aggregate) -> Iterator[Change]:
    if expr.op in _OTHER_AGGREGATION:
        other = _OTHER_AGGREGATION[expr.op]
        yield attrs.evolve(expr, op=other), f"{expr.op} → {other}"
    word = "without" if expr.without else "by"
    for label, rest in _each_left_out(expr.grouping or ()):
        yield attrs.evolve(expr, grouping=rest), f"{word} {_listed(rest)}, no {label}"


def _joined_otherwise(expr: Binary) -> Iterator[Change]:
    if expr.op in COMPARISONS:
        yield attrs.evolve(expr, op=_OPPOSITE[expr.op]), f"{expr.op} → {_OPPOSITE[expr.op]}"
    if expr.op in SET_OPERATORS:
        for other in ("and", "or", "unless"):
            if other != expr.op:
                yield attrs.evolve(expr, op=other), f"{expr.op} → {other}"
    matching = expr.matching
    word = "on" if matching.on else "ignoring"
    for label, rest in _each_left_out(matching.labels):
        changed = attrs.evolve(matching, labels=rest)
        yield attrs.evolve(expr, matching=changed), f"{word} {_listed(rest)}, no {label}"
    for label, rest in _each_left_out(matching.include):
        changed = attrs.evolve(matching, include=rest)
        side = matching.cardinality.value
        yield attrs.evolve(expr, matching=changed), f"{side} {_listed(rest)}, no {label}"


def _each_left_out(labels: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, label in enumerate(labels):
        yield label, labels[:number] + labels[number + 1 :]


def _listed(labels: tuple[str, ...]) -> str:
    return f"({', '.join(map(quote_name, labels))})"
