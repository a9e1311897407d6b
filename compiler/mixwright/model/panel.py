"""Panels: what they ask, how they show it, and where they lead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import checked
from mixwright.model.expression import origin_field, several, vector
from mixwright.model.fields import (
    DataLink,
    Override,
    Steps,
    ValueMapping,
    check_colour,
    data_links,
    value_mappings,
)
from mixwright.model.panels import Look, kinds
from mixwright.model.panels.raw import Raw
from mixwright.model.panels.text import Text
from mixwright.model.panels.timeseries import TimeSeries
from mixwright.model.rules import Alert
from mixwright.model.transformations import Transformation, transformations
from mixwright.promql import Expr
from mixwright.values import Duration, Origin, caller, optional_duration


@attrs.frozen
class Query:
    """One expression of a panel, with the legend of its series.

    Short windows of rates follow the zoom; with `window="$name"` they are the choice of that
    `IntervalVariable`. A `hidden` query is there for transformations only. `format` is how Grafana gets
    the answer, which the kind of panel says by itself: a table for rows, else series.
    """

    expr: Expr = attrs.field(converter=vector)
    legend: str = attrs.field(default="", kw_only=True)
    instant: bool = attrs.field(default=False, kw_only=True)
    hidden: bool = checked.flag()
    window: str = checked.text()
    format: Literal["auto", "series", "table"] = checked.choice("auto", "series", "table")


@attrs.frozen
class LogQuery:
    """One question to Loki in LogQL, which stays as it is written: narrow it by `{job=~"$job"}` where that is meant."""

    expr: str
    legend: str = attrs.field(default="", kw_only=True)
    instant: bool = attrs.field(default=False, kw_only=True)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check what can be told without Loki: a stream selector, and braces and quotes that close."""
        plain = re.sub(r'"(?:[^"\\]|\\.)*"|`[^`]*`', '""', self.expr, flags=re.DOTALL)
        if "{" not in plain or plain.count("{") != plain.count("}") or plain.count('"') % 2:
            raise DefinitionError(
                f'`{self.expr}` is not LogQL; it selects streams as in `{{job="web"}} |= "error"`',
                self.origin,
            )


def _queries(value: object) -> tuple[Query, ...]:
    parts = value if isinstance(value, tuple | list) else (value,)
    return tuple(part if isinstance(part, Query) else Query(part) for part in parts)


def _log_queries(value: object) -> tuple[LogQuery, ...]:
    parts = value if isinstance(value, tuple | list) else (value,)
    return tuple(LogQuery(part) if isinstance(part, str) else part for part in parts)


@attrs.frozen
class Threshold:
    """A line on a panel: from `value` on, upwards or downwards, things are bad."""

    value: float
    severity: str
    above: bool = True


@attrs.frozen
class Grid:
    """A place in Grafana's 24 columns; heights are grid units of 30 px, `y` counts from the top of the row."""

    x: int
    y: int
    w: int
    h: int


@attrs.frozen
class Passed:
    """One variable that a link fills in, and where its value comes from: a variable or a label of that name here."""

    name: str
    origin: Literal["variable", "label"]
    source: str


@attrs.frozen
class Link:
    """A link to another dashboard that keeps the time range."""

    title: str
    uid: str
    variables: tuple[Passed, ...] = ()


@attrs.frozen
class DrillDown:
    """A way to a dashboard of another mixin: `DrillDown("node/node", fill={"instance": "node"})`.

    `to` is mixin and slug or title, or a uid. `fill` says where each variable of the target comes from: the
    label of that name, or the variable `$name`; those of the same name here need not be said.
    """

    to: str
    fill: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, hash=False)
    title: str = checked.text()
    origin: Origin | None = origin_field()


def drill_downs(value: DrillDown | tuple[DrillDown, ...]) -> tuple[DrillDown, ...]:
    """Convert one way or several."""
    return several(value, DrillDown, "a `DrillDown`")


def _alerts(value: Alert | Sequence[Alert]) -> tuple[Alert, ...]:
    return several(value, Alert, "an `Alert`")


def _overrides(value: Override | tuple[Override, ...]) -> tuple[Override, ...]:
    return several(value, Override, "an `Override`")


def _look(value: str | Look) -> Look:
    if isinstance(value, Look):
        return value
    if value not in kinds():
        known = ", ".join(f"`{kind}`" for kind in sorted(kinds().keys() - {Raw.kind}))
        near = difflib.get_close_matches(str(value), kinds(), n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        raise DefinitionError(
            f"`{value}` is no kind of panel; the kinds are {known}{hint}", caller()
        )
    return kinds()[value]()


@attrs.frozen
class Panel:
    """One chart, number, table or text.

    `show` is an expression, a `Query` or several of them; `logs` are questions to Loki. `kind` is a
    kind by name, or one with options: `panels.Stat(graph="none")`. `alert` draws that alert's
    threshold and ties both together. `slot` names what the panel shows in its row's method. `color`
    is a colour or one of Grafana's modes; `steps` are colours by value where alerts do not give
    them. Width (of 24 columns) and height (units of 30 px) are chosen by the layout unless given,
    and `grid` pins a panel to its place. `repeat` names a variable of which each value has a panel.
    `id`, `thresholds` and `links` are filled by the passes.
    """

    title: str
    show: tuple[Query, ...] = attrs.field(default=(), converter=_queries)
    look: Look = attrs.field(factory=TimeSeries, converter=_look, kw_only=True, alias="kind")
    logs: tuple[LogQuery, ...] = attrs.field(default=(), converter=_log_queries, kw_only=True)
    description: str = attrs.field(default="", kw_only=True)
    unit: str = attrs.field(default="", kw_only=True)
    legend: str = attrs.field(default="", kw_only=True)
    alert: tuple[Alert, ...] = attrs.field(default=(), converter=_alerts, kw_only=True)
    slot: str = attrs.field(default="", kw_only=True)
    minimum: float | None = attrs.field(default=None, kw_only=True)
    maximum: float | None = attrs.field(default=None, kw_only=True)
    decimals: int | None = attrs.field(default=None, kw_only=True)
    no_value: str = checked.text()
    color: str = attrs.field(default="", kw_only=True)
    steps: Steps | None = attrs.field(default=None, kw_only=True)
    mappings: tuple[ValueMapping, ...] = attrs.field(
        default=(), converter=value_mappings, kw_only=True
    )
    overrides: tuple[Override, ...] = attrs.field(default=(), converter=_overrides, kw_only=True)
    transformations: tuple[Transformation, ...] = attrs.field(
        default=(), converter=transformations, kw_only=True
    )
    data_links: tuple[DataLink, ...] = attrs.field(default=(), converter=data_links, kw_only=True)
    drill_downs: tuple[DrillDown, ...] = attrs.field(
        default=(), converter=drill_downs, kw_only=True
    )
    repeat: str = checked.text()
    repeat_down: bool = checked.flag()
    """Whether the repeated panels stand below each other and not side by side."""
    transparent: bool = checked.flag()
    least_step: Duration | None = attrs.field(
        default=None, converter=optional_duration, kw_only=True
    )
    """The shortest distance between two points; Grafana chooses by zoom and scrape interval."""
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
        if not self.title and self.kind not in ("raw", "text"):
            raise DefinitionError("a panel needs a title that names what it shows", self.origin)
        if self.look.asks != "nothing" and not (self.show or self.logs):
            raise DefinitionError(
                f"panel `{self.title}` shows nothing; give it an expression", self.origin
            )
        if self.width is not None and not 1 <= self.width <= 24:
            raise DefinitionError(
                f"panel `{self.title}` is `{self.width}` columns wide; Grafana has 24", self.origin
            )
        if self.grid is not None and not _fits(self.grid):
            raise DefinitionError(
                f"panel `{self.title}` is pinned to {self.grid}, which leaves Grafana's 24 columns",
                self.origin,
            )
        check_colour(self.color, f"panel `{self.title}`", self.origin)
        for override in self.overrides:
            self._check(override)

    @property
    def kind(self) -> str:
        """Grafana's name of the kind of panel."""
        return self.look.kind

    def asks_once(self, query: Query) -> bool:
        """Tell whether a query asks for the present only: it says so, or that is what the kind shows."""
        return query.instant or (self.look.asks == "instant" and query.format != "series")

    @property
    def words(self) -> str:
        """The prose of a panel of text, which may mention variables."""
        return self.look.content if isinstance(self.look, Text) else ""

    def _check(self, override: Override) -> None:
        """Refuse options that the kind does not have for a single series; their values are checked by its class."""
        known = {one.alias for one in attrs.fields(type(self.look)) if one.metadata.get("each")}
        for name in override.look:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                listed = ", ".join(f"`{one}`" for one in sorted(known)) or "none"
                hint = f"did you mean `{near[0]}`?" if near else f"its options are {listed}"
                raise DefinitionError(
                    f"panel `{self.title}` overrides `{name}` of `{override.of}`, which a series of a "
                    f"`{self.kind}` panel does not have; {hint}",
                    override.origin,
                )
        # Its own attributes are checked where they are declared.
        attrs.evolve(self.look, **override.look, origin=override.origin)

    @classmethod
    def of_grafanalib(
        cls, panel: Any, *, width: int | None = None, height: int | None = None
    ) -> Panel:
        """Return a panel that grafanalib made as it is; only number, place and outdated properties change."""
        return cls(getattr(panel, "title", ""), kind=Raw(panel), width=width, height=height)


def RawPanel(  # noqa: N802 - it stands where a class would
    json: Mapping[str, Any], *, reason: str, width: int | None = None, height: int | None = None
) -> Panel:
    """Return a panel that is emitted as this JSON, for what the classes here cannot say; the reason is asked for.

    Number and place are the layout's; width and height are those of its `gridPos` unless given.
    """
    if not reason.strip():
        raise DefinitionError("a raw panel needs a reason: what do the classes not say?", caller())
    if not isinstance(json.get("type"), str):
        raise DefinitionError("a raw panel needs a `type`, as Grafana's JSON has it", caller())
    place = json.get("gridPos", {})
    return Panel(
        json.get("title") or "",
        kind=Raw(json, reason=reason),
        width=place.get("w") if width is None else width,
        height=place.get("h") if height is None else height,
    )


def _fits(grid: Grid) -> bool:
    return grid.x >= 0 and grid.y >= 0 and grid.w >= 1 and grid.h >= 1 and grid.x + grid.w <= 24
