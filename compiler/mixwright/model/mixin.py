"""A mixin: dashboards and rules for one kind of system, versioned and compiled together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from mixwright.errors import DefinitionError
from mixwright.model.dashboard import Dashboard
from mixwright.model.expression import origin_field, selector_matchers, several
from mixwright.model.requirement import Requirement, requirements
from mixwright.model.rules import Alert, Rule, RuleGroup
from mixwright.values import Matcher, Origin

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def _dashboards(
    value: Dashboard | Sequence[Dashboard],
) -> tuple[Dashboard, ...]:
    return several(value, Dashboard, "a `Dashboard`")


def _groups(value: RuleGroup | Sequence[RuleGroup]) -> tuple[RuleGroup, ...]:
    return several(value, RuleGroup, "a `RuleGroup`")


@attrs.frozen
class Mixin:
    """Dashboards and rules that belong together.

    `selector` narrows every selector of every rule and panel to the monitored things:
    `{"job": "node"}` or `'job=~"web|api", cluster!=""'`. `runbooks` is the address under which
    the alerts' runbooks are found. `requires` names the mixins that this one builds on, with the
    versions of them that will do: `("node>=0.1,<1",)`.
    """

    name: str
    version: str = attrs.field(kw_only=True)
    description: str = attrs.field(default="", kw_only=True)
    selector: tuple[Matcher, ...] = attrs.field(
        default=(), converter=selector_matchers, kw_only=True
    )
    dashboards: tuple[Dashboard, ...] = attrs.field(default=(), converter=_dashboards, kw_only=True)
    rules: tuple[RuleGroup, ...] = attrs.field(default=(), converter=_groups, kw_only=True)
    runbooks: str = attrs.field(default="", kw_only=True)
    owner: str = attrs.field(default="", kw_only=True)
    requires: tuple[Requirement, ...] = attrs.field(
        default=(), converter=requirements, kw_only=True
    )
    allow: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, eq=False)
    origin: Origin | None = origin_field()

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"

    @property
    def rule_file(self) -> str:
        """The path that its rule file is assumed to be deployed at."""
        return f"/etc/mixwright/{self.name}/rules/{self.name}.yaml"

    def __attrs_post_init__(self) -> None:
        """Check names, version, and that no two things share one."""
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", self.name):
            raise DefinitionError(
                f"`{self.name}` is not a mixin name; write lower-case words joined by `-`",
                self.origin,
            )
        if not _VERSION.fullmatch(self.version):
            raise DefinitionError(
                f"`{self.version}` is not a version of mixin `{self.name}`; write `1.2.0`",
                self.origin,
            )
        seen: dict[str, RuleGroup] = {}
        for group in self.rules:
            if group.name in seen:
                raise DefinitionError(
                    f"group `{group.name}` is in mixin `{self.name}` twice, first at "
                    f"{seen[group.name].origin}; give it another name",
                    group.origin,
                )
            seen[group.name] = group
        alerts: dict[str, Alert] = {}
        for alert in self.alerts():
            first = alerts.setdefault(alert.name, alert)
            if first is not alert:
                raise DefinitionError(
                    f"alert `{alert.name}` is in mixin `{self.name}` twice, first at {first.origin}; "
                    "give it another name",
                    alert.origin,
                )

    def all_rules(self) -> Iterator[tuple[RuleGroup, Rule]]:
        """Yield every rule with its group, in order of evaluation."""
        for group in self.rules:
            for rule in group.rules:
                yield group, rule

    def alerts(self) -> Iterator[Alert]:
        """Yield every alerting rule."""
        for _, rule in self.all_rules():
            if isinstance(rule, Alert):
                yield rule

    def all_dashboards(self) -> Iterator[Dashboard]:
        """Yield every dashboard, each before its children."""
        for root in self.dashboards:
            yield from root.tree()
