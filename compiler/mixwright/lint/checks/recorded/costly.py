"""A rule that reads very much at every evaluation.

## Why is this bad?
It takes the server's time and memory at every interval, and makes its whole group late. Above
`--query.max-samples` (50 million) it fails.

## Use instead
A recording rule that aggregates first, a shorter window, a narrower selector.

## Upstream
https://cloudflare.github.io/pint/checks/query/cost.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import RULES, AnyRule

_RULE = 'Recording("job:busy:max", expr="max by (job) (max_over_time(busy[%s]))")'
_SERIES = """
busy{job="api", cpu="0"} 0x510000
"""

EXAMPLES = (
    Good(_RULE % "1h", recorded=_SERIES),
    Bad(_RULE % "354d", "reads 509,761 samples of 1 series at every evaluation", recorded=_SERIES),
)

_MANY_SERIES = 20_000
_MANY_SAMPLES = 500_000


@check(on=RULES, severity="info")
def costly(rule: AnyRule, context: Context) -> Iterator[Finding]:
    """Count what the last evaluation reads."""
    witness = context.project.witness
    if witness is None:
        return
    cost = witness.cost(rule.expr)
    if cost.series > _MANY_SERIES or cost.samples > _MANY_SAMPLES:
        yield Finding(
            f"reads {cost.samples:,} samples of {cost.series:,} series at every evaluation"
        )
