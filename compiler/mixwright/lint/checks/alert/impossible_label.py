"""A template that names a label which the alert's expression cannot have.

## Why is this bad?
The label is empty when the alert fires: the message reads "disk of  is full", and the person who was
woken does not learn where.

## Use instead
Keep the label in the expression, by `by (…)` or `group_left (…)`, or name another one.

## Upstream
https://cloudflare.github.io/pint/checks/alerts/template.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check, template

_ALERT = """
Alert(
    "ErrorsHigh",
    expr="sum by (job) (rate(errors_total[5m])) > 1",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.%s }} fails",
)
"""

EXAMPLES = (
    Good(_ALERT % "job"),
    Bad(
        _ALERT % "instance",
        "`summary` names `$labels.instance`, which is never there: `sum by (job)` keeps only `job`",
    ),
    Bad(
        _ALERT % "job }} in {{ .Labels.zone",
        "`summary` names `$labels.zone`, which is never there: `sum by (job)` keeps only `job`",
    ),
)


@check(on=ALERTS, severity="error")
def impossible_label(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Ask the expression's label flow for every label that an annotation or a label names."""
    flow = context.labels(alert.expr)
    for where, text in (*alert.annotations.items(), *alert.labels.items()):
        for name in template.labels(text):
            if not flow.possible(name):
                fate = flow.fate(name)
                yield Finding(
                    f"`{where}` names `$labels.{name}`, which is never there: {fate.reason}",
                    fate.cause,
                )
