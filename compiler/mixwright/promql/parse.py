"""PromQL text to tree, by promql-parser, whose own tree is lowered totally: what is unknown is refused.

promql-parser 0.12 unescapes raw strings, accepts MetricsQL's `or` between matchers and panics on
a negative `@`; the text is prepared before it, and the tree checked after it, so that none of this shows.
"""

from __future__ import annotations

import difflib
import functools
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import promql_parser as upstream

from mixwright.errors import PromQLError
from mixwright.promql.expr import (
    PLAIN_MATCHING,
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
from mixwright.promql.place import place
from mixwright.promql.prepare import prepare
from mixwright.values import Duration, Matcher, MatchOp, anchored_regex

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CARDINALITIES = {
    "OneToOne": Cardinality.ONE_TO_ONE,
    "ManyToMany": Cardinality.ONE_TO_ONE,
    "ManyToOne": Cardinality.MANY_TO_ONE,
    "OneToMany": Cardinality.ONE_TO_MANY,
}
_MATCH_OPS = {
    "MatchOp.Equal": MatchOp.EQUAL,
    "MatchOp.NotEqual": MatchOp.NOT_EQUAL,
    "MatchOp.Re": MatchOp.REGEX,
    "MatchOp.NotRe": MatchOp.NOT_REGEX,
}


@functools.lru_cache(maxsize=65_536)
def parse(text: str) -> Expr:
    """Return the tree of a PromQL text; equal texts give the same object.

    Raises `PromQLError` for what Prometheus' parser refuses: syntax, types, unknown functions.
    """
    prepared = prepare(text)
    try:
        tree = upstream.parse(prepared.text)
    except ValueError as error:
        reason = str(error)
        raise PromQLError(
            f"`{_one_line(text)}` is not PromQL: {reason}{_hint(reason)}",
            text,
            place(reason, text, _complaint),
        ) from None
    return prepared.restored(_lower(tree, text))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _hint(reason: str) -> str:
    unknown = re.fullmatch(r"unknown function with name '(.*)'", reason)
    if unknown is None:
        return ""
    if unknown[1] == "holt_winters":
        return "; Prometheus 3 calls it `double_exponential_smoothing`"
    from mixwright.promql.functions import FUNCTIONS

    near = difflib.get_close_matches(unknown[1], FUNCTIONS, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _complaint(text: str) -> str | None:
    try:
        upstream.parse(text)
    except ValueError as error:
        return str(error)
    return None


def _lower(node: Any, text: str) -> Expr:
    def lower(child: Any) -> Expr:
        return _lower(child, text)

    match type(node).__name__:
        case "NumberLiteral":
            return Number(node.val)
        case "StringLiteral":
            return String(node.val)
        case "ParenExpr":
            return lower(node.expr)
        case "UnaryExpr":
            return Negation(lower(node.expr))
        case "VectorSelector":
            return _selector(node, text)
        case "MatrixSelector":
            return Range(_selector(node.vector_selector, text), _duration(node.range))
        case "SubqueryExpr":
            return Subquery(
                lower(node.expr),
                _duration(node.range),
                None if node.step is None else _duration(node.step),
                _duration(node.offset),
                _at(node.at),
            )
        case "Call":
            return Call(node.func.name, tuple(lower(arg) for arg in node.args))
        case "AggregateExpr":
            modifier = node.modifier
            return Aggregate(
                str(node.op),
                lower(node.expr),
                None if node.param is None else lower(node.param),
                None if modifier is None else tuple(modifier.labels),
                modifier is not None and modifier.type == upstream.AggModifierType.Without,
            )
        case "BinaryExpr":
            matching, bool_ = _matching(node.modifier)
            return Binary(str(node.op), lower(node.lhs), lower(node.rhs), matching, bool_)
    raise PromQLError(
        f"`{_one_line(text)}` has a {type(node).__name__}, which is not supported yet"
    )


def _selector(node: Any, text: str) -> Selector:
    if node.matchers.or_matchers:
        raise PromQLError(
            f"`{_one_line(text)}` joins matchers with `or`, which is MetricsQL; "
            "write a regular expression or `or` between two selectors"
        )
    matchers = tuple(
        Matcher(matcher.name, _MATCH_OPS[str(matcher.op)], matcher.value)
        for matcher in node.matchers.matchers
    )
    for matcher in matchers:
        if matcher.op in (MatchOp.REGEX, MatchOp.NOT_REGEX):
            anchored_regex(matcher.value)
    return Selector(node.name, matchers, _duration(node.offset), _at(node.at))


def _duration(delta: timedelta | None) -> Duration:
    return Duration(0 if delta is None else round(delta / timedelta(milliseconds=1)))


def _at(at: Any) -> At | None:
    if at is None:
        return None
    match at.type:
        case upstream.AtModifierType.Start:
            return At("start")
        case upstream.AtModifierType.End:
            return At("end")
    return At(round((at.at - _EPOCH) / timedelta(milliseconds=1)))


def _matching(modifier: Any) -> tuple[Matching, bool]:
    if modifier is None:
        return PLAIN_MATCHING, False
    by = modifier.matching
    fill = modifier.fill_values
    matching = Matching(
        labels=() if by is None else tuple(by.labels),
        on=by is not None and by.type == upstream.LabelModifierType.Include,
        cardinality=_CARDINALITIES[str(modifier.card).removeprefix("VectorMatchCardinality.")],
        include=tuple(modifier.group_labels or ()),
        fill_left=fill.lhs,
        fill_right=fill.rhs,
    )
    return matching, bool(modifier.return_bool)
