"""The tree of a PromQL expression: frozen, hashable nodes that Python operators combine.

`P95 > 0.5`, `errors / total`, `a & b` (`and`), `a | b` (`or`) and `a.unless(b)` build larger
trees. `==` compares trees; write `a.eq(b)` for PromQL's `==`. A tree has no truth value, so that
Python's `and`, `or` and chained comparisons cannot drop half of a condition silently.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, TypeAlias

import attrs

from mixwright.values import METRIC_NAME, Duration, Matcher, MatchOp


class ValueType(Enum):
    """The type of an expression's value."""

    SCALAR = "scalar"
    VECTOR = "instant vector"
    MATRIX = "range vector"
    STRING = "string"


class Expr:
    """Any PromQL expression."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise TypeError("a PromQL expression has no truth value; write `&`, `|` and parentheses")

    def __str__(self) -> str:
        """Return the canonical PromQL text."""
        from mixwright.promql.unparse import unparse

        return unparse(self)

    def __format__(self, spec: str) -> str:
        """Return the text for use inside a larger one: operators come in parentheses."""
        return f"({self!s})" if isinstance(self, Binary | Negation) else str(self)

    def __add__(self, other: Operand) -> Binary:
        return Binary("+", self, operand(other))

    def __sub__(self, other: Operand) -> Binary:
        return Binary("-", self, operand(other))

    def __mul__(self, other: Operand) -> Binary:
        return Binary("*", self, operand(other))

    def __truediv__(self, other: Operand) -> Binary:
        return Binary("/", self, operand(other))

    def __mod__(self, other: Operand) -> Binary:
        return Binary("%", self, operand(other))

    def __pow__(self, other: Operand) -> Binary:
        return Binary("^", self, operand(other))

    def __radd__(self, other: float) -> Binary:
        return Binary("+", Number(other), self)

    def __rsub__(self, other: float) -> Binary:
        return Binary("-", Number(other), self)

    def __rmul__(self, other: float) -> Binary:
        return Binary("*", Number(other), self)

    def __rtruediv__(self, other: float) -> Binary:
        return Binary("/", Number(other), self)

    def __neg__(self) -> Negation:
        return Negation(self)

    def __gt__(self, other: Operand) -> Binary:
        return Binary(">", self, operand(other))

    def __ge__(self, other: Operand) -> Binary:
        return Binary(">=", self, operand(other))

    def __lt__(self, other: Operand) -> Binary:
        return Binary("<", self, operand(other))

    def __le__(self, other: Operand) -> Binary:
        return Binary("<=", self, operand(other))

    def __and__(self, other: Expr) -> Binary:
        return Binary("and", self, other)

    def __or__(self, other: Expr) -> Binary:
        return Binary("or", self, other)

    def eq(self, other: Operand) -> Binary:
        """Return PromQL's `self == other`."""
        return Binary("==", self, operand(other))

    def ne(self, other: Operand) -> Binary:
        """Return PromQL's `self != other`."""
        return Binary("!=", self, operand(other))

    def unless(self, other: Expr) -> Binary:
        """Return PromQL's `self unless other`."""
        return Binary("unless", self, other)


@attrs.frozen(order=False)
class Number(Expr):
    """A scalar literal; NaN equals NaN here, so that trees stay comparable."""

    value: float = attrs.field(converter=float, eq=repr)


@attrs.frozen(order=False)
class String(Expr):
    """A string literal, unescaped."""

    value: str


@attrs.frozen(order=False)
class At:
    """The `@` modifier: a time in ms since the epoch, or the start or end of the query."""

    time: int | Literal["start", "end"]


Reach: TypeAlias = Literal["", "anchored", "smoothed"]


@attrs.frozen(order=False)
class Selector(Expr):
    """An instant vector selector: `name{matchers} reach @ at offset offset`.

    `reach` is the experimental modifier that also looks at samples beyond a range's borders.
    """

    name: str | None
    matchers: tuple[Matcher, ...] = ()
    offset: Duration = Duration(0)
    at: At | None = None
    reach: Reach = ""

    @property
    def conditions(self) -> tuple[Matcher, ...]:
        """All matchers, the metric name's among them."""
        if self.name is None:
            return self.matchers
        return (Matcher(METRIC_NAME, MatchOp.EQUAL, self.name), *self.matchers)


@attrs.frozen(order=False)
class Range(Expr):
    """A range vector selector: `selector[window]`; offset and `@` belong to the selector."""

    selector: Selector
    window: Duration


@attrs.frozen(order=False)
class Subquery(Expr):
    """An expression over a range: `expr[window:step] @ at offset offset`."""

    expr: Expr
    window: Duration
    step: Duration | None = None
    offset: Duration = Duration(0)
    at: At | None = None


@attrs.frozen(order=False)
class Call(Expr):
    """A function call."""

    function: str
    args: tuple[Expr, ...] = ()


@attrs.frozen(order=False)
class Aggregate(Expr):
    """An aggregation: `op by|without (grouping) (parameter, expr)`; grouping `None` means neither."""

    op: str
    expr: Expr
    parameter: Expr | None = None
    grouping: tuple[str, ...] | None = None
    without: bool = False


class Cardinality(Enum):
    """Which side of a vector match may have several series per match group."""

    ONE_TO_ONE = ""
    MANY_TO_ONE = "group_left"
    ONE_TO_MANY = "group_right"


@attrs.frozen(order=False)
class Matching:
    """How two vectors are joined: `on|ignoring (labels) group_left|group_right (include) fill…`."""

    labels: tuple[str, ...] = ()
    on: bool = False
    cardinality: Cardinality = Cardinality.ONE_TO_ONE
    include: tuple[str, ...] = ()
    fill_left: float | None = attrs.field(default=None, eq=repr)
    fill_right: float | None = attrs.field(default=None, eq=repr)


PLAIN_MATCHING = Matching()
"""No modifier: all labels must be equal."""


@attrs.frozen(order=False)
class Binary(Expr):
    """A binary operation; `bool_` is the `bool` modifier of comparisons."""

    op: str
    left: Expr
    right: Expr
    matching: Matching = PLAIN_MATCHING
    bool_: bool = False


@attrs.frozen(order=False)
class Negation(Expr):
    """Unary minus."""

    expr: Expr


COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SET_OPERATORS = frozenset({"and", "or", "unless"})

Operand: TypeAlias = Expr | float


def operand(value: Operand) -> Expr:
    """Return an expression, turning a Python number into a literal."""
    return value if isinstance(value, Expr) else Number(value)


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the direct sub-expressions, left to right."""
    match expr:
        case Range(selector):
            return (selector,)
        case Subquery(inner) | Negation(inner):
            return (inner,)
        case Call(_, args):
            return args
        case Aggregate(_, inner, None):
            return (inner,)
        case Aggregate(_, inner, parameter) if parameter is not None:
            return (parameter, inner)
        case Binary(_, left, right):
            return (left, right)
    return ()
