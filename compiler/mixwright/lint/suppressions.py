"""Suppressions: which findings a definition or a comment allows, why, and until when."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from datetime import date

import attrs

from mixwright.lint.things import Allowed
from mixwright.rulefiles import ForeignGroup
from mixwright.values import Origin


@attrs.frozen
class Suppression:
    """One entry of an `allow=` or one comment, and whether it silenced anything.

    `text` is the reason, perhaps after a last day: `until 2027-01-31: reason`.
    """

    code: str
    text: str
    used: bool = False
    today: date = date.min

    @property
    def reason(self) -> str:
        """The reason, without the last day."""
        found = _UNTIL.match(self.text)
        return (self.text[found.end() :] if found else self.text).strip()

    @property
    def until(self) -> str | None:
        """The last day as it was written, if there is one."""
        found = _UNTIL.match(self.text)
        return found[1] if found else None

    @property
    def expired(self) -> bool:
        """Whether the last day has passed; one that is no date has not come either."""
        until = self.until
        try:
            return until is not None and date.fromisoformat(until) < self.today
        except ValueError:
            return False


_UNTIL = re.compile(r"\s*until\s+(\S+?)(?::|\s*$)")
_COMMENT = re.compile(r"#\s*mixwright:\s*allow\s+([\w/-]+)\s*:?(.*)")


def comments(path: str, text: str, groups: Sequence[ForeignGroup]) -> dict[Origin, Allowed]:
    """Return what the comments of a rule file allow, by the beginning of what they stand beside.

    A comment belongs to the rule or group that it stands in or right above; before all groups, to the
    file, whose line is 0.
    """
    starts = sorted({thing.origin.line for group in groups for thing in (group, *group.rules)})
    begins = frozenset(starts)
    lines = text.splitlines()
    allowed: dict[Origin, dict[str, str]] = {}
    below = 0
    for number in range(len(lines), 0, -1):
        line = lines[number - 1]
        found = _COMMENT.search(line)
        if found is not None:
            place = bisect.bisect_right(starts, number)
            start = starts[place - 1] if place else 0
            above = line.lstrip().startswith("#") and below in begins
            # A comment at the end of a block is indented further than the dash of what comes next.
            if above and found.start() <= _indent(lines[below - 1]):
                start = below
            allowed.setdefault(Origin(path, start), {}).setdefault(found[1], found[2].strip())
        if line.strip() and not line.lstrip().startswith("#"):
            below = number
    return {**allowed}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
