"""Classic dashboard JSON made into its view, strict about structure, lenient about old leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.dashboardfiles.dashboard import (
    Box,
    DashboardFile,
    RenderedPanel,
    source_kind,
)
from mixwright.dashboardfiles.document import Place
from mixwright.dashboardfiles.links import dashboard_links, panel_links
from mixwright.dashboardfiles.queries import Language, RenderedQuery
from mixwright.dashboardfiles.variables import RenderedVariable

_LANGUAGES: Mapping[str, Language] = {"prometheus": "promql", "loki": "logql"}
_ALL = "$__all"


def build(place: Place, *, fixable: bool = False, uid: str = "") -> DashboardFile:
    """Return the view of a classic dashboard. Raises `DefinitionError` where it has no such structure."""
    variables = tuple(_variables(place))
    by_name = {variable.name: variable for variable in variables}
    values = variables[0].choices if variables else {}
    panels = tuple(_panels(place, by_name, values))
    refresh = place.get("refresh")
    return DashboardFile(
        title=place.text("title"),
        uid=place.loose_text("uid") or uid,
        description=place.loose_text("description"),
        tags=place.texts("tags"),
        editable=place.get("editable") is not False,
        refresh=refresh if isinstance(refresh, str) else "",
        schema_version=place.number("schemaVersion"),
        variables=variables,
        panels=panels,
        links=(*dashboard_links(place), *(link for panel in panels for link in panel.links)),
        annotations=tuple(_annotations(place)),
        fixable=fixable,
        place=place,
    )


def _variables(dashboard: Place) -> Iterator[RenderedVariable]:
    places = tuple(dashboard.object("templating").objects("list"))
    choices = {place.text("name"): _current(place) for place in places}
    sources = {
        place.text("name"): place.loose_text("query")
        for place in places
        if place.get("type") == "datasource"
    }
    for place in places:
        query = place.get("query")
        if isinstance(query, dict):
            query = query.get("query")
        refresh = place.number("refresh")
        yield RenderedVariable(
            name=place.text("name"),
            kind=place.loose_text("type") or "query",
            label=place.loose_text("label"),
            query=query if isinstance(query, str) else place.loose_text("definition"),
            regex=place.loose_text("regex"),
            data_source=_source(place),
            is_prometheus=_kind(place, sources) in ("", "prometheus"),
            multi=place.get("multi") is True,
            include_all=place.get("includeAll") is True,
            all_value=place.loose_text("allValue"),
            hidden=place.get("hide") == 2,
            refresh=int(refresh) if refresh is not None else 0,
            current=choices[place.text("name")],
            choices=choices,
            place=place,
        )


def _kind(place: Place, sources: Mapping[str, str]) -> str:
    """Return the plugin that a variable asks; empty where nothing is known of it."""
    return _source_type(place) or sources.get(_source(place).strip("${}[]").partition(":")[0], "")


def _current(place: Place) -> str:
    """Return what is chosen, else the first choice: as Grafana would put it into a query."""
    current = place.get("current")
    chosen = current.get("value") if isinstance(current, dict) else None
    if isinstance(chosen, list):
        chosen = "|".join(value for value in chosen if isinstance(value, str))
    if isinstance(chosen, str) and chosen and chosen != _ALL:
        return chosen
    for option in place.objects("options") if isinstance(place.get("options"), list) else ():
        value = option.get("value")
        if isinstance(value, str) and value and value != _ALL:
            return value
    query = place.get("query")
    if isinstance(query, str) and place.get("type") in (
        "custom",
        "interval",
        "constant",
        "textbox",
    ):
        return query.partition(",")[0].rpartition(" : ")[2].strip()
    return ""


def _panels(
    dashboard: Place, variables: Mapping[str, RenderedVariable], values: Mapping[str, str]
) -> Iterator[RenderedPanel]:
    for row in dashboard.objects("rows"):
        folded = row.get("collapse") is True
        repeat = row.loose_text("repeat")
        for place in row.objects("panels"):
            yield _panel(place, variables, values, row.loose_text("title"), repeat, folded=folded)
    row_title, row_repeat = "", ""
    for place in dashboard.objects("panels"):
        if place.get("type") != "row":
            yield _panel(place, variables, values, row_title, row_repeat)
            continue
        row_title, row_repeat = place.loose_text("title"), place.loose_text("repeat")
        folded = place.get("collapsed") is True
        for inner in place.objects("panels"):
            yield _panel(inner, variables, values, row_title, row_repeat, folded=folded)


def _panel(
    place: Place,
    variables: Mapping[str, RenderedVariable],
    values: Mapping[str, str],
    row: str,
    row_repeat: str,
    *,
    folded: bool = False,
) -> RenderedPanel:
    config = place.object("fieldConfig")
    defaults = config.object("defaults")
    units = tuple(_units(place, config))
    source = _source(place)
    title = place.loose_text("title")
    queries = tuple(
        _query(target, place, source, variables, values)
        for target in (place.objects("targets") if isinstance(place.get("targets"), list) else ())
    )
    return RenderedPanel(
        id=place.number("id"),
        title=title,
        kind=place.loose_text("type"),
        description=place.loose_text("description"),
        unit=units[0] if units else "",
        units=tuple(unit for unit in units if unit),
        minimum=_bound(place, defaults, "min"),
        maximum=_bound(place, defaults, "max"),
        stacked=_is_stacked(place, defaults),
        mapped=bool(defaults.get("mappings")),
        thresholds=tuple(_thresholds(defaults)),
        data_source=source,
        queries=queries,
        links=tuple(panel_links(place, title)),
        transformations=tuple(
            step.loose_text("id")
            for step in (
                place.objects("transformations")
                if isinstance(place.get("transformations"), list)
                else ()
            )
        ),
        row=row,
        row_repeat=row_repeat,
        repeat=place.loose_text("repeat"),
        box=_box(place),
        is_folded=folded,
        place=place,
    )


def _query(
    place: Place,
    panel: Place,
    panel_source: str,
    variables: Mapping[str, RenderedVariable],
    values: Mapping[str, str],
) -> RenderedQuery:
    source = _source(place) or panel_source
    kind = _source_type(place) or _source_type(panel) or source_kind(source, variables)
    if kind in ("", "datasource", "mixed"):
        kind = source_kind(source, variables) or kind
    text = place.get("expr")
    language: Language = ""
    if isinstance(text, str):
        # A query with `expr` and a source that nothing is known of is PromQL more often than not.
        language = _LANGUAGES.get(kind, "promql" if kind in ("", "datasource", "mixed") else "")
    return RenderedQuery(
        text=text if isinstance(text, str) else "",
        language=language,
        ref=place.loose_text("refId"),
        legend=place.loose_text("legendFormat"),
        hidden=place.get("hide") is True,
        instant=place.get("instant") is True,
        data_source=source,
        values=values,
        place=place,
    )


def _source(place: Place) -> str:
    source = place.get("datasource")
    if isinstance(source, dict):
        source = source.get("uid")
    return source if isinstance(source, str) else ""


def _source_type(place: Place) -> str:
    source = place.get("datasource")
    kind = source.get("type") if isinstance(source, dict) else None
    return kind if isinstance(kind, str) else ""


def _units(panel: Place, config: Place) -> Iterator[str]:
    """Yield the unit of a panel, then those of single fields, from where old panels have them too."""
    axes = panel.get("yaxes")
    old = (
        axes[0].get("format")
        if isinstance(axes, list) and axes and isinstance(axes[0], dict)
        else ""
    )
    # Angular panels know nothing of `fieldConfig`.
    angular = panel.get("type") in ("graph", "singlestat", "table-old")
    first = config.object("defaults").loose_text("unit")
    yield (panel.loose_text("format") or str(old or "")) if angular else first
    for override in config.objects("overrides"):
        for change in override.objects("properties"):
            if change.get("id") == "unit":
                yield change.loose_text("value")


def _bound(panel: Place, defaults: Place, name: str) -> float | None:
    if panel.get("type") == "graph":
        axes = panel.get("yaxes")
        if isinstance(axes, list) and axes and isinstance(axes[0], dict):
            return panel.at("yaxes").at(0).number(name)
    return defaults.number(name)


def _is_stacked(panel: Place, defaults: Place) -> bool:
    if panel.get("type") == "graph":
        return panel.get("stack") is True
    stacking = defaults.object("custom").get("stacking")
    return isinstance(stacking, dict) and stacking.get("mode") in ("normal", "percent")


def _thresholds(defaults: Place) -> Iterator[tuple[float, str]]:
    thresholds = defaults.get("thresholds")
    steps = thresholds.get("steps") if isinstance(thresholds, dict) else None
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict) and isinstance(value := step.get("value"), int | float):
            yield float(value), str(step.get("color"))


def _box(place: Place) -> Box | None:
    grid = place.get("gridPos")
    if not isinstance(grid, dict):
        return None
    sides: list[Any] = [grid.get(side, 0) for side in "xywh"]
    if not all(isinstance(side, int | float) for side in sides):
        return None
    return Box(*sides)


def _annotations(dashboard: Place) -> Iterator[str]:
    for place in dashboard.object("annotations").objects("list"):
        target = place.get("target")
        inner = target.get("expr") if isinstance(target, dict) else None
        text = place.loose_text("expr") or inner
        if isinstance(text, str) and text:
            yield text
