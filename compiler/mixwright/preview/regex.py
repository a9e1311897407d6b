"""Regular expressions as browsers read them, as far as Python's have the same."""

from __future__ import annotations

import re

_NAMED = re.compile(r"\(\?<([A-Za-z_]\w*)>")
_REFERENCE = re.compile(r"\$(?:(\d{1,2})|<(\w+)>|(&)|(\$))")


def javascript_regex(text: str) -> re.Pattern[str]:
    """Return a pattern written as Grafana takes it, `/…/i` or bare, which means the whole text (`stringToJsRegex`).

    A pattern that cannot be read matches nothing.
    """
    match = re.fullmatch(r"/(.*)/([gimsuy]*)", text, re.DOTALL)
    body, marks = (match[1], match[2]) if match else (f"^{text}$", "")
    flags = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
    chosen = re.NOFLAG
    for mark in marks:
        chosen |= flags.get(mark, re.NOFLAG)
    try:
        return re.compile(_NAMED.sub(r"(?P<\1>", body), chosen)
    except re.error:
        return re.compile(r"(?!)")


def replaced(pattern: str, replacement: str, text: str) -> str:
    """Return `text` with the first match replaced, or all of them with `/…/g`; `$1` is a group."""
    expression = javascript_regex(pattern)
    everywhere = re.fullmatch(r"/.*/[imsuy]*g[imsuy]*", pattern, re.DOTALL) is not None

    def fill(match: re.Match[str]) -> str:
        def group(reference: re.Match[str]) -> str:
            number, name, whole, dollar = reference.groups()
            if dollar:
                return "$"
            if whole:
                return match[0]
            key: int | str = name or int(number)
            known = key in match.re.groupindex if name else 0 < int(number) <= match.re.groups
            return (match[key] or "") if known else reference[0]

        return _REFERENCE.sub(group, replacement)

    return expression.sub(fill, text, count=0 if everywhere else 1)
