"""An `absent()` that said nothing while everything it watches was down.

## Why is this bad?
A target that is listed and does not answer has `up == 0`. The series is there, so that `absent()` is
silent: of an outage that was recorded, this alert would have told nobody.

## Use instead
`absent(up{…} == 1)`, which is true in both cases.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import ALERTS, AnyAlert
from mixwright.promql import Call, Selector, walk
from mixwright.values import Duration, utc

_ALERT = """
Alert("Gone", expr='absent(up{job="api"}%s)', severity="ticket", hold="2m", summary="the API is gone")
"""
_SERIES = """
up{job="api"} 1x5 0x5 1x5
"""

EXAMPLES = (
    Good(_ALERT % " == 1", recorded=_SERIES),
    Bad(
        _ALERT % "",
        '`absent(up{job="api"})` was silent for `6m` from 1970-01-01T00:06:00Z on, while '
        "`up` was 0 everywhere; write `absent(… == 1)`",
        recorded=_SERIES,
    ),
)


@check(on=ALERTS)
def silent_absent(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for times at which all series that `absent()` looks for are 0."""
    witness = context.project.witness
    for call in walk(alert.expr, Call) if witness is not None else ():
        match call:
            case Call("absent", (Selector("up") as selector,)) if witness is not None:
                pass
            case _:
                continue
        matrix = witness.values(selector)
        if matrix is None or not len(matrix):
            continue
        down = matrix.present.any(axis=0) & ~((matrix.values != 0) & matrix.present).any(axis=0)
        start, length = _longest(down.tolist())
        lasted = Duration(length * matrix.steps.step)
        if lasted.ms >= max(alert.hold.ms, 2 * matrix.steps.step):
            yield Finding(
                f"`{call!s}` was silent for `{lasted}` from {utc(int(matrix.steps.times[start]))} on, "
                "while `up` was 0 everywhere; write `absent(… == 1)`",
                call,
            )


def _longest(flags: list[bool]) -> tuple[int, int]:
    """Return where the longest run of true begins, and its length."""
    best = (0, 0)
    start = 0
    for number, flag in enumerate([*flags, False]):
        if flag:
            continue
        if number - start > best[1]:
            best = (start, number - start)
        start = number + 1
    return best
