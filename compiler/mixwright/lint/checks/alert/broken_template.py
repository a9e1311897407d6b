"""A template that does not parse, or fails whenever it is run.

## Why is this bad?
Prometheus refuses a rule file with a template that does not parse. One that fails when it runs loads
well, and the notification reads `<error expanding template: …>` at the moment it is needed.

## Use instead
What the message says. Labels with dots need `index $labels "a.b"`, numbers compare with `5.0`, not `5`.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.errors import MixwrightError
from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.templating import expand, is_template, parse_alert_template
from mixwright.values import Labels

_ALERT = 'Alert("Slow", expr="job_age_seconds > 9", severity="ticket", hold="5m", summary="%s")'

EXAMPLES = (
    Good(_ALERT % "{{ $labels.job }} takes {{ $value | humanizeDuration }}"),
    Good(_ALERT % "{{ with query `up` }}{{ . | first | value }}{{ end }} {{ $labels.job }}"),
    Bad(
        _ALERT % "{{ $labels.job }} takes {{ $value | humanise }}",
        '`summary` does not parse: function "humanise" not defined',
    ),
    Bad(
        _ALERT % "{{ if gt $value 5 }}{{ $labels.job }}{{ end }}",
        '`summary` fails when it runs: executing "__alert_Slow" at <gt $value 5>: '
        "error calling gt: incompatible types for comparison: float64 and int",
    ),
)

_FAILED = re.compile(r"<error expanding template: (.*)>", re.DOTALL)
_PLACE = re.compile(r"(error executing template \w+: )?template: __alert_\w+:[\d:]+ ")
_QUERIES = re.compile(r"\b(query|tmpl|template)\b")


@check(on=ALERTS, severity="error")
def broken_template(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Parse every label and annotation, and run those that need no server once."""
    for where, text in (*alert.annotations.items(), *alert.labels.items()):
        if not is_template(text):
            continue
        try:
            parse_alert_template(text, alert.name)
        except MixwrightError as error:
            yield Finding(f"`{where}` does not parse: {_reason(error)}")
            continue
        if not _QUERIES.search(text):
            result = expand(text, alert=alert.name, labels=Labels(), value=1.5, time_ms=0)
            failed = _FAILED.search(result)
            if failed is not None:
                yield Finding(f"`{where}` fails when it runs: {_reason(failed[1])}")


def _reason(error: object) -> str:
    """Return Go's message without the name and place of Prometheus' own template around it."""
    return _PLACE.sub("", str(error))
