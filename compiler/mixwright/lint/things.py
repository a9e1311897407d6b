"""What checks run on, whoever wrote it: this project's definitions, and the rules of foreign files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

import attrs

from mixwright.dashboardfiles import DashboardFile
from mixwright.model import Alert, Dashboard, Mixin, Recording, RuleGroup
from mixwright.rulefiles import ForeignAlert, ForeignGroup, ForeignRecording
from mixwright.values import Origin

AnyAlert: TypeAlias = Alert | ForeignAlert
AnyRecording: TypeAlias = Recording | ForeignRecording
AnyRule: TypeAlias = AnyAlert | AnyRecording
AnyGroup: TypeAlias = RuleGroup | ForeignGroup

# `isinstance` takes a tuple where the type checker wants to read a union.
ALERTS = cast("type[AnyAlert]", (Alert, ForeignAlert))
RECORDINGS = cast("type[AnyRecording]", (Recording, ForeignRecording))
RULES = cast("type[AnyRule]", (Alert, ForeignAlert, Recording, ForeignRecording))
GROUPS = cast("type[AnyGroup]", (RuleGroup, ForeignGroup))

Allowed: TypeAlias = Mapping[str, str]
"""What a definition or a comment allows: the reason by code."""


@attrs.frozen
class Unreadable:
    """A rule or a file that Prometheus or Grafana refuses, with the text and the place in it."""

    message: str
    origin: Origin
    text: str = ""
    span: tuple[int, int] | None = None


@attrs.frozen
class Resource:
    """A file that holds a PrometheusRule; its `size` is in bytes."""

    size: int
    origin: Origin


@attrs.frozen
class ForeignMixin:
    """Files that lie together: one mixin, as somebody else renders it.

    `files` are dashboards; there are no definitions of them in `dashboards`. `allowed` holds what
    comments allow, by the line where a rule or a group begins; a whole file has the line 0.
    """

    name: str
    rules: tuple[ForeignGroup, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    allowed: Mapping[Origin, Allowed] = attrs.field(factory=dict, eq=False)
    files: tuple[DashboardFile, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    resources: tuple[Resource, ...] = ()

    @property
    def rule_file(self) -> str:
        """The path by which a server chooses the slots of groups: the first file's, as if all lay in it."""
        return next((group.origin.file for group in self.rules), self.name)

    def all_rules(self) -> Iterator[tuple[ForeignGroup, ForeignAlert | ForeignRecording]]:
        """Yield every rule with its group, in order."""
        for group in self.rules:
            for rule in group.rules:
                yield group, rule

    def alerts(self) -> Iterator[ForeignAlert]:
        """Yield every alerting rule."""
        return (rule for _, rule in self.all_rules() if isinstance(rule, ForeignAlert))

    def all_dashboards(self) -> Iterator[Dashboard]:
        """Yield nothing: the dashboards of files are not definitions."""
        yield from self.dashboards


AnyMixin: TypeAlias = Mixin | ForeignMixin

PAGING = frozenset({"critical", "page"})
"""The usual values of the label `severity` for what wakes people."""
