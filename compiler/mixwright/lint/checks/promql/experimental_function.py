"""A function that Prometheus only knows with a feature flag.

## Why is this bad?
Without `--enable-feature=promql-experimental-functions` the rule file does not load, and all of its
rules with it. Experimental functions may change or go away.

## Use instead
A stable function; or the flag on every Prometheus that gets the mixin, and the finding allowed.

## Upstream
https://prometheus.io/docs/prometheus/latest/feature_flags/#experimental-promql-functions
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import FUNCTIONS, Call, Expr, walk

EXAMPLES = (
    Good("stddev_over_time(queue_length[1h])"),
    Bad(
        "mad_over_time(queue_length[1h])",
        "`mad_over_time()` needs `--enable-feature=promql-experimental-functions`",
    ),
)


@check(on=Expr)
def experimental_function(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look every function up."""
    for call in walk(expr, Call):
        if FUNCTIONS[call.function].experimental:
            flag = "--enable-feature=promql-experimental-functions"
            yield Finding(f"`{call.function}()` needs `{flag}`", call)
