"""Links to any address, with what Grafana fills in: labels and fields of what was clicked, its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from mixwright.model import DataLink

_LABEL = re.compile(r"\$\{__(?:field\.labels|data\.fields)(?:\.(\w+)|\[\"([^\"]+)\"\])(?::\w+)?\}")
_NAME = re.compile(r"\$\{__(?:field|series)\.name\}")


def addresses(
    links: Iterable[DataLink], labels: Mapping[str, str], name: str, pages: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return titles and addresses; `pages` are those of this preview by uid, others of Grafana's are left out."""
    found = []
    for one in links:
        inside = re.match(r"/d/([^/?#]+)", one.url)
        if inside is None:
            found.append((one.title, _filled(one.url, labels, name)))
        elif inside[1] in pages:
            found.append((one.title, pages[inside[1]]))
    return found


def _filled(url: str, labels: Mapping[str, str], name: str) -> str:
    """Return an address; what only Grafana knows, such as its time range, is left out."""
    url = _LABEL.sub(lambda match: quote(labels.get(match[1] or match[2], ""), safe=""), url)
    url = _NAME.sub(lambda _: quote(name, safe=""), url)
    return re.sub(r"\$\{[^}]*\}", "", url)
