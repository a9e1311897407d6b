"""A link to a dashboard that does not keep the time range.

## Why is this bad?
Somebody looks at last night, follows the link, and looks at the last hour.

## Use instead
`&${__url_time_range}` in the address of a data link, `"keepTime": true` on a dashboard's link.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import Edit, RenderedLink
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [{"type": "table", "title": "Queues",
           "fieldConfig": {"defaults": {"links": [{"title": "Self", "url": "/d/queues"}]}}}]}
        """,
        "link `Self` loses the time range; add `${__url_time_range}` to its address",
    ),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [],
         "links": [{"type": "link", "title": "Self", "url": "/d/queues"}]}
        """,
        "link `Self` loses the time range; give it `keepTime`",
    ),
)


@check(on=RenderedLink)
def lost_time_range(link: RenderedLink, _context: Context) -> Iterator[Finding]:
    """Look for the range in the address, and for the flag."""
    if link.keeps_time or not (link.leads_to_dashboard or link.kind == "tags"):
        return
    message = f"link `{link.title}` loses the time range"
    if link.kind == "data" and link.place.loose_text("url"):
        mark = "&" if "?" in link.url else "?"
        fix = Edit(link.place, "url", f"{link.url}{mark}${{__url_time_range}}")
        yield Finding(f"{message}; add `${{__url_time_range}}` to its address", fix=fix)
    else:
        fix = Edit(link.place, "keepTime", True)
        yield Finding(f"{message}; give it `keepTime`", fix=fix)
