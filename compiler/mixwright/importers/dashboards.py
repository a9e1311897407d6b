"""Dashboards that others wrote as definitions: Python that says the same, and what it cannot say, named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from mixwright.backends.grafana import dashboards as compiled
from mixwright.dashboardfiles import DashboardFile, RenderedPanel, as_dashboard
from mixwright.errors import MixwrightError
from mixwright.importers.equivalence import Difference, differences, reading_order
from mixwright.importers.fields import UnsaidError, attempt, given
from mixwright.importers.fields import told as told_of
from mixwright.importers.letters import lettered
from mixwright.importers.migrations import as_loaded
from mixwright.importers.panels import LOSSES, ImportedPanel, imported, panel_code
from mixwright.importers.source import WIDTH, Call, Code, Name, names_of, one_or_several, written
from mixwright.importers.variables import (
    imported_variables,
    recognised_levels,
    renamed_sources,
    variable_code,
    with_sources,
    without,
)
from mixwright.model import Annotation, Dashboard, Mixin, Panel, Row
from mixwright.model.dashboard import slugify
from mixwright.passes import compile_mixin
from mixwright.promql import unparse

_LONG = 40
"""Expressions shorter than this are as easily read twice as by a name."""


@attrs.frozen
class ImportedDashboard:
    """A dashboard as a definition; `losses` names what it shows otherwise, in words.

    `leads_to` are the uids that its links lead to, `children` the dashboards below it in a hierarchy.
    """

    definition: Dashboard
    source: str
    panels: tuple[ImportedPanel, ...]
    losses: tuple[str, ...]
    leads_to: tuple[str, ...]
    children: tuple[ImportedDashboard, ...] = ()

    @property
    def name(self) -> str:
        """The name of the module."""
        return self.definition.slug.replace("-", "_")

    def module(self, package: str = "") -> str:
        """Return the source of the module; those of children lie in the same package."""
        return _module(self, package)

    def tree(self) -> Iterator[ImportedDashboard]:
        """Yield this dashboard and those below it."""
        yield self
        for child in self.children:
            yield from child.tree()

    @property
    def raw(self) -> int:
        """How many panels stay JSON."""
        return sum(bool(panel.reason) for panel in self.panels)


def import_dashboard(file: DashboardFile, *, slug: str = "") -> ImportedDashboard:
    """Return a dashboard as a definition. Raises `MixwrightError` for one without a title or panels."""
    if not file.title or not file.panels:
        raise file.place.error("a dashboard needs a title and panels to be imported")
    loaded, migrated = as_loaded(file)
    names = renamed_sources(loaded)
    # A resource of Grafana's API has its uid around the dashboard.
    content = {**_in_letters(with_sources(loaded, names)), "uid": file.uid}
    view = as_dashboard(content, file.file)
    # Panels are compared with variables that narrow nothing: their queries are as they were.
    plain = tuple(
        made for _, made in imported_variables(view, ()) if not isinstance(made, UnsaidError)
    )
    panels = {id(one): imported(one, plain, _size(one)) for one in view.panels}
    levels = recognised_levels(view)
    try:
        definition, different, losses = _attempted(view, panels, slug, levels)
    except (MixwrightError, UnsaidError) as error:
        raise file.place.error(f"`{file.title}` cannot be imported: {told_of(error)}") from None
    if levels and any(one.what in ("queries", "query") for one in different):
        # What is narrowed by hand in places is not narrowed as levels are.
        definition, different, losses = _attempted(view, panels, slug, ())
    told = [
        *migrated,
        *losses,
        *(f"data source variable `{old}` is called `{new}`" for old, new in names.items()),
    ]
    told += _told(different)
    return ImportedDashboard(
        definition=definition,
        source=file.file.rpartition("/")[2],
        panels=tuple(panels.values()),
        losses=tuple(dict.fromkeys(told)),
        leads_to=tuple(dict.fromkeys(link.uid for link in file.links if link.uid)),
    )


def _in_letters(content: dict[str, Any]) -> dict[str, Any]:
    """Return a dashboard's JSON with the queries of all panels named by letters."""

    def panels(owner: Any) -> list[Any]:
        listed = owner.get("panels") if isinstance(owner, dict) else None
        return [
            lettered({**one, "panels": panels(one)} if "panels" in one else one)
            for one in listed or ()
            if isinstance(one, dict)
        ]

    found = {**content, "panels": panels(content)} if "panels" in content else content
    if isinstance(content.get("rows"), list):
        found = {
            **found,
            "rows": [{**row, "panels": panels(row)} for row in content["rows"] if row],
        }
    return found


def recompiled(definition: Dashboard) -> DashboardFile:
    """Return what a definition becomes, as Grafana reads it."""
    mixin = compile_mixin(Mixin("imported", version="1.0.0", dashboards=definition))
    ((_, content),) = compiled(mixin)
    return as_dashboard(content, f"{definition.slug}.json")


def _attempted(
    view: DashboardFile, panels: Mapping[int, ImportedPanel], slug: str, levels: Sequence[str]
) -> tuple[Dashboard, list[Difference], list[str]]:
    losses: list[str] = []
    variables = []
    for found, made in imported_variables(view, levels):
        if isinstance(made, UnsaidError):
            losses.append(f"variable `{found.name}`: {made}")
        else:
            variables.append(made)
    rows = tuple(_rows(view, panels, levels))
    loose = rows[0].panels if rows and not rows[0].title else ()
    definition: Dashboard = _dashboard(
        view.title,
        slug=slug or slugify(view.title),
        uid=view.uid if len(view.uid) <= 40 else "",
        description=view.description,
        tags=view.tags,
        variables=tuple(variables),
        panels=loose,
        rows=rows[1:] if loose else rows,
        annotations=tuple(_annotations(view, losses)),
        refresh=view.refresh,
        since=str(given(view.content.get("time")).get("from") or "now-6h"),
    )
    losses += _unsaid(view)
    return definition, list(differences(view, recompiled(definition))), losses


def _dashboard(title: str, **named: Any) -> Dashboard:
    try:
        made: Dashboard = attempt(Dashboard, title, **named)
    except UnsaidError:
        # A uid that Grafana would refuse today.
        made = attempt(Dashboard, title, **(named | {"uid": ""}))
    return made


def _rows(
    view: DashboardFile, panels: Mapping[int, ImportedPanel], levels: Sequence[str]
) -> Iterator[Row]:
    """Yield rows of panels as they follow each other; those without a title as one."""
    group: list[Panel] = []
    key: tuple[str, str, bool] | None = None
    for one in reading_order(view):
        here = (one.row, one.row_repeat, one.is_folded and bool(one.row))
        if group and here != key and key is not None:
            yield _row(key, group)
            group = []
        key = here
        group.append(_bare(panels[id(one)].panel, levels))
    if group and key is not None:
        yield _row(key, group)


def _row(key: tuple[str, str, bool], panels: list[Panel]) -> Row:
    title, repeat, collapsed = key
    return Row(title, tuple(panels), collapsed=collapsed, repeat=repeat if title else "")


def _bare(panel: Panel, levels: Sequence[str]) -> Panel:
    """Return a panel whose queries leave to the levels what levels narrow."""
    if not levels or not panel.show:
        return panel
    show = tuple(attrs.evolve(one, expr=without(one.expr, levels)) for one in panel.show)
    return attrs.evolve(panel, show=show)


def _size(panel: RenderedPanel) -> tuple[int, int]:
    """Return width and height in Grafana's units; panels of old rows have spans and pixels."""
    if panel.box is not None:
        return max(1, min(24, int(panel.box.w))), max(1, int(panel.box.h))
    span = panel.content.get("span")
    width = max(1, min(24, int(span * 2))) if isinstance(span, int | float) else 12
    return width, 8


def _annotations(view: DashboardFile, losses: list[str]) -> Iterator[Annotation]:
    for place in view.place.object("annotations").objects("list"):
        if place.get("builtIn") == 1 or place.loose_text("type") == "dashboard":
            continue
        expr = place.loose_text("expr") or given(place.get("target")).get("expr")
        try:
            yield attempt(
                Annotation,
                place.loose_text("name"),
                expr,
                text=place.loose_text("textFormat"),
                tags=tuple(filter(None, place.loose_text("tagKeys").split(","))),
                shown=place.get("enable") is not False,
            )
        except UnsaidError:
            losses.append(f"annotation `{place.loose_text('name')}`")


def _unsaid(view: DashboardFile) -> Iterator[str]:
    """Yield what of a dashboard itself no definition says."""
    for link in view.links:
        if link.kind == "dashboard" and not link.leads_to_dashboard:
            yield f"link `{link.title}` to {link.url or 'nowhere'}"
        elif link.kind in ("dashboard", "tags"):
            yield f"link `{link.title}`: `children=` leads down and up, every mixin lists its own"


def _told(different: Sequence[Difference]) -> Iterator[str]:
    """Yield differences in words, the same one of several panels once."""
    counted = Counter(words(one) for one in different)
    yield from (said if n == 1 else f"{said} ({n} times)" for said, n in counted.items())


def words(one: Difference) -> str:
    """Return a difference in words."""
    if one.where.startswith("panel "):
        return LOSSES.get(one.what, f"{one.what} of panels")
    if one.where.startswith("variable "):
        return f"{one.what} of variables" if one.what != "variable" else f"{one.where} is missing"
    return f"{one.what}: `{one.before}` becomes `{one.after}`"


def _module(one: ImportedDashboard, package: str) -> str:
    """Return the source of a module with one dashboard."""
    constants = _constants(one.definition)
    values = [Call("promql", text) for text in constants]
    body = dashboard_code(one.definition, constants, [child.name for child in one.children])
    notes = "".join(f"\n- {loss}" for loss in one.losses)
    doc = f"{one.definition.title.strip()}, imported from `{one.source}`."
    if one.losses:
        doc += f"\n\nNot the same as there:\n{notes}\n"
    doc = doc.replace("\\", "/").replace('"""', "'''")
    below = imported_names(package, sorted(child.name for child in one.children))
    lines = [
        f'"""{doc}"""',
        "",
        "from __future__ import annotations",
        "",
        imported_names("mixwright", sorted(names_of([body, *values]), key=_import_order)),
        *(["", below] if below else []),
        "",
    ]
    for (_, name), value in zip(constants.items(), values, strict=True):
        lines.append(written(value, before=f"{name} = "))
    lines += [""] if constants else []
    lines.append(written(body, before="DASHBOARD = "))
    return "\n".join(lines) + "\n"


def imported_names(module: str, names: Sequence[str]) -> str:
    """Return a statement that imports names, in lines that ruff leaves as they are."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line if names else ""
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _import_order(name: str) -> tuple[int, str]:
    """Return the order in which ruff sorts names: constants, classes, functions and modules."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def dashboard_code(
    definition: Dashboard, constants: Mapping[str, str], children: Sequence[str]
) -> Code:
    """Return the source of a dashboard; `children` are the modules of those below it."""
    own_slug = definition.slug != slugify(definition.title)
    rows = [
        Call(
            "Row",
            row.title,
            one_or_several([panel_code(panel, constants) for panel in row.panels]),
            collapsed=row.collapsed or None,
            repeat=row.repeat or None,
        )
        for row in definition.rows
    ]
    annotations = [
        Call(
            "Annotation",
            one.name,
            unparse(one.expr),
            text=one.text or None,
            tags=one.tags or None,
            shown=None if one.shown else False,
        )
        for one in definition.annotations
    ]
    return Call(
        "Dashboard",
        definition.title,
        slug=definition.slug if own_slug else None,
        uid=definition.uid or None,
        description=definition.description or None,
        tags=definition.tags or None,
        per=None if definition.per is None else variable_code(definition.per),
        variables=one_or_several([variable_code(one) for one in definition.variables]),
        panels=one_or_several([panel_code(panel, constants) for panel in definition.panels]),
        rows=one_or_several(rows),
        children=one_or_several([Name(f"{child}.DASHBOARD") for child in children]),
        annotations=one_or_several(annotations),
        refresh=None if definition.refresh == "1m" else definition.refresh,
        since=None if definition.since == "now-1h" else definition.since,
    )


def _constants(definition: Dashboard) -> dict[str, str]:
    """Return names for the long expressions that several queries share."""
    counted: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for panel in definition.all_panels():
        for query in panel.show:
            text = unparse(query.expr)
            counted[text] += 1
            titles.setdefault(text, panel.title)
    found: dict[str, str] = {}
    for text, count in counted.items():
        if count > 1 and len(text) > _LONG:
            name = slugify(titles[text]).replace("-", "_").upper()
            name = name if name[:1].isalpha() else f"Q_{name}"
            taken = set(found.values())
            number = next(
                n
                for n in range(1, len(counted) + 2)
                if (name if n == 1 else f"{name}_{n}") not in taken
            )
            found[text] = name if number == 1 else f"{name}_{number}"
    return found
