"""A query in a template that is not PromQL.

## Why is this bad?
It is run when the alert fires. The notification reads `<error expanding template: …>` instead of what it
was to say.

## Use instead
A query that parses; its labels in backticks need no escaping.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#queries
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.errors import MixwrightError
from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import parse

_ALERT = """
Alert(
    "QueueLong",
    expr="queue_length > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }}: {{ with query `%s` }}{{ . | first | value }}{{ end }}",
)
"""

EXAMPLES = (
    Good(_ALERT % "max(queue_age)"),
    Bad(
        _ALERT % "max(queue_age",
        "the query `max(queue_age` in `summary` is not PromQL: unclosed left parenthesis",
    ),
)

_QUERY = re.compile(r"""\{\{[^{}]*?\bquery\s+(?:`([^`]*)`|"((?:[^"\\%]|\\.)*)")""")


@check(on=ALERTS, severity="error")
def broken_query(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Parse the queries that are written as a whole, without `printf`."""
    for where, text in (*alert.annotations.items(), *alert.labels.items()):
        for raw, quoted in _QUERY.findall(text):
            query = raw or quoted.replace('\\"', '"').replace("\\\\", "\\")
            try:
                parse(query)
            except MixwrightError as error:
                reason = str(error).splitlines()[0].rpartition("is not PromQL: ")[2]
                yield Finding(f"the query `{query}` in `{where}` is not PromQL: {reason}")
