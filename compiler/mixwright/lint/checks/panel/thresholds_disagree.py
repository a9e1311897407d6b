"""The same thing with different lines on two panels.

## Why is this bad?
On one page it is red, on the other green. The reader trusts neither.

## Use instead
One constant for both, the alert's own where there is one.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-thresholds/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

_PANEL = (
    '{{"type": "stat", "title": "{}", "targets": [{{"refId": "A", "expr": "queue_length"}}], '
    '"fieldConfig": {{"defaults": {{"thresholds": {{"steps": [{{"color": "green", "value": null}}, '
    '{{"color": "red", "value": {}}}]}}}}}}}}'
)

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f'{{"title": "Queues", "uid": "a", '
        f'"panels": [{_PANEL.format("A", 80)}, {_PANEL.format("B", 100)}]}}',
        "turns red at 100, panel `A` of dashboard `Queues` shows the same and turns at 80",
    ),
)


@check(on=RenderedPanel)
def thresholds_disagree(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Compare with the first panel of the folder that asks the same in the same unit."""
    if not panel.thresholds:
        return
    for file, other in context.bundle.same_question(panel):
        if other is panel:
            return
        if other.thresholds and other.unit == panel.unit and other.thresholds != panel.thresholds:
            where = f"panel `{other.title}` of dashboard `{file.title}`"
            yield Finding(
                f"turns {_words(panel)}, {where} shows the same and turns at "
                + ", ".join(f"{value:g}" for value, _ in other.thresholds)
            )
            return


def _words(panel: RenderedPanel) -> str:
    return ", ".join(f"{colour} at {value:g}" for value, colour in panel.thresholds)
