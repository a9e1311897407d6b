"""A query that Loki refuses.

## Why is this bad?
The panel shows an error, or nothing, for everybody at all times.

## Use instead
LogQL begins with the streams to read: `{job="queue"} |= "error"`.

## Upstream
https://grafana.com/docs/loki/latest/query/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

_DASHBOARD = """
        {"title": "Queues", "uid": "a", "panels": [{"type": "logs", "title": "Log",
           "datasource": {"type": "loki", "uid": "$loki"}, "targets": [{"refId": "A", "expr": "%s"}]}]}
"""

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(_DASHBOARD % "queue error", "query A: no `{…}` says which streams to read"),
    Bad(_DASHBOARD % "sum(rate({a=`b`}[1m])", "query A: a bracket is not closed"),
)

_QUIET = re.compile(r"\"(?:[^\"\\]|\\.)*\"|`[^`]*`|#[^\n]*", re.DOTALL)
_CLOSING = {")": "(", "]": "[", "}": "{"}


@check(on=RenderedPanel, severity="error")
def broken_log_query(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for streams, and for brackets outside quotes that have no partner."""
    for query in panel.queries:
        if query.language == "logql" and query.text.strip():
            bare = _QUIET.sub(" ", re.sub(r"\$\{[^}]*\}|\[\[\w+\]\]", "1m", query.text))
            problem = _problem(bare)
            if problem:
                yield Finding(f"query {query.ref or '?'}: {problem}")


def _problem(bare: str) -> str:
    opened: list[str] = []
    for character in bare:
        if character in "([{":
            opened.append(character)
        elif character in _CLOSING and (not opened or opened.pop() != _CLOSING[character]):
            return f"nothing opens what `{character}` closes"
    if opened:
        return "a bracket is not closed"
    return "" if "{" in bare else "no `{…}` says which streams to read"
