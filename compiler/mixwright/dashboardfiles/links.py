"""Where the links of a dashboard lead, and what they carry: variables and the time range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from mixwright.dashboardfiles.document import Place
from mixwright.dashboardfiles.templates import mentioned, mentions
from mixwright.values import Origin

LinkKind: TypeAlias = Literal["dashboard", "tags", "panel", "data"]
"""Above the dashboard, a list of dashboards by tag, in a panel's corner, on series or table cells."""

_UID = re.compile(r"(?:^|/)d(?:-solo)?/([^/?#&]+)")
_SLUG = re.compile(r"(?:^|/)dashboard(?:-solo)?/db/([^/?#&]+)")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*://|//|mailto:", re.IGNORECASE)
_TIME = re.compile(r"__url_time_range|[?&]from=|(?:^|&)from=")


@attrs.frozen(eq=False)
class RenderedLink:
    """A link; `uid`, or `slug` in old dashboards, is the dashboard that it leads to.

    Both are empty where it leads elsewhere, and where a variable decides. `passed` are the variables
    that it gives to the target, `all_variables` says that it gives all that are here.
    """

    kind: LinkKind
    title: str
    url: str
    uid: str
    slug: str
    tags: tuple[str, ...]
    passed: tuple[str, ...]
    all_variables: bool
    keeps_time: bool
    panel_title: str
    place: Place = attrs.field(repr=False)

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return self.place.origin

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The dashboard's variables that the address uses."""
        return mentioned(self.url)

    @property
    def macros(self) -> tuple[str, ...]:
        """Grafana's own variables that the address uses, with their fields: `__data.fields.Instance`."""
        found = (m.name + m.field for m in mentions(self.url) if m.name.startswith("__"))
        return tuple(dict.fromkeys(found))

    @property
    def leads_to_dashboard(self) -> bool:
        """Whether one dashboard is the target."""
        return bool(self.uid or self.slug)


def dashboard_links(dashboard: Place) -> Iterator[RenderedLink]:
    """Yield the links above a dashboard."""
    for place in dashboard.objects("links"):
        if place.loose_text("type") == "dashboards":
            yield _link(place, "tags", "")
        else:
            yield _link(place, "dashboard", "")


def panel_links(panel: Place, title: str) -> Iterator[RenderedLink]:
    """Yield the links of a panel, of its series and of its cells, those of old panels among them."""
    for place in _found(panel, "links"):
        tags = place.loose_text("type") == "dashboards"
        yield _link(place, "tags" if tags else "panel", title)
    defaults = panel.object("fieldConfig").object("defaults")
    options = panel.object("options")
    old = options.object("fieldOptions").object("defaults")
    for owner, name in ((defaults, "links"), (options, "dataLinks"), (old, "links")):
        for place in _found(owner, name):
            yield _link(place, "data", title)
    for override in panel.object("fieldConfig").objects("overrides"):
        for change in override.objects("properties"):
            if change.loose_text("id") in ("links", "dataLinks"):
                for place in _found(change, "value"):
                    yield _link(place, "data", title)
    for style in _found(panel, "styles"):
        if style.get("link") and style.loose_text("linkUrl"):
            yield _link(style, "data", title)


def _found(owner: Place, name: str) -> Iterator[Place]:
    """Yield the objects of a list; what is something else in an old panel is none of them."""
    if isinstance(owner.get(name), list):
        yield from owner.objects(name)


def _link(place: Place, kind: LinkKind, panel_title: str) -> RenderedLink:
    url = place.loose_text("url") or place.loose_text("linkUrl")
    # Panels of Grafana 6 and before name the dashboard, and carry what these flags say.
    named = place.loose_text("dashUri") or place.loose_text("dashboard")
    params = place.loose_text("params")
    path, query = _divided(f"{url}&{params}" if params else url)
    outside = _OUTSIDE.match(path) is not None
    uid, slug = ("", "") if outside else _target(path, named)
    return RenderedLink(
        kind=kind,
        title=place.loose_text("title") or place.loose_text("linkTooltip"),
        url=url,
        uid=uid,
        slug=slug,
        tags=place.texts("tags"),
        passed=tuple(dict.fromkeys(_passed(query))),
        all_variables=place.get("includeVars") is True or "__all_variables" in query,
        keeps_time=place.get("keepTime") is True or _TIME.search(query) is not None,
        panel_title=panel_title,
        place=place,
    )


def _divided(url: str) -> tuple[str, str]:
    """Return path and query; a query that somebody began without `?` is one nevertheless."""
    path, mark, query = url.partition("?")
    if mark:
        return path, query
    begin = re.search(r"/?var-", path)
    return (path[: begin.start()], path[begin.start() :].lstrip("/")) if begin else (path, "")


def _target(path: str, named: str) -> tuple[str, str]:
    if found := _UID.search(path):
        return (found[1] if not any(mentions(found[1])) else ""), ""
    if found := _SLUG.search(path):
        return "", found[1]
    return "", slug_of(named.removeprefix("db/")) if named else ""


def _passed(query: str) -> Iterator[str]:
    for part in query.split("&"):
        name = part.partition("=")[0]
        if name.startswith("var-"):
            # `var-${__field.name}` passes what a column is called.
            yield from () if any(mentions(name)) else (name.removeprefix("var-"),)
        for mention in mentions(part):
            if mention.format == "queryparam":
                yield mention.name


def slug_of(title: str) -> str:
    """Return a dashboard's title as Grafana writes it in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
