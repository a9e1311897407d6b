"""The logical plan: frozen, comparable nodes that know at which steps they are evaluated.

Equal nodes have equal values, so a run computes each once, whichever expression asks for it.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs

from mixwright.frame import Steps
from mixwright.promql import Expr, Matching
from mixwright.values import Matcher

Matchers: TypeAlias = tuple[Matcher, ...]


@attrs.frozen(cache_hash=True)
class Node:
    """A value at every step; `expr` is what it was made of, and no part of what it is."""

    steps: Steps
    expr: Expr | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)


@attrs.frozen(cache_hash=True)
class Literal(Node):
    """A number, the same at every step."""

    value: float = attrs.field(eq=repr)


@attrs.frozen(cache_hash=True)
class Nothing(Node):
    """A vector without series, as a subquery is whose window holds none of its steps."""


@attrs.frozen(cache_hash=True)
class Clock(Node):
    """The evaluation time in seconds: `time()`."""


@attrs.frozen(cache_hash=True)
class Selection:
    """Which samples, and from when: `read` is asked of the source, and filtered by `matchers` here.

    The data time of step t is `(t or at) - offset`; all in ms.
    """

    matchers: Matchers
    read: Matchers
    offset: int
    at: int | None
    counted: bool = False
    """Whether only count and sum of histograms are looked at, so that resets are found on reading."""


@attrs.frozen(cache_hash=True)
class Select(Node):
    """An instant vector selector; `reach` is "" or "smoothed"."""

    selection: Selection
    reach: str = ""


@attrs.frozen(cache_hash=True)
class Window(Node):
    """A range vector selector; `width` in ms; `reach` is "", "anchored" or "smoothed"."""

    selection: Selection
    width: int
    reach: str = ""


@attrs.frozen(cache_hash=True)
class Subquery(Node):
    """An inner plan over a range; `inner` has steps of its own, on multiples of its step."""

    inner: Node
    offset: int
    at: int | None
    width: int


Argument: TypeAlias = Node | str


@attrs.frozen(cache_hash=True)
class RangeCall(Node):
    """A function of windows; `args` are the scalar arguments, in order."""

    function: str
    window: Window | Subquery
    args: tuple[Node, ...] = ()


@attrs.frozen(cache_hash=True)
class Call(Node):
    """A function of instant vectors, scalars and strings."""

    function: str
    args: tuple[Argument, ...]


@attrs.frozen(cache_hash=True)
class Aggregate(Node):
    """An aggregation over groups of series."""

    op: str
    inner: Node
    parameter: Argument | None
    grouping: tuple[str, ...]
    without: bool


@attrs.frozen(cache_hash=True)
class Binary(Node):
    """An operation of two scalars, a vector and a scalar, or two vectors."""

    op: str
    left: Node
    right: Node
    matching: Matching
    bool_: bool


@attrs.frozen(cache_hash=True)
class Negate(Node):
    """Unary minus."""

    inner: Node


@attrs.frozen(cache_hash=True)
class Repeat(Node):
    """A plan whose value does not vary, evaluated at the first step only."""

    inner: Node


@attrs.frozen(cache_hash=True)
class Info(Node):
    """A vector with the data labels of info metrics added; `matchers` choose metrics and labels."""

    inner: Node
    matchers: Matchers


SCALAR_FUNCTIONS = frozenset({"scalar", "max_of", "min_of"})


def is_scalar(node: Argument | None) -> bool:
    """Tell whether a node's value is a scalar."""
    match node:
        case Literal() | Clock():
            return True
        case Call(_, function):
            return function in SCALAR_FUNCTIONS
        case Binary(_, _, left, right):
            return is_scalar(left) and is_scalar(right)
        case Negate(_, inner) | Repeat(_, inner):
            return is_scalar(inner)
    return False


def inputs(node: Node) -> tuple[Node, ...]:
    """Return the nodes whose values a node needs, left to right."""
    match node:
        case Subquery() | Negate() | Repeat() | Info():
            return (node.inner,)
        case RangeCall():
            inner = (node.window.inner,) if isinstance(node.window, Subquery) else ()
            return (*inner, *node.args)
        case Call():
            return tuple(arg for arg in node.args if isinstance(arg, Node))
        case Aggregate():
            parameter = (node.parameter,) if isinstance(node.parameter, Node) else ()
            return (*parameter, node.inner)
        case Binary():
            return (node.left, node.right)
    return ()


def selections(node: Node) -> tuple[Select | Window, ...]:
    """Return the selectors that a node reads itself."""
    match node:
        case Select() | Window():
            return (node,)
        case RangeCall(_, _, Window() as window):
            return (window,)
    return ()
