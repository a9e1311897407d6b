"""The settings of a table's single columns."""

from __future__ import annotations

from typing import Any

from mixwright.backends.grafana.fields import matched
from mixwright.backends.grafana.panels.table import cell
from mixwright.backends.grafana.thresholds import PLAIN
from mixwright.model import Panel
from mixwright.model.panels.table import Table
from mixwright.model.transformations import Organize
from mixwright.passes.tabulate import linked

Json = dict[str, Any]


def overrides(panel: Panel, links: list[Json]) -> list[Json]:
    """Return the settings of single columns: bars for shares, colours for thresholds, drill-downs."""
    found: list[Json] = []
    changes = _numbers(panel)
    if changes:
        found.append(matched("byType", "number", changes))
    if links:
        columns = (_column(name, panel) for name in linked(panel))
        found += [matched("byName", column, {"links": links}) for column in columns]
    return found


def _numbers(panel: Panel) -> Json:
    """Return how numbers are drawn, when they are more than text and nobody said otherwise."""
    if not isinstance(panel.look, Table) or panel.look.cell != "auto":
        return {}
    graded = panel.thresholds or panel.steps
    if panel.minimum is not None and panel.maximum is not None:
        return {"custom.cellOptions": cell("gauge")} | (
            {} if graded or panel.color else {"color": PLAIN}
        )
    if graded:
        return {"custom.cellOptions": cell("color-text")}
    return {}


def _column(label: str, panel: Panel) -> str:
    """Return what the column of a label is called in the end."""
    for step in panel.transformations:
        if isinstance(step, Organize):
            label = step.rename.get(label, label)
    return label
