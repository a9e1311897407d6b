"""One big number for each series."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Shown, reduced
from mixwright.model import Panel
from mixwright.model.panels.stat import Stat


def shown(panel: Panel) -> Shown:
    """Return a number, coloured where something could be wrong, over a sparkline where there is a past."""
    look = panel.look
    assert isinstance(look, Stat)
    ranges = not all(panel.asks_once(query) for query in panel.show)
    colored = "value" if panel.thresholds or panel.steps or panel.color else "none"
    return Shown(
        {
            "colorMode": colored if look.colored == "auto" else look.colored,
            "graphMode": ("area" if ranges else "none") if look.graph == "auto" else look.graph,
            "justifyMode": look.justify,
            "orientation": look.orientation,
            "percentChangeColorMode": "standard",
            "reduceOptions": reduced(look.calculation),
            "showPercentChange": look.percent_change,
            "textMode": look.text,
            "wideLayout": True,
        }
    )
