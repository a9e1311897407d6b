"""Rules as Prometheus takes them, without the conventions that this project's own definitions keep.

Any name goes, no label or annotation is demanded, and an empty label value, which removes a label,
is kept. What reads these needs no more than what Prometheus knows of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from mixwright.model import Severity
from mixwright.promql import Expr
from mixwright.values import Duration, Origin

SEVERITIES: Final = {
    **dict.fromkeys(("page", "critical", "emergency", "fatal"), Severity.PAGE),
    **dict.fromkeys(("ticket", "warning", "warn", "error", "major", "minor"), Severity.TICKET),
    **dict.fromkeys(("log", "info", "information", "notice", "debug", "none"), Severity.LOG),
}
"""What people do about an alert, by the value of its `severity` label in lower case."""


@attrs.frozen(kw_only=True)
class ForeignRecording:
    """A recording rule of a rule file."""

    name: str
    expr: Expr
    labels: Mapping[str, str]
    origin: Origin


@attrs.frozen(kw_only=True)
class ForeignAlert:
    """An alerting rule of a rule file; `hold` is `for`, `keep_firing` is `keep_firing_for`.

    `severity` follows from the label of this name, the group's or the rule's; where there is none, or
    one that nobody knows, somebody is paged, for nothing says that it can wait.
    """

    name: str
    expr: Expr
    labels: Mapping[str, str]
    origin: Origin
    annotations: Mapping[str, str]
    hold: Duration
    keep_firing: Duration
    severity: Severity


ForeignRule: TypeAlias = ForeignAlert | ForeignRecording


@attrs.frozen(kw_only=True)
class ForeignGroup:
    """A rule group of a rule file; one without rules is legal."""

    name: str
    rules: tuple[ForeignRule, ...]
    interval: Duration | None
    query_offset: Duration | None
    limit: int
    labels: Mapping[str, str]
    origin: Origin


@attrs.frozen(kw_only=True)
class RuleFile:
    """The groups of all documents of a file."""

    path: Path
    rules: tuple[ForeignGroup, ...]

    @property
    def name(self) -> str:
        """The path, as it was given."""
        return str(self.path)

    @property
    def title(self) -> str:
        """The file's name, without the folder."""
        return self.path.name

    @property
    def rule_file(self) -> str:
        """The absolute path: Prometheus is taken to read the file where it lies."""
        return str(self.path.absolute())
