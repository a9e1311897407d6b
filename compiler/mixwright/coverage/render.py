"""Coverage in words: what is missing of each rule, with carets under the condition that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mixwright.coverage.collector import Coverage, RuleCoverage
from mixwright.promql import Binary, Expr, Number, Spanned, unparse_with_spans
from mixwright.promql.carets import underlined
from mixwright.promql.expr import COMPARISONS
from mixwright.replay.rules import is_alert

Paint = Callable[[str, str], str]
"""Colours a text: of style `pass`, `fail` or `place`."""

_WIDTH = 100


def text(coverage: Coverage, paint: Paint = lambda _style, text: text) -> str:
    """Return what is missing, rule by rule, and the share of what is there in the last line."""
    lines = [line for rule in coverage.rules if rule.missing for line in _rule(rule, paint)]
    share = f"{coverage.percent:.1f} %"
    lines.append(
        f"{paint('pass' if coverage.covered == coverage.points else 'fail', 'coverage')} {share}: "
        f"{coverage.covered} of {coverage.points} outcomes, states and texts of "
        f"{len(coverage.rules)} rules"
    )
    return "".join(f"{line}\n" for line in lines)


def _rule(rule: RuleCoverage, paint: Paint) -> Iterator[str]:
    where = "" if rule.rule.origin is None else f"{rule.rule.origin}: "
    kind = "alert" if is_alert(rule.rule) else "recording rule"
    count = f"{len(rule.covered)} of {len(rule.points)}"
    yield f"{paint('place', f'{where}{kind} `{rule.rule.name}`')}: {count}"
    if not rule.evaluated:
        yield "  nothing gives it anything to work on"
        return
    spanned = unparse_with_spans(rule.rule.expr)
    by_place: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for point in rule.missing:
        spans = () if point.node is None else _places(spanned, point.node)
        by_place.setdefault(spans, []).append(point.missing)
    for spans, missing in by_place.items():
        if spans:
            yield from (f"  {line}" for line in underlined(spanned.text, spans, _WIDTH - 2))
        yield from (f"  {words}" for words in missing)


def _places(spanned: Spanned, node: Expr) -> tuple[tuple[int, int], ...]:
    """Return where a part of an expression stands; of what compares or joins, where its operator does."""
    whole = spanned.of(node)
    if not isinstance(node, Binary):
        return tuple(whole)
    operators = []
    for start, end in whole:
        left = min(b for a, b in spanned.of(node.left) if a >= start)
        right = max(a for a, b in spanned.of(node.right) if b <= end)
        between = spanned.text[left:right]
        begin = left + len(between) - len(between.lstrip(") "))
        compared = end if node.op in COMPARISONS and isinstance(node.right, Number) else right
        operators.append((begin, begin + len(spanned.text[begin:compared].rstrip("( "))))
    return tuple(operators)


def to_object(coverage: Coverage) -> dict[str, Any]:
    """Return coverage as an object for JSON; spans are half-open ranges of `expr`."""
    return {
        "percent": round(coverage.percent, 2),
        "covered": coverage.covered,
        "points": coverage.points,
        "rules": [_rule_object(rule) for rule in coverage.rules],
    }


def _rule_object(rule: RuleCoverage) -> dict[str, Any]:
    spanned = unparse_with_spans(rule.rule.expr)
    return {
        "file": rule.file,
        "group": rule.group.name,
        "name": rule.rule.name,
        "type": "alert" if is_alert(rule.rule) else "recording",
        "line": None if rule.rule.origin is None else rule.rule.origin.line,
        "expr": spanned.text,
        "covered": len(rule.covered),
        "points": len(rule.points),
        "evaluated": rule.evaluated,
        "missing": [
            {
                "message": point.missing,
                "spans": [] if point.node is None else _places(spanned, point.node),
            }
            for point in rule.missing
        ],
    }
