"""What a test file says: input series, and what must come out of the rules at which time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import attrs

from mixwright.values import Duration, Labels, Matcher, Origin

Match: TypeAlias = Literal["exact", "partial"]
State: TypeAlias = Literal["firing", "pending"]


@attrs.frozen(kw_only=True)
class Strictness:
    """How equal is equal. The defaults, and `fuzzy`, are promtool's.

    `fuzzy` allows one unit in the last place; `tolerance` a difference relative to the larger
    value; with `nan_equal` NaN is NaN. With `match` partial, labels and annotations that are not
    mentioned may be anything.
    """

    fuzzy: bool = False
    match: Match = "exact"
    tolerance: float = 0.0
    nan_equal: bool = False


@attrs.frozen(kw_only=True)
class ExpectedAlert:
    """An alert that must be active."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@attrs.frozen(kw_only=True)
class AlertCase:
    """All alerts of a name that are in a state at `time`, and with `until` at every evaluation up to then."""

    time: Duration
    until: Duration | None = None
    alert: str
    state: State = "firing"
    expected: tuple[ExpectedAlert, ...]
    strictness: Strictness
    origin: Origin

    @property
    def what(self) -> str:
        """What is checked, in words."""
        return f"alert {self.alert}"


@attrs.frozen(kw_only=True)
class ExpectedSample:
    """A sample that must come out; `histogram`, when not empty, stands for the value."""

    labels: str
    value: float
    histogram: str


@attrs.frozen(kw_only=True)
class ExprCase:
    """All samples of an expression at a time, after all rules have run."""

    time: Duration
    expr: str
    expected: tuple[ExpectedSample, ...]
    strictness: Strictness
    origin: Origin

    @property
    def what(self) -> str:
        """What is checked, in words."""
        return f"expression {' '.join(self.expr.split())}"


Case: TypeAlias = AlertCase | ExprCase


@attrs.frozen
class InputSeries:
    """A series with its values in the notation of Prometheus' test scripts."""

    text: str
    origin: Origin


@attrs.frozen(kw_only=True)
class RecordedInput:
    """Recorded series as input: those that any of the selectors `select` asks for, from [start, end] (ms)."""

    path: Path
    select: tuple[tuple[Matcher, ...], ...]
    start: int | None
    end: int | None
    origin: Origin


@attrs.frozen(kw_only=True)
class RuleTest:
    """Input series with samples `interval` apart from `start` (ms) on, and the cases checked on them.

    The name may be empty. Recorded input keeps its own times; rules run from `start` on.
    """

    name: str
    interval: Duration
    series: tuple[InputSeries, ...]
    recorded: RecordedInput | None
    alerts: tuple[AlertCase, ...]
    exprs: tuple[ExprCase, ...]
    external_labels: Labels
    external_url: str
    start: int
    origin: Origin

    @property
    def last(self) -> int:
        """The latest time of all cases, in ms after the start."""
        spans = [case.until or case.time for case in self.alerts]
        return max((span.ms for span in (*spans, *(case.time for case in self.exprs))), default=0)


@attrs.frozen(kw_only=True)
class EquivalentMutant:
    """A changed rule that no test need tell from the original, and why."""

    rule: str
    change: str
    reason: str
    origin: Origin


@attrs.frozen(kw_only=True)
class RuleTestFile:
    """A test file; with `group_intervals` groups are evaluated as often as they say themselves."""

    path: Path
    rule_files: tuple[Path, ...]
    mixins: tuple[str, ...]
    interval: Duration
    order: tuple[str, ...]
    group_intervals: bool
    equivalent: tuple[EquivalentMutant, ...]
    tests: tuple[RuleTest, ...]
