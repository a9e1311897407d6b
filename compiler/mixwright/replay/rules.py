"""What the replay needs to know of rules: the model's satisfy it, and so do those of foreign rule files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeGuard

from mixwright.promql import Expr
from mixwright.values import Duration


class Rule(Protocol):
    """A rule that is evaluated: a recording rule, unless `is_alert()` says otherwise."""

    @property
    def name(self) -> str:
        """The name of the alert, or of the recorded series."""

    @property
    def expr(self) -> Expr:
        """What is evaluated."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels that are added to the results; an empty value removes one."""


class AlertingRule(Rule, Protocol):
    """A rule whose results are alerts."""

    @property
    def hold(self) -> Duration:
        """Prometheus' `for`."""

    @property
    def keep_firing(self) -> Duration:
        """Prometheus' `keep_firing_for`."""

    @property
    def annotations(self) -> Mapping[str, str]:
        """Texts about the alert, as templates."""


def is_alert(rule: Rule) -> TypeGuard[AlertingRule]:
    """Tell alerts from recording rules, to which nothing can hold."""
    return hasattr(rule, "hold")


class Group(Protocol):
    """Rules that are evaluated one after the other."""

    @property
    def name(self) -> str:
        """The group's name."""

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules, in order."""

    @property
    def interval(self) -> Duration | None:
        """How often the group is evaluated, when it says so itself."""

    @property
    def query_offset(self) -> Duration | None:
        """How far the group looks and writes into the past."""

    @property
    def limit(self) -> int:
        """How many series or alerts a rule may yield; 0 is as many as it likes."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of all rules."""


class RuleFile(Protocol):
    """Groups that Prometheus reads from one file: those of a mixin, or a file that others wrote."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def rules(self) -> Sequence[Group]:
        """The groups, in order."""

    @property
    def rule_file(self) -> str:
        """The path that Prometheus knows it by; the slots of its groups depend on it."""
