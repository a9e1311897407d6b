"""What is drawn over all panels: Grafana's own annotations, and the alerts that the panels show."""

from __future__ import annotations

from typing import Any

from mixwright.backends.grafana.queries import SOURCE, expression
from mixwright.backends.grafana.thresholds import COLOURS
from mixwright.model import Annotation, Dashboard, Severity
from mixwright.promql import Selector, unparse
from mixwright.values import Matcher, MatchOp

_NAMES = {Severity.PAGE: "Pages", Severity.TICKET: "Tickets", Severity.LOG: "Logged alerts"}

_BUILT_IN = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}


def annotation_list(dashboard: Dashboard) -> list[dict[str, Any]]:
    """Return the built-in annotation, and one for each severity of the alerts shown."""
    found: list[dict[str, Any]] = [_BUILT_IN]
    alerts = {alert.name: alert for panel in dashboard.all_panels() for alert in panel.alert}
    for severity, title in _NAMES.items():
        names = sorted(name for name, alert in alerts.items() if alert.severity is severity)
        if names:
            found.append(
                {
                    "datasource": SOURCE,
                    "enable": True,
                    "hide": False,
                    "iconColor": COLOURS[severity.value],
                    "name": title,
                    "tagKeys": ",".join(variable.name for variable in dashboard.chain),
                    "target": {"expr": firing(names, dashboard), "refId": "Anno"},
                    "titleFormat": "{{alertname}}",
                }
            )
    return found + [_marked(one) for one in dashboard.annotations]


def _marked(annotation: Annotation) -> dict[str, Any]:
    """Return what a definition marks: a region or a moment wherever its expression has a value."""
    return {
        "datasource": SOURCE,
        "enable": annotation.shown,
        "hide": False,
        "iconColor": annotation.color,
        "name": annotation.name,
        "tagKeys": ",".join(annotation.tags),
        "target": {"expr": expression(annotation.expr), "refId": "Anno"},
        "textFormat": annotation.text,
        "titleFormat": annotation.name,
    }


def firing(names: list[str], dashboard: Dashboard) -> str:
    """Return the expression for alerts that fire for what a dashboard shows, or for more than that."""
    alerts = Selector(
        "ALERTS",
        (
            Matcher("alertname", MatchOp.REGEX, "|".join(names)),
            Matcher("alertstate", MatchOp.EQUAL, "firing"),
        ),
    )
    # A raw string, because Grafana escapes for regular expressions and not for strings; the empty
    # alternative lets alerts pass that have lost the label.
    chosen = "".join(f",{v.name}=~`${{{v.name}:regex}}|`" for v in dashboard.chain)
    return unparse(alerts).removesuffix("}") + chosen + "}"
