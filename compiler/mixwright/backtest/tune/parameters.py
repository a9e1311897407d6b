"""What of an alert can be set: the constants that it compares with, its windows, its other numbers, and its times.

Parameters are found in the expression, so that an alert of any origin has them. Their names are `threshold`,
`window`, `constant`, `hold` (Prometheus' `for`) and `keep` (`keep_firing_for`); the second threshold, left to
right, is `threshold2`. A window stands for every range of its length, so that both sides of a ratio stay alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

import attrs
import numpy as np

from mixwright.backtest.outcome import RatedAlert
from mixwright.errors import MixwrightError
from mixwright.promql import Binary, Expr, Negation, Number, Range, Subquery, rewrite, unparse, walk
from mixwright.promql.expr import COMPARISONS
from mixwright.values import Duration

Kind: TypeAlias = Literal["threshold", "window", "constant", "hold", "keep"]
Value: TypeAlias = float | Duration
MOST_VALUES = 10_000


@attrs.frozen
class Tunable:
    """Something that can be set: its name, what it is now, and where it stands.

    `number` is the literal that it replaces, with the sign that it has there.
    """

    name: str
    kind: Kind
    now: Value
    where: str
    number: Number | None = attrs.field(default=None, eq=False)
    sign: float = 1.0


@attrs.frozen
class Axis:
    """A tunable with the values to try, rising and without repetition."""

    tunable: Tunable
    values: tuple[Value, ...]

    @property
    def name(self) -> str:
        """The tunable's name."""
        return self.tunable.name


def tunables(alert: RatedAlert) -> tuple[Tunable, ...]:
    """Return all that can be set of an alert."""
    named: dict[str, int] = {}
    found = []
    for tunable in _found(alert):
        count = named[tunable.name] = named.get(tunable.name, 0) + 1
        found.append(
            attrs.evolve(tunable, name=f"{tunable.name}{count}" if count > 1 else tunable.name)
        )
    return tuple(found)


def _found(alert: RatedAlert) -> Iterator[Tunable]:
    compared: set[int] = set()
    for node in walk(alert.expr, Binary):
        literal = _compared(node)
        if literal is not None:
            number, sign = literal
            compared.add(id(number))
            yield Tunable(
                "threshold", "threshold", sign * number.value, unparse(node), number, sign
            )
    nodes: Iterator[Expr] = walk(alert.expr)
    windows = (node.window for node in nodes if isinstance(node, Range | Subquery))
    for window in dict.fromkeys(windows):
        yield Tunable("window", "window", window, f"[{window}]")
    for number in walk(alert.expr, Number):
        if id(number) not in compared:
            yield Tunable("constant", "constant", number.value, unparse(number), number)
    yield Tunable("hold", "hold", alert.hold, "for")
    yield Tunable("keep", "keep", alert.keep_firing, "keep_firing_for")


def _compared(node: Binary) -> tuple[Number, float] | None:
    """Return the number that a comparison compares with, and its sign."""
    if node.op not in COMPARISONS:
        return None
    for side in (node.right, node.left):
        match side:
            case Number():
                return side, 1.0
            case Negation(Number() as inner):
                return inner, -1.0
    return None


def with_values(alert: RatedAlert, values: Mapping[Tunable, Value]) -> RatedAlert:
    """Return the alert with parameters set.

    An alert parses its expression anew, so the result has literals of its own: all must be set at once.
    """
    spans = {t.kind: value for t, value in values.items() if isinstance(value, Duration)}
    evolved: RatedAlert = attrs.evolve(
        cast(Any, alert),
        expr=set_within(alert.expr, values),
        hold=spans.get("hold", alert.hold),
        keep_firing=spans.get("keep", alert.keep_firing),
    )
    return evolved


def set_within(expr: Expr, values: Mapping[Tunable, Value]) -> Expr:
    """Return the expression in which the parameters were found with them set, its other literals as they are."""
    numbers: dict[int, float] = {}
    windows: dict[Duration, Duration] = {}
    for tunable, value in values.items():
        match tunable, value:
            case Tunable(kind="window", now=Duration() as now), Duration():
                windows[now] = value
            case Tunable(number=Number() as number, sign=sign), float():
                numbers[id(number)] = sign * value

    def changed(node: Expr) -> Expr:
        match node:
            case Number() if id(node) in numbers:
                return Number(numbers[id(node)])
            case Range(window=window) | Subquery(window=window) if window in windows:
                return attrs.evolve(node, window=windows[window])
        return node

    return rewrite(expr, changed)


def read_axis(alert: RatedAlert, text: str) -> Axis:
    """Read `threshold=0.5:0.9:41`, `window=1m,5m,10m` or `hold=0s:10m:30s`.

    A range has a number of values, evenly apart, or, of durations, a step. Raises `MixwrightError`.
    """
    name, _, given = text.partition("=")
    known = {tunable.name: tunable for tunable in tunables(alert)}
    if name not in known:
        names = ", ".join(f"`{known_name}`" for known_name in known)
        raise MixwrightError(f"alert `{alert.name}` has no parameter `{name}`; there are {names}")
    tunable = known[name]
    read = _durations if isinstance(tunable.now, Duration) else _numbers
    try:
        values = read(given)
    except (ValueError, OverflowError) as error:
        example = "1m:10m:30s" if isinstance(tunable.now, Duration) else "0.5:0.9:41"
        raise MixwrightError(
            f"`{given}` are no values for `{name}`; write `{example}`, or several with commas between"
        ) from error
    return Axis(tunable, values)


def _numbers(text: str) -> tuple[float, ...]:
    parts = text.split(":")
    if len(parts) == 1:
        found: Sequence[float] = [float(part) for part in text.split(",")]
    else:
        first, last, count = parts
        found = [float(f"{v:.12g}") for v in np.linspace(float(first), float(last), _count(count))]
    if not np.isfinite(found).all():
        raise ValueError(text)
    return tuple(sorted(set(found)))


def _durations(text: str) -> tuple[Duration, ...]:
    parts = text.split(":")
    try:
        if len(parts) == 1:
            spans = [Duration.parse(part).ms for part in text.split(",")]
        else:
            first, last = (Duration.parse(part).ms for part in parts[:2])
            if parts[2].isdecimal() and parts[2] != "0":
                spans = np.linspace(first, last, _count(parts[2])).round().astype(int).tolist()
            else:
                step = Duration.parse(parts[2]).ms
                _count(str((last - first) // step + 1))
                spans = list(range(first, last + 1, step))
    except (MixwrightError, IndexError, ZeroDivisionError) as error:
        raise ValueError(text) from error
    if not spans or min(spans) < 0:
        raise ValueError(text)
    return tuple(Duration(ms) for ms in sorted(set(spans)))


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST_VALUES:
        raise ValueError(text)
    return count
