"""Two sides of an operator that have series, none of which match.

## Why is this bad?
Both sides are there and the result is empty all the same: the label sets differ. The alert is dead.

## Use instead
`on (…)` with the labels that both sides share, as the message shows them.

## Upstream
https://cloudflare.github.io/pint/checks/promql/vector_matching.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, Selector, ValueType, type_of, walk
from mixwright.promql.labelflow import is_templated
from mixwright.values import METRIC_NAME, Labels

_SERIES = """
queue_length{queue="mail", zone="a"}  3x10
queue_limit{queue="mail"}             9x10
"""

EXAMPLES = (
    Good("queue_length / on (queue) queue_limit", recorded=_SERIES),
    Bad(
        "queue_length / queue_limit",
        '`/` matches nothing that was recorded: the left side has `{queue="mail", zone="a"}`, '
        'the right side `{queue="mail"}`',
        recorded=_SERIES,
    ),
)


@check(on=Expr, severity="error")
def no_match(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare the labels of both sides, as far as they decide."""
    witness = context.project.witness
    if witness is None or any(_is_templated(selector) for selector in walk(expr, Selector)):
        return
    for node in walk(expr, Binary):
        both = (type_of(node.left), type_of(node.right))
        if node.op in ("or", "unless") or both != (ValueType.VECTOR, ValueType.VECTOR):
            continue
        left, right = witness.values(node.left), witness.values(node.right)
        if left is None or right is None or not left.labels or not right.labels:
            continue
        lefts, rights = ([_key(node, labels) for labels in side.labels] for side in (left, right))
        if not set(lefts) & set(rights):
            yield Finding(
                f"`{node.op}` matches nothing that was recorded: the left side has `{lefts[0]}`, "
                f"the right side `{rights[0]}`",
                node,
            )


def _is_templated(selector: Selector) -> bool:
    return any(is_templated(matcher.value) for matcher in selector.conditions)


def _key(node: Binary, labels: Labels) -> Labels:
    if node.matching.on:
        return labels.keep(node.matching.labels)
    return labels.drop((*node.matching.labels, METRIC_NAME))
