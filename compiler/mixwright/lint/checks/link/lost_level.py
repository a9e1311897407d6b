"""A drill-down to a dashboard that forgets a level above.

## Why is this bad?
From one cluster's namespaces to a namespace, and there the cluster is no longer a choice: namespaces of the
same name in all clusters are added up.

## Use instead
The variables of the level above on the level below, passed on by the link.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile, RenderedLink
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        [{"title": "Queues", "uid": "queues", "templating": {"list": [
            {"name": "cluster", "type": "query", "query": "label_values(up, cluster)"}]},
          "panels": [{"type": "table", "title": "Queues", "fieldConfig": {"defaults": {"links": [
            {"title": "Queue", "url": "/d/queue?var-queue=${__value.text}"}]}}}]},
         {"title": "Queue", "uid": "queue", "panels": [], "templating": {"list": [
            {"name": "queue", "type": "query", "query": "label_values(queue_length, queue)"}]}}]
        """,
        "link `Queue` leads to `Queue`, which has no variable `cluster`; give it the levels above",
    ),
)


@check(on=RenderedLink, severity="info")
def lost_level(link: RenderedLink, context: Context) -> Iterator[Finding]:
    """Compare the levels of this dashboard with those of the target of a data link, one step down."""
    target, here = context.bundle.target(link), context.file
    if link.kind != "data" or target is None or here is None or target is here:
        return
    above, below = _levels(here), _levels(target)
    # What has no variable more than this one is not below it.
    lost = [name for name in above if name not in below] if set(below) - set(above) else []
    if lost:
        names = " and ".join(f"`{name}`" for name in lost)
        yield Finding(
            f"link `{link.title}` leads to `{target.title}`, which has no variable {names}; "
            "give it the levels above"
        )


def _levels(file: DashboardFile) -> list[str]:
    return [v.name for v in file.variables if v.kind == "query" and not v.hidden]
