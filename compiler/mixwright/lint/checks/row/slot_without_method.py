"""A panel with a slot in a row without a method.

## Why is this bad?
A slot says what a panel shows in its row's method. Without a method nothing checks that the other
slots are there.

## Use instead
`method=` on the row, or no `slot=` on the panel.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/#common-observability-strategies
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Row

_ROW = """
Row(
    "Requests",
    panels=Panel("Rate", "rate(requests_total[5m])", %sunit="reqps", description="Requests."),
)
"""

EXAMPLES = (
    Good(_ROW % ""),
    Bad(
        _ROW % 'slot="rate", ',
        "panel `Rate` has the slot `rate` and the row no method; give the row `method=`",
    ),
)


@check(on=Row)
def slot_without_method(row: Row, _context: Context) -> Iterator[Finding]:
    """Look for slots where no method gives them a meaning."""
    for panel in row.panels if row.method is None else ():
        if panel.slot:
            yield Finding(
                f"panel `{panel.title}` has the slot `{panel.slot}` and the row no method; "
                "give the row `method=`"
            )
