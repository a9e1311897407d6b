"""Dashboards: a tree of levels, each with rows of panels that share the level's variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import checked
from mixwright.model.expression import origin_field, several, vector
from mixwright.model.panel import DrillDown, Grid, Link, Panel, drill_downs
from mixwright.model.variables import AnyVariable, Variable, variable, variables
from mixwright.promql import Expr
from mixwright.values import Origin


class Method(Enum):
    """How a row looks at a thing; the slots say what its panels must show, in this order."""

    RED = ("rate", "errors", "duration")
    """Requests, for services (Tom Wilkie)."""
    USE = ("utilisation", "saturation", "errors")
    """Resources, for machines (Brendan Gregg)."""
    GOLDEN = ("latency", "traffic", "errors", "saturation")
    """The four golden signals (Google's SRE book)."""


def _panels(value: Panel | tuple[Panel, ...] | list[Panel]) -> tuple[Panel, ...]:
    return several(value, Panel, "a `Panel`")


@attrs.frozen
class Row:
    """Panels under one heading, looked at by one method.

    `repeat` names a variable of which each value has a row. `id` and `grid` are filled by the passes.
    """

    title: str
    panels: tuple[Panel, ...] = attrs.field(converter=_panels)
    method: Method | None = attrs.field(default=None, kw_only=True)
    collapsed: bool = attrs.field(default=False, kw_only=True)
    repeat: str = checked.text()
    id: int | None = attrs.field(default=None, kw_only=True)
    grid: Grid | None = attrs.field(default=None, kw_only=True)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that what is repeated has a heading."""
        if self.repeat and not self.title:
            raise DefinitionError(
                f"a row that is repeated for `{self.repeat}` needs a title, `${self.repeat}` in it",
                self.origin,
            )


@attrs.frozen
class Annotation:
    """Something that is marked on all charts when `expr` has a value: a deployment, a restart.

    `text` may name labels, `{{instance}}`.
    """

    name: str
    expr: Expr = attrs.field(converter=vector)
    text: str = checked.text()
    tags: tuple[str, ...] = checked.texts()
    """Labels whose values are shown beside the text."""
    color: str = checked.colour("purple")
    shown: bool = checked.flag(True)
    origin: Origin | None = origin_field()


def _annotations(value: Annotation | tuple[Annotation, ...]) -> tuple[Annotation, ...]:
    return several(value, Annotation, "an `Annotation`")


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
    narrowed to it. A child may be given as the slug of a dashboard elsewhere in the mixin, a
    dashboard of another mixin as a `DrillDown`. `uid`, `level`, `chain` and `links` are filled by
    the passes.
    """

    title: str
    description: str = attrs.field(default="", kw_only=True)
    per: Variable | None = attrs.field(default=None, converter=variable, kw_only=True)
    variables: tuple[AnyVariable, ...] = attrs.field(default=(), converter=variables, kw_only=True)
    panels: tuple[Panel, ...] = attrs.field(default=(), converter=_panels, kw_only=True)
    rows: tuple[Row, ...] = attrs.field(default=(), converter=_rows, kw_only=True)
    children: tuple[Dashboard | str, ...] = attrs.field(
        default=(), converter=_children, kw_only=True
    )
    drill_downs: tuple[DrillDown, ...] = attrs.field(
        default=(), converter=drill_downs, kw_only=True
    )
    annotations: tuple[Annotation, ...] = attrs.field(
        default=(), converter=_annotations, kw_only=True
    )
    tags: tuple[str, ...] = checked.texts()
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

    def all_variables(self) -> tuple[AnyVariable, ...]:
        """Return every variable but the data source's, each after those that narrow it."""
        return (*self.chain, *self.variables)

    def labels(self) -> tuple[Variable, ...]:
        """Return the variables that narrow every selector: those of the levels first."""
        return tuple(one for one in self.all_variables() if isinstance(one, Variable))

    def tree(self) -> Iterator[Dashboard]:
        """Yield this dashboard and those below it, each before its children."""
        yield self
        for child in self.children:
            if isinstance(child, Dashboard):
                yield from child.tree()


def slugify(title: str) -> str:
    """Return a title as lower-case words joined by `-`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "dashboard"
