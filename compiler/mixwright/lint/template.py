"""Alert templates, as far as checks ask: which labels they name and where they print the bare value."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_LABEL = re.compile(r"""\$labels\.(\w+)|index\s+\$labels\s+["`](\w+)["`]""")
_DOT_LABEL = re.compile(r"(?<![\w)])\.Labels\.(\w+)")
_REBINDS_DOT = re.compile(r"(range|with|define|template|block)\b")
_BARE_VALUE = re.compile(r"\$value|\.Value")
_VALUE = re.compile(r"\$value\b|(?<![\w)])\.Value\b")


def labels(text: str) -> tuple[str, ...]:
    """Return the labels of the alert that a template names, each once, in order."""
    found = [
        first or second for action in _actions(text) for first, second in _LABEL.findall(action)
    ]
    found += [name for action in _own_actions(text) for name in _DOT_LABEL.findall(action)]
    return tuple(dict.fromkeys(found))


def names_all_labels(text: str) -> bool:
    """Tell whether a template prints or walks the whole label set."""
    return any(
        re.search(r"\$labels\b(?!\.)", action) or re.search(r"\.Labels\b(?!\.)", action)
        for action in _actions(text)
    )


def reads_value(text: str) -> bool:
    """Tell whether a template depends on the alert's value."""
    dollar = any("$value" in action for action in _actions(text))
    return dollar or any(_VALUE.search(action) for action in _own_actions(text))


def bare_value(text: str) -> str | None:
    """Return the first action that prints the value as it is, such as `{{ $value }}`."""
    own = set(_own_actions(text))
    for match in _ACTION.finditer(text):
        action = match.group(1)
        if _BARE_VALUE.fullmatch(action) and (action.startswith("$") or action in own):
            return match.group()
    return None


def _actions(text: str) -> Iterator[str]:
    return (match.group(1) for match in _ACTION.finditer(text))


def _own_actions(text: str) -> tuple[str, ...]:
    """Return the actions, unless some give `.` another meaning."""
    actions = tuple(_actions(text))
    return () if any(_REBINDS_DOT.match(action) for action in actions) else actions
