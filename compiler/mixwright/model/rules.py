"""Alerting and recording rules, and the groups that evaluate them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeAlias

import attrs

from mixwright.errors import DefinitionError
from mixwright.model.expression import label_set, origin_field, several, vector
from mixwright.promql import Expr
from mixwright.values import (
    Duration,
    Labels,
    Origin,
    duration,
    is_legacy_label_name,
    is_legacy_metric_name,
    optional_duration,
)


class Severity(Enum):
    """What a firing alert makes people do: the value of the `severity` label."""

    PAGE = "page"
    """Act now: a person is woken."""
    TICKET = "ticket"
    """Act in days: the team's queue."""
    LOG = "log"
    """Look later: context for whoever investigates."""


def _severity(value: Severity | str) -> Severity:
    if isinstance(value, Severity):
        return value
    from mixwright.values import caller

    try:
        return Severity(value.lower())
    except ValueError:
        names = ", ".join(f"`Severity.{severity.name}`" for severity in Severity)
        raise DefinitionError(f"`{value}` is not a severity; write {names}", caller()) from None


_ALERT_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")


@attrs.frozen
class Alert:
    """An alerting rule.

    `hold` is Prometheus' `for`: how long the condition must last before the alert fires;
    `keep_firing` is `keep_firing_for`: how long it fires on after the condition has gone.
    `allow` silences lint findings by code, each with a reason.
    """

    name: str
    expr: Expr = attrs.field(converter=vector, kw_only=True)
    severity: Severity = attrs.field(converter=_severity, kw_only=True)
    summary: str = attrs.field(kw_only=True)
    description: str = attrs.field(default="", kw_only=True)
    hold: Duration = attrs.field(default=Duration(0), converter=duration, kw_only=True)
    keep_firing: Duration = attrs.field(default=Duration(0), converter=duration, kw_only=True)
    runbook: str = attrs.field(default="", kw_only=True)
    labels: Labels = attrs.field(default=Labels(), converter=label_set, kw_only=True)
    annotations: Labels = attrs.field(default=Labels(), converter=label_set, kw_only=True)
    allow: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, eq=False)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check what can be checked without the rest of the mixin."""
        if not _ALERT_NAME.fullmatch(self.name):
            raise DefinitionError(
                f"`{self.name}` is not an alert name; write CamelCase such as `DiskFills`",
                self.origin,
            )
        if not self.summary:
            raise DefinitionError(
                f"alert `{self.name}` needs a summary: one line that tells a tired person what is wrong",
                self.origin,
            )
        for what, value in (("hold", self.hold), ("keep_firing", self.keep_firing)):
            if value.ms < 0:
                raise DefinitionError(
                    f"alert `{self.name}` has a negative {what} `{value}`", self.origin
                )
        _check_labels(f"alert `{self.name}`", {**self.labels, **self.annotations}, self.origin)


@attrs.frozen
class Recording:
    """A recording rule: the expression's value is kept under `name`, conventionally `level:metric:operation`."""

    name: str
    expr: Expr = attrs.field(converter=vector, kw_only=True)
    labels: Labels = attrs.field(default=Labels(), converter=label_set, kw_only=True)
    allow: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, eq=False)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        if not is_legacy_metric_name(self.name):
            raise DefinitionError(
                f"`{self.name}` is not a metric name; write `level:metric:operation`", self.origin
            )
        _check_labels(f"recording rule `{self.name}`", self.labels, self.origin)


def _check_labels(thing: str, names: Mapping[str, str], origin: Origin | None) -> None:
    for name in names:
        if not is_legacy_label_name(name) or name == "__name__":
            raise DefinitionError(
                f"{thing} has a label `{name}`, which is not a label name", origin
            )


Rule: TypeAlias = Alert | Recording


def _rules(value: Any) -> tuple[Rule, ...]:
    if isinstance(value, tuple | list):
        return tuple(rule for part in value for rule in _rules(part))
    return several(value, (Alert, Recording), "an `Alert` or a `Recording`")


@attrs.frozen
class RuleGroup:
    """Rules that are evaluated one after the other at one interval; tuples of rules are flattened."""

    name: str
    rules: tuple[Rule, ...] = attrs.field(converter=_rules, kw_only=True)
    interval: Duration | None = attrs.field(default=None, converter=optional_duration, kw_only=True)
    query_offset: Duration | None = attrs.field(
        default=None, converter=optional_duration, kw_only=True
    )
    limit: int = attrs.field(default=0, kw_only=True)
    labels: Labels = attrs.field(default=Labels(), converter=label_set, kw_only=True)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that there is something to evaluate, and how often."""
        if not self.rules:
            raise DefinitionError(f"group `{self.name}` has no rules", self.origin)
        if self.interval is not None and self.interval.ms <= 0:
            raise DefinitionError(
                f"group `{self.name}` needs an interval above zero, it has `{self.interval}`",
                self.origin,
            )
