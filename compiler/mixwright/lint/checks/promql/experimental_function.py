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

from mixwright.lint import Bad, Context, Finding, Good, Profile, check
from mixwright.lint.versions import STABLE_SINCE, older
from mixwright.promql import FUNCTIONS, Call, Expr, walk

EXAMPLES = (
    Good("stddev_over_time(queue_length[1h])"),
    Good("mad_over_time(queue_length[1h])", Profile(features=("promql-experimental-functions",))),
    Bad(
        "first_over_time(queue_length[1h])",
        "`first_over_time()` needs `--enable-feature=promql-experimental-functions`",
        Profile(prometheus="3.9.1"),
    ),
    Bad(
        "mad_over_time(queue_length[1h])",
        "`mad_over_time()` needs `--enable-feature=promql-experimental-functions`",
    ),
)


_FEATURE = "promql-experimental-functions"


@check(on=Expr)
def experimental_function(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look every function up; some became stable."""
    if _FEATURE in context.profile.features:
        return
    for call in walk(expr, Call):
        since = STABLE_SINCE.get(call.function)
        version = context.profile.prometheus
        was = since is not None and version and older(version, since)
        if was or FUNCTIONS[call.function].experimental:
            yield Finding(f"`{call.function}()` needs `--enable-feature={_FEATURE}`", call)
