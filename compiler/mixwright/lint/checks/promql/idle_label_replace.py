"""`label_replace()` that reads a label which is never there.

## Why is this bad?
The pattern is held against an empty text and does not match it, so nothing is ever replaced. Mostly
an aggregation below has dropped the source label.

## Use instead
Replace first and aggregate then, or keep the source label in the aggregation.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, String, walk
from mixwright.values import anchored_regex

EXAMPLES = (
    Good('sum by (node) (label_replace(queue_length, "node", "$1", "instance", "(.+):.*"))'),
    Good('label_replace(sum(queue_length), "node", "all", "", "")'),
    Bad(
        'label_replace(sum by (job) (queue_length), "node", "$1", "instance", "(.+):.*")',
        "`label_replace()` reads `instance`, which is gone: `sum by (job)` keeps only `job`",
    ),
)


@check(on=Expr, severity="error")
def idle_label_replace(expr: Expr, context: Context) -> Iterator[Finding]:
    """Ask the label flow for the source label."""
    for call in walk(expr, Call):
        match call:
            case Call("label_replace", (inner, _, _, String(source), String(pattern))):
                fate = context.labels(inner).fate(source)
                gone = not context.labels(inner).possible(source)
                if source and gone and anchored_regex(pattern).fullmatch("") is None:
                    yield Finding(
                        f"`label_replace()` reads `{source}`, which is gone: {fate.reason}", call
                    )
