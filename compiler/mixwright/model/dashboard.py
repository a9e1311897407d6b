"""Dashboards: a tree of levels, each with rows of panels that share the level's variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Literal, TypeAlias

import attrs

from mixwright.errors import DefinitionError
from mixwright.model.expression import origin_field, several, vector
from mixwright.model.rules import Alert
from mixwright.promql import Expr, Selector
from mixwright.values import Origin, caller, is_legacy_label_name

Kind: TypeAlias = Literal[
    "timeseries", "stat", "gauge", "bargauge", "table", "heatmap", "state-timeline", "text"
]
KINDS: tuple[str, ...] = (
    "timeseries",
    "stat",
    "gauge",
    "bargauge",
    "table",
    "heatmap",
    "state-timeline",
    "text",
)


class Method(Enum):
    """How a row looks at a thing; the slots say what its panels must show, in this order."""

    RED = ("rate", "errors", "duration")
    """Requests, for services (Tom Wilkie)."""
    USE = ("utilisation", "saturation", "errors")
    """Resources, for machines (Brendan Gregg)."""
    GOLDEN = ("latency", "traffic", "errors", "saturation")
    """The four golden signals (Google's SRE book)."""


@attrs.frozen
class Query:
    """One expression of a panel, with the legend of its series."""

    expr: Expr = attrs.field(converter=vector)
    legend: str = attrs.field(default="", kw_only=True)
    instant: bool = attrs.field(default=False, kw_only=True)


def _queries(value: object) -> tuple[Query, ...]:
    parts = value if isinstance(value, tuple | list) else (value,)
    return tuple(part if isinstance(part, Query) else Query(part) for part in parts)


@attrs.frozen
class Threshold:
    """A line on a panel: from `value` on, upwards or downwards, things are bad."""

    value: float
    severity: str
    above: bool = True


@attrs.frozen
class Grid:
    """A place in Grafana's 24 columns; heights are grid units of 30 px."""

    x: int
    y: int
    w: int
    h: int


@attrs.frozen
class Link:
    """A link to another dashboard that keeps the time range.

    `variables` pairs each variable of the target with where its value comes from: `"variable"`,
    the same variable here, or `"label"`, that label of the clicked series.
    """

    title: str
    uid: str
    variables: tuple[tuple[str, Literal["variable", "label"]], ...] = ()


def _alerts(value: Alert | tuple[Alert, ...] | list[Alert]) -> tuple[Alert, ...]:
    return several(value, Alert, "an `Alert`")


@attrs.frozen
class Panel:
    """One chart, number, table or text.

    `show` is an expression, a `Query` or several of them. `alert` draws that alert's threshold
    and ties both together. `slot` names what the panel shows in its row's method. Width (of 24
    columns) and height (units of 30 px) are chosen by the layout unless given. `id`, `grid`,
    `thresholds` and `links` are filled by the passes.
    """

    title: str
    show: tuple[Query, ...] = attrs.field(default=(), converter=_queries)
    kind: Kind = attrs.field(default="timeseries", kw_only=True)
    description: str = attrs.field(default="", kw_only=True)
    unit: str = attrs.field(default="", kw_only=True)
    legend: str = attrs.field(default="", kw_only=True)
    alert: tuple[Alert, ...] = attrs.field(default=(), converter=_alerts, kw_only=True)
    slot: str = attrs.field(default="", kw_only=True)
    minimum: float | None = attrs.field(default=None, kw_only=True)
    maximum: float | None = attrs.field(default=None, kw_only=True)
    decimals: int | None = attrs.field(default=None, kw_only=True)
    stack: bool = attrs.field(default=False, kw_only=True)
    mappings: Mapping[float, str] = attrs.field(factory=dict, kw_only=True, hash=False)
    text: str = attrs.field(default="", kw_only=True)
    width: int | None = attrs.field(default=None, kw_only=True)
    height: int | None = attrs.field(default=None, kw_only=True)
    id: int | None = attrs.field(default=None, kw_only=True)
    grid: Grid | None = attrs.field(default=None, kw_only=True)
    thresholds: tuple[Threshold, ...] = attrs.field(default=(), kw_only=True)
    links: tuple[Link, ...] = attrs.field(default=(), kw_only=True)
    allow: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, eq=False)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check what can be checked without the rest of the dashboard."""
        if not self.title:
            raise DefinitionError("a panel needs a title that names what it shows", self.origin)
        if self.kind not in KINDS:
            known = ", ".join(f"`{kind}`" for kind in KINDS)
            raise DefinitionError(
                f"panel `{self.title}` has the kind `{self.kind}`; the kinds are {known}",
                self.origin,
            )
        if self.kind == "text" and not self.text:
            raise DefinitionError(f"text panel `{self.title}` needs a `text=`", self.origin)
        if self.kind != "text" and not self.show:
            raise DefinitionError(
                f"panel `{self.title}` shows nothing; give it an expression", self.origin
            )
        if self.width is not None and not 1 <= self.width <= 24:
            raise DefinitionError(
                f"panel `{self.title}` is `{self.width}` columns wide; Grafana has 24", self.origin
            )


def _panels(value: Panel | tuple[Panel, ...] | list[Panel]) -> tuple[Panel, ...]:
    return several(value, Panel, "a `Panel`")


@attrs.frozen
class Row:
    """Panels under one heading, looked at by one method."""

    title: str
    panels: tuple[Panel, ...] = attrs.field(converter=_panels)
    method: Method | None = attrs.field(default=None, kw_only=True)
    collapsed: bool = attrs.field(default=False, kw_only=True)
    id: int | None = attrs.field(default=None, kw_only=True)
    grid: Grid | None = attrs.field(default=None, kw_only=True)
    origin: Origin | None = origin_field()


def _of(value: str | Expr | None) -> Selector | None:
    if value is None:
        return None
    expr = vector(value)
    if not isinstance(expr, Selector):
        raise DefinitionError(f'`{value}` must be a selector such as `up{{job="node"}}`', caller())
    return expr


@attrs.frozen
class Variable:
    """A template variable: the values of label `name` on the series that `of` selects.

    `multi` lets a reader choose several values and `All`. Without `of`, the first selector of the
    dashboard's panels that can have the label is used.
    """

    name: str
    of: Selector | None = attrs.field(default=None, converter=_of, kw_only=True)
    title: str = attrs.field(default="", kw_only=True)
    multi: bool = attrs.field(default=False, kw_only=True)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that Grafana and PromQL can both use the name."""
        if not is_legacy_label_name(self.name):
            raise DefinitionError(f"`{self.name}` is not a label name", self.origin)


def _variable(value: str | Variable | None) -> Variable | None:
    return Variable(value) if isinstance(value, str) else value


def _variables(value: Variable | tuple[Variable, ...] | list[Variable]) -> tuple[Variable, ...]:
    return several(value, Variable, "a `Variable`")


def _rows(value: Row | tuple[Row, ...] | list[Row]) -> tuple[Row, ...]:
    return several(value, Row, "a `Row`")


def _children(
    value: Dashboard | str | tuple[Dashboard | str, ...] | list[Dashboard | str],
) -> tuple[Dashboard | str, ...]:
    return several(value, (Dashboard, str), "a `Dashboard` or the slug of one")


@attrs.frozen
class Dashboard:
    """One level of a hierarchy; `children` are its drill-downs.

    `per` names the variable that this level is about: a dashboard of one `instance`, one `job`.
    It is chained below the variables of the levels above, and every selector on the dashboard is
    narrowed to it. A child may be given as the slug of a dashboard elsewhere in the mixin.
    `uid`, `level`, `chain` and `links` are filled by the passes.
    """

    title: str
    description: str = attrs.field(default="", kw_only=True)
    per: Variable | None = attrs.field(default=None, converter=_variable, kw_only=True)
    variables: tuple[Variable, ...] = attrs.field(default=(), converter=_variables, kw_only=True)
    panels: tuple[Panel, ...] = attrs.field(default=(), converter=_panels, kw_only=True)
    rows: tuple[Row, ...] = attrs.field(default=(), converter=_rows, kw_only=True)
    children: tuple[Dashboard | str, ...] = attrs.field(
        default=(), converter=_children, kw_only=True
    )
    slug: str = attrs.field(default="", kw_only=True)
    refresh: str = attrs.field(default="1m", kw_only=True)
    since: str = attrs.field(default="now-1h", kw_only=True)
    uid: str = attrs.field(default="", kw_only=True)
    level: int = attrs.field(default=0, kw_only=True)
    chain: tuple[Variable, ...] = attrs.field(default=(), kw_only=True)
    links: tuple[Link, ...] = attrs.field(default=(), kw_only=True)
    allow: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, eq=False)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check what can be checked without the rest of the mixin, and name the slug."""
        if not self.title:
            raise DefinitionError("a dashboard needs a title", self.origin)
        if not self.slug:
            object.__setattr__(self, "slug", slugify(self.title))
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.slug):
            raise DefinitionError(
                f"`{self.slug}` is not a slug; write lower-case words joined by `-`", self.origin
            )
        if self.uid and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", self.uid):
            raise DefinitionError(
                f"`{self.uid}` is not a Grafana uid; at most 40 of `A-Za-z0-9_-`", self.origin
            )
        if not (self.panels or self.rows):
            raise DefinitionError(f"dashboard `{self.title}` has no panels", self.origin)

    def all_panels(self) -> Iterator[Panel]:
        """Yield every panel, in reading order."""
        yield from self.panels
        for row in self.rows:
            yield from row.panels

    def tree(self) -> Iterator[Dashboard]:
        """Yield this dashboard and those below it, each before its children."""
        yield self
        for child in self.children:
            if isinstance(child, Dashboard):
                yield from child.tree()


def slugify(title: str) -> str:
    """Return a title as lower-case words joined by `-`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "dashboard"
