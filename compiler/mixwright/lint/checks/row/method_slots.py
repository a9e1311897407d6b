"""A row that names a method and does not show what the method asks for, in its order.

## Why is this bad?
A method works because every dashboard shows the same things in the same places: rate, errors,
duration. A gap or another order makes the reader search, and what is missing is not missed until it
matters.

## Use instead
A panel with `slot=` for each part of the method, in the method's order.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/#common-observability-strategies
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Row


def _row(*slots: str) -> str:
    """Write a row down whose panels have these slots."""
    panels = "".join(
        f'\n        Panel("{slot}", "x_{n}", slot="{slot}", unit="short", description="…"),'
        for n, slot in enumerate(slots)
    )
    return f'Row(\n    "Requests",\n    method=Method.RED,\n    panels=({panels}\n    ),\n)'


EXAMPLES = (
    Good(_row("rate", "errors", "duration")),
    Good(_row("rate", "rate", "errors", "duration")),
    Bad(
        _row("rate", "duration"),
        'RED asks for rate, errors, duration; no panel has `slot="errors"`',
    ),
    Bad(
        _row("errors", "rate", "duration"),
        "RED asks for rate, errors, duration, in this order; it is errors, rate, duration",
    ),
    Bad(
        _row("rate", "errors", "duration", "traffic"),
        "RED asks for rate, errors, duration; it has no `traffic`",
    ),
)


@check(on=Row, severity="error")
def method_slots(row: Row, _context: Context) -> Iterator[Finding]:
    """Compare the panels' slots with the method's."""
    if row.method is None:
        return
    slots = row.method.value
    asks = f"{row.method.name} asks for {', '.join(slots)}"
    found = [panel.slot for panel in row.panels if panel.slot]
    for slot in dict.fromkeys(found):
        if slot not in slots:
            yield Finding(f"{asks}; it has no `{slot}`")
    for slot in slots:
        if slot not in found:
            yield Finding(f'{asks}; no panel has `slot="{slot}"`')
    known = [slot for slot in found if slot in slots]
    if known != sorted(known, key=slots.index):
        yield Finding(f"{asks}, in this order; it is {', '.join(known)}")
