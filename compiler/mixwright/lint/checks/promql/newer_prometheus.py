"""A function, operator or modifier that the target's Prometheus does not have yet.

## Why is this bad?
The rule file does not load, and none of its rules with it; a panel shows an error.

## Use instead
What the older version has, or a newer Prometheus in the target profile.

## Upstream
https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, Profile, check
from mixwright.lint.versions import needs, older
from mixwright.promql import Expr

EXAMPLES = (
    Good("last_over_time(queue_length[1h])", Profile(prometheus="2.42.0")),
    Bad(
        "last_over_time(queue_length[1h])",
        "`last_over_time()` needs Prometheus 2.26; the target's is 2.24.1",
        Profile(prometheus="2.24.1"),
    ),
    Bad(
        "queue_length offset -5m",
        "a negative `offset` needs Prometheus 2.33; the target's is 2.30",
        Profile(prometheus="2.30"),
    ),
)


@check(on=Expr, severity="error")
def newer_prometheus(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare versions, where the target profile has one."""
    version = context.profile.prometheus
    for node, what, since in needs(expr) if version else ():
        if older(version, since):
            yield Finding(f"{what} needs Prometheus {since}; the target's is {version}", node)
