"""A series named like a recording rule's that no mixin records.

## Why is this bad?
Names with colons are kept for recording rules. When no rule makes the series, it is misspelt, or the
rule was renamed or removed: the panel is empty, the alert dead.

## Use instead
The name of a rule that exists, or the rule's expression itself.

## Upstream
https://prometheus.io/docs/practices/rules/#naming
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk

_MIXIN = """
Mixin(
    "web",
    version="1.0.0",
    rules=RuleGroup(
        "web",
        rules=Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))"),
    ),
    dashboards=Dashboard(
        "Web",
        description="How much traffic is there?",
        panels=Panel(
            "Requests",
            "max(%s)",
            unit="reqps",
            description="Requests per second.",
        ),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % "job:requests:rate5m"),
    Bad(
        _MIXIN % "job:request:rate5m",
        "no mixin records `job:request:rate5m`; did you mean `job:requests:rate5m`?",
    ),
)


@check(on=Expr, severity="error")
def unknown_recording(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look names with colons up among the recording rules of all mixins.

    Some programs expose names with colons themselves. Their counters are rated, which no recorded rate is.
    """
    recorded = context.project.recordings
    for selector in walk(expr, Selector):
        name = selector.name or ""
        if ":" in name and name not in recorded and not context.project.is_exposed(name):
            yield Finding(f"no mixin records `{name}`{_hint(name, tuple(recorded))}", selector)


@functools.cache
def _hint(name: str, recorded: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, recorded, n=1, cutoff=0.8)
    return f"; did you mean `{near[0]}`?" if near else ""
