"""A dashboard as Grafana reads it: what its JSON says, with defaults, flattened, and with places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from mixwright.dashboardfiles.document import Place
from mixwright.dashboardfiles.links import RenderedLink, slug_of
from mixwright.dashboardfiles.queries import Parsed, RenderedQuery, parse_query
from mixwright.dashboardfiles.variables import RenderedVariable
from mixwright.promql import Expr
from mixwright.values import Origin


@attrs.frozen
class Box:
    """Where a panel stands in Grafana's 24 columns; heights are grid units of 30 px."""

    x: float
    y: float
    w: float
    h: float

    def overlaps(self, other: Box) -> bool:
        """Tell whether two panels cover each other."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )


@attrs.frozen(eq=False)
class RenderedPanel:
    """A panel, out of its row: `row` is that row's title, `is_folded` says that the row is closed.

    `repeat` and `row_repeat` name the variable of which each value has a panel, or a row.
    """

    id: float | None
    title: str
    kind: str
    description: str
    unit: str
    units: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    stacked: bool
    mapped: bool
    thresholds: tuple[tuple[float, str], ...]
    data_source: str
    queries: tuple[RenderedQuery, ...]
    links: tuple[RenderedLink, ...]
    transformations: tuple[str, ...]
    row: str
    row_repeat: str
    repeat: str
    box: Box | None
    is_folded: bool
    place: Place = attrs.field(repr=False)

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return self.place.origin

    @property
    def content(self) -> Mapping[str, Any]:
        """The panel's JSON."""
        content: Mapping[str, Any] = self.place.value
        return content

    @property
    def shown(self) -> tuple[RenderedQuery, ...]:
        """The queries that are not hidden."""
        return tuple(query for query in self.queries if not query.hidden)


@attrs.frozen(eq=False)
class DashboardFile:
    """One dashboard; `content` is its classic JSON, whatever the file's format.

    `links` are all links: above the dashboard, of panels, of series and of cells. `fixable` says that
    the file is the JSON of the dashboard, rather than something around it.
    """

    title: str
    uid: str
    description: str
    tags: tuple[str, ...]
    editable: bool
    refresh: str
    schema_version: float | None
    variables: tuple[RenderedVariable, ...]
    panels: tuple[RenderedPanel, ...]
    links: tuple[RenderedLink, ...]
    annotations: tuple[str, ...]
    fixable: bool
    place: Place = attrs.field(repr=False)

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return self.place.origin

    @property
    def file(self) -> str:
        """The file that the dashboard was read from."""
        return self.place.document.file

    @property
    def content(self) -> dict[str, Any]:
        """The dashboard as classic JSON."""
        content: dict[str, Any] = self.place.value
        return content

    @property
    def slug(self) -> str:
        """The title as Grafana writes it in addresses."""
        return slug_of(self.title)

    @property
    def queries(self) -> Iterator[RenderedQuery]:
        """All queries of all panels."""
        return (query for panel in self.panels for query in panel.queries)

    @property
    def expressions(self) -> Iterator[Expr]:
        """All that the dashboard asks Prometheus: for panels, variables and annotations."""
        yield from (query.expr for query in self.queries if query.expr is not None)
        for variable in self.variables:
            if variable.values is not None and variable.values.expr is not None:
                yield variable.values.expr
        for text in self.annotations:
            parsed = parse_query(text, {})
            if isinstance(parsed, Parsed):
                yield parsed.expr

    @property
    def defined(self) -> tuple[str, ...]:
        """The names that `$name` may stand for: of variables, and of what Grafana asks for on import."""
        inputs = self.content.get("__inputs")
        asked = (
            [place.loose_text("name") for place in self.place.objects("__inputs")] if inputs else []
        )
        return (*self.variables_by_name, *asked)

    @cached_property
    def variables_by_name(self) -> Mapping[str, RenderedVariable]:
        """The variables by name."""
        return {variable.name: variable for variable in self.variables}

    def source_kind(self, data_source: str) -> str:
        """Return the plugin of a data source; of a variable, what that variable chooses among."""
        return source_kind(data_source, self.variables_by_name)


def source_kind(data_source: str, variables: Mapping[str, RenderedVariable]) -> str:
    """Return the plugin of a data source given as `$name`, or as its own id; empty where unknown."""
    name = data_source.strip("${}[]").partition(":")[0]
    variable = variables.get(name)
    if variable is not None and variable.kind == "datasource":
        return variable.query
    return ""
