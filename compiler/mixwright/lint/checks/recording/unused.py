"""A recording rule whose series nothing reads.

## Why is this bad?
It is evaluated and stored at every interval for nobody. Mostly the panel or alert that read it is gone.

## Use instead
Remove the rule; or, when people outside read it, allow the finding and say who.

## Upstream
https://prometheus.io/docs/practices/rules/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import (
    RECORDINGS,
    AnyRecording,
    Bad,
    Context,
    Finding,
    ForeignMixin,
    Good,
    check,
)

_RULE = 'Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))")'

EXAMPLES = (
    Good(_RULE),
    Bad(
        f'RuleGroup("requests", rules={_RULE})',
        "no rule, panel or variable reads `job:requests:rate5m`; remove the rule",
    ),
)


@check(on=RECORDINGS, severity="info")
def unused(rule: AnyRecording, context: Context) -> Iterator[Finding]:
    """Look the name up among everything that is read; of files without dashboards, others may read it."""
    if isinstance(context.mixin, ForeignMixin) and not context.mixin.files:
        return
    if rule.name not in context.project.read:
        yield Finding(f"no rule, panel or variable reads `{rule.name}`; remove the rule")
