"""A recorded series whose name does not say how it was made.

## Why is this bad?
`level:metric:operations` tells a reader what labels are left, what was measured and what was done to
it. A name without colons looks like something that a target exposes.

## Use instead
`job:http_requests:rate5m`, `instance:node_cpu_busy:ratio`.

## Upstream
https://prometheus.io/docs/practices/rules/#naming
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import RECORDINGS, AnyRecording, Bad, Context, Finding, Good, check

_RULE = 'Recording("%s", expr="sum by (job) (rate(requests_total[5m]))")'

EXAMPLES = (
    Good(_RULE % "job:requests:rate5m"),
    Good(_RULE % ":requests:rate5m"),
    Bad(
        _RULE % "job_requests_rate",
        "`job_requests_rate` does not say how it was made; name it `level:metric:operations`",
    ),
)


@check(on=RECORDINGS, severity="info")
def naming_convention(rule: AnyRecording, _context: Context) -> Iterator[Finding]:
    """Count the parts of the name; the level is empty when no label is left."""
    parts = rule.name.split(":")
    if len(parts) < 3 or not all(parts[1:]):
        yield Finding(
            f"`{rule.name}` does not say how it was made; name it `level:metric:operations`"
        )
