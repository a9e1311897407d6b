"""A selector that matches nothing in the recording, although its system was recorded.

## Why is this bad?
What is built on it is empty: the panel shows nothing, the alert cannot fire, `absent()` always does.

## Use instead
What the message says was recorded. Where the thing simply had not happened yet, allow the finding.

## Upstream
https://cloudflare.github.io/pint/checks/promql/series.html
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.witness import Witness
from mixwright.promql import Binary, Call, Expr, Selector, children
from mixwright.promql.labelflow import is_templated
from mixwright.values import Matcher

_SERIES = """
queue_length{queue="mail", zone="a"}  3x10
queue_length{queue="print", zone="a"} 5x10
"""

EXAMPLES = (
    Good('max(queue_length{queue="mail"})', recorded=_SERIES),
    Good("max(queue_age) or vector(0)", recorded=_SERIES),
    Bad(
        "max(queue_lenght)",
        "`queue_lenght` is not in the recording; did you mean `queue_length`?",
        recorded=_SERIES,
    ),
    Bad(
        'max(queue_length{region="eu"})',
        "no series of `queue_length` has the label `region`; there are `queue`, `zone`",
        recorded=_SERIES,
    ),
)


@check(on=Expr)
def never_matches(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look every selector up, first its name, then its labels.

    Values, and metrics that the catalogue knows and that were not exposed, are another check's.
    """
    witness = context.project.witness
    if witness is None:
        return
    for selector in _demanded(expr):
        name = selector.name
        templated = any(is_templated(matcher.value) for matcher in selector.conditions)
        if name is None or templated or name in context.project.recordings:
            continue
        series = witness.names.get(name)
        if series is None and context.facts.metric(name) is not None:
            continue
        if series is None:
            near = difflib.get_close_matches(name, witness.names, n=1, cutoff=0.9)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            if near or _was_recorded(name, witness):
                yield Finding(f"`{name}` is not in the recording{hint}", selector)
            continue
        labels = {label for one in series for label in one} - {"__name__"}
        for matcher in selector.matchers:
            if matcher.name not in labels and not matcher.matches(""):
                there = ", ".join(f"`{label}`" for label in sorted(labels))
                yield Finding(_message(name, matcher, there), selector)


def _message(name: str, matcher: Matcher, there: str) -> str:
    return f"no series of `{name}` has the label `{matcher.name}`; there are {there}"


def _was_recorded(name: str, witness: Witness) -> bool:
    """Tell whether anything of a metric's system was recorded: a name with the same first two words."""
    words = name.split("_")[:2]
    return any(known.split("_")[:2] == words for known in witness.names)


def _demanded(expr: Expr) -> Iterator[Selector]:
    """Yield the selectors without which the result is empty or wrong."""
    match expr:
        case Selector():
            yield expr
        case Binary("or") | Call("absent" | "absent_over_time"):
            return
        case Binary("unless", left, _):
            yield from _demanded(left)
        case _:
            for child in children(expr):
                yield from _demanded(child)
