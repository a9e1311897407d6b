"""Dashboard variables in texts: `$name`, `${name:format}`, `[[name]]`, and those that Grafana provides."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import attrs

MENTION = re.compile(
    r"\$(?P<bare>\w+)|\$\{(?P<braced>\w+)(?P<field>(?:\.|\[)[^:}]*)?(?::(?P<format>[^}]*))?\}"
    r"|\[\[(?P<old>\w+)(?::(?P<oldformat>[^\]]*))?\]\]",
    re.ASCII,
)
"""Source: `variableRegex` of grafana, `public/app/features/variables/utils.ts`."""


@attrs.frozen
class Mention:
    """A variable in a text; `field` is what follows its name, `.labels.job`, `format` what follows `:`."""

    name: str
    field: str
    format: str
    start: int
    end: int


def mentions(text: str) -> Iterator[Mention]:
    """Yield every variable that a text mentions, from left to right."""
    if "$" not in text and "[[" not in text:
        return
    for found in MENTION.finditer(text):
        name = found["bare"] or found["braced"] or found["old"]
        if not name.isdigit():  # `$1` in a replacement is a group of a regular expression
            form = found["format"] or found["oldformat"] or ""
            yield Mention(name, found["field"] or "", form, *found.span())


@functools.cache
def mentioned(*texts: str) -> tuple[str, ...]:
    """Return the names of the dashboard's own variables that texts mention, each once."""
    names = (mention.name for text in texts for mention in mentions(text))
    return tuple(dict.fromkeys(name for name in names if not is_provided(name)))


def is_provided(name: str) -> bool:
    """Tell whether Grafana itself provides a variable."""
    return name.startswith("__") or name in ("timeFilter", "interval_ms")
