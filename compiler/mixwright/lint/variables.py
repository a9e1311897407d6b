"""Dashboard variables that a text mentions: `$name`, `${name:format}`, `[[name]]`."""

from __future__ import annotations

import re

from mixwright.model import Dashboard

_MENTION = re.compile(r"\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)[^}]*\}|\[\[([A-Za-z_]\w*)[^\]]*\]\]")


def mentioned(text: str) -> tuple[str, ...]:
    """Return the variables that a text mentions, without those that Grafana provides."""
    names = (next(filter(None, groups)) for groups in _MENTION.findall(text))
    return tuple(dict.fromkeys(name for name in names if not name.startswith("__")))


def defined(dashboard: Dashboard) -> tuple[str, ...]:
    """Return the variables that a dashboard has; the data source's is always there."""
    own = (variable.name for variable in (*dashboard.chain, *dashboard.variables))
    return ("datasource", *own)
