"""What every rule reads of a recording at one evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.asked import asked_for
from mixwright.driver.project import Progress, opened, silent

if TYPE_CHECKING:
    from mixwright.lint.things import AnyMixin
    from mixwright.lint.witness import Cost


@attrs.frozen
class RuleCost:
    """A rule in words, and what one evaluation of it reads."""

    subject: str
    cost: Cost


def rule_costs(
    root: Path, recording: Path, asked: Sequence[str] = (), progress: Progress = silent
) -> tuple[RuleCost, ...]:
    """Return the cost of every rule of the mixins, files and folders asked for, the highest first."""
    from mixwright.lint import ALERTS, Profile
    from mixwright.lint.witness import Witness

    given = asked_for(root, asked)
    mixins: tuple[AnyMixin, ...] = (*given.own, *given.foreign)
    costs = []
    with opened(recording) as source:
        witness = Witness(source, mixins, Profile(), progress)
        for mixin in mixins:
            for _, rule in mixin.all_rules():
                kind = "alert" if isinstance(rule, ALERTS) else "recording rule"
                costs.append(RuleCost(f"{kind} `{rule.name}`", witness.cost(rule.expr)))
    return tuple(sorted(costs, key=lambda one: (-one.cost.samples, -one.cost.series, one.subject)))
