"""What people need when an alert fires: its severity, owner, runbook, and the panel that shows it.

Requires: uids, panel ids, scoped expressions.
Ensures: every alert has a `severity` label and the annotations of the mixin's conventions, also
where panels show it.
"""

from __future__ import annotations

import attrs

from mixwright.model import Alert, Dashboard, Mixin, Panel
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql.labelflow import flow
from mixwright.values import Labels


def annotate(mixin: Mixin) -> Mixin:
    """Complete labels and annotations of every alert."""
    places: dict[str, tuple[Dashboard, Panel]] = {}
    for dashboard in mixin.all_dashboards():
        for panel in dashboard.all_panels():
            for alert in panel.alert:
                # The deepest level comes last and says most about what has failed.
                places[alert.name] = (dashboard, panel)
    rules = tuple(
        attrs.evolve(
            group,
            rules=tuple(
                _annotated(rule, mixin, places.get(rule.name)) if isinstance(rule, Alert) else rule
                for rule in group.rules
            ),
        )
        for group in mixin.rules
    )
    annotated = attrs.evolve(mixin, rules=rules)
    final = {alert.name: alert for alert in annotated.alerts()}

    def shown(panel: Panel) -> Panel:
        return attrs.evolve(panel, alert=tuple(final[alert.name] for alert in panel.alert))

    return each_dashboard(annotated, lambda dashboard, _parent: each_panel(dashboard, shown))


def _annotated(alert: Alert, mixin: Mixin, place: tuple[Dashboard, Panel] | None) -> Alert:
    labels = {"severity": alert.severity.value, "owner": mixin.owner}
    annotations = {"summary": alert.summary, "description": alert.description}
    runbook = alert.runbook or (
        f"{mixin.runbooks.rstrip('/')}/{alert.name}.md" if mixin.runbooks else ""
    )
    annotations["runbook_url"] = runbook
    if place is not None:
        dashboard, panel = place
        annotations["dashboard_url"] = _address(alert, dashboard, panel)
        annotations["__dashboardUid__"] = dashboard.uid
        annotations["__panelId__"] = str(panel.id)
    return attrs.evolve(
        alert,
        runbook=runbook,
        labels=Labels({**labels, **alert.labels}),
        annotations=Labels({**annotations, **alert.annotations}),
    )


def _address(alert: Alert, dashboard: Dashboard, panel: Panel) -> str:
    """Return the panel's address below Grafana's root, its variables filled from the alert's labels."""
    labels = flow(alert.expr)
    variables = "".join(
        f"&var-{v.name}={{{{ $labels.{v.name} | urlquery }}}}"
        for v in dashboard.chain
        if labels.possible(v.name)
    )
    return f"/d/{dashboard.uid}/{dashboard.slug}?viewPanel={panel.id}{variables}"
