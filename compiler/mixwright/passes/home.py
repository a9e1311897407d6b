"""The home dashboard of a project: every area with its open alerts and its golden signals, and the way to it.

It is made of what the roots of all mixins show; nobody writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import attrs

from mixwright.model import (
    Alert,
    Dashboard,
    DataLink,
    Link,
    Mixin,
    Override,
    Panel,
    Query,
    Row,
    Severity,
    Steps,
)
from mixwright.model.panels.alertlist import AlertList
from mixwright.model.panels.dashlist import DashboardList
from mixwright.model.panels.stat import Stat
from mixwright.passes.dashboards import each_dashboard
from mixwright.passes.identify import ROOT
from mixwright.promql import Selector, unparse, walk
from mixwright.values import Matcher, MatchOp, Origin

NAME = "home"
UID = "mixwright-home"

_MOST = 5
"""How many numbers of each area are shown: with its alerts they fill one line."""

_MOST_OPEN = 6
"""From how many areas on each is folded below one panel for all, so that nothing is asked that nobody sees."""

_COLOURS = {Severity.PAGE: "red", Severity.TICKET: "orange", Severity.LOG: "blue"}
_TITLES = {Severity.PAGE: "pages", Severity.TICKET: "tickets", Severity.LOG: "logged"}


def homeward(mixins: Sequence[Mixin]) -> tuple[Mixin, ...]:
    """Return the mixins with a link from every root to the home dashboard."""

    def linked(dashboard: Dashboard, parent: Dashboard | None) -> Dashboard:
        if parent is not None or dashboard.uid == UID:
            return dashboard
        return attrs.evolve(dashboard, links=(Link("↑ Home", UID), *dashboard.links))

    return tuple(each_dashboard(mixin, linked) for mixin in mixins)


def summaries(written: Sequence[Mixin]) -> tuple[Mixin, ...]:
    """Return of each mixin what home shows of it: for each root its most telling numbers, for all it watches.

    The result is written as a definition is, and has yet to be compiled.
    """
    return tuple(
        attrs.evolve(
            mixin,
            dashboards=tuple(
                Dashboard(root.title, slug=root.slug, panels=panels, origin=root.origin)
                for root in mixin.dashboards
                if (panels := tuple(_signals(root)))
            ),
        )
        for mixin in written
    )


def _signals(root: Dashboard) -> Iterator[Panel]:
    """Yield the numbers of a root, or else the panels of its method's slots as numbers."""
    panels = [panel for panel in root.all_panels() if panel.show and not _chosen(panel)]
    numbers = [panel for panel in panels if panel.kind in ("stat", "gauge")]
    signals = [panel for panel in panels if panel.slot and panel.kind == "timeseries"]
    for panel in (numbers or signals)[:_MOST]:
        look = panel.look if isinstance(panel.look, Stat) else Stat(origin=panel.origin)
        bare = attrs.evolve(panel, kind=look, width=None, height=4, grid=None, slot="", repeat="")
        yield attrs.evolve(bare, drill_downs=(), overrides=(), allow={})


def _chosen(panel: Panel) -> bool:
    """Tell whether a panel needs a choice of its reader."""
    selectors = (one for query in panel.show for one in walk(query.expr, Selector))
    return any("$" in m.value for one in selectors for m in one.matchers) or any(
        query.window for query in panel.show
    )


def home(mixins: Sequence[Mixin], summarised: Sequence[Mixin]) -> Mixin:
    """Return the mixin of the home dashboard; `summarised` are the compiled summaries of the compiled mixins."""
    areas = _areas(mixins)
    folded = len(areas) > _MOST_OPEN
    every = (_all_alerts(areas),) if folded else ()
    rows = [Row("", (*every, *_lists()))]
    shown = {
        (summary.name, dashboard.slug): dashboard
        for summary in summarised
        for dashboard in summary.dashboards
    }
    for title, (mixin, root) in areas.items():
        summary = shown.get((mixin.name, root.slug))
        numbers = tuple(
            attrs.evolve(panel, id=None, grid=None, links=(), alert=(), allow={})
            for panel in (summary.all_panels() if summary is not None else ())
        )
        if panels := (*_alerts(mixin, root), *numbers):
            rows.append(Row(title, panels, collapsed=folded, origin=root.origin))
    dashboard = Dashboard(
        "Home",
        slug=NAME,
        uid=UID,
        description="Where is something wrong? Every area with its open alerts and its most telling numbers.",
        rows=tuple(rows),
        origin=Origin("", 0),
    )
    return Mixin(
        NAME,
        version="1.0.0",
        description="Every area of the project at one glance.",
        dashboards=dashboard,
    )


def led(compiled: Mixin, mixins: Sequence[Mixin]) -> Mixin:
    """Return the compiled home dashboard with every row's panels leading to the root that it shows."""
    ways = {title: Link(root.title, root.uid) for title, (_, root) in _areas(mixins).items()}

    def with_ways(dashboard: Dashboard, _parent: Dashboard | None) -> Dashboard:
        rows = tuple(
            attrs.evolve(
                row,
                panels=tuple(attrs.evolve(one, links=(ways[row.title],)) for one in row.panels),
            )
            if row.title in ways
            else row
            for row in dashboard.rows
        )
        down = tuple(attrs.evolve(way, title=f"↓ {way.title}") for way in ways.values())
        if len(down) > _MOST_OPEN:
            down = ()  # the list of areas has them
        return attrs.evolve(dashboard, rows=rows, links=down, tags=(*dashboard.tags[:2], NAME))

    return each_dashboard(compiled, with_ways)


def _lists() -> tuple[Panel, ...]:
    return (
        Panel(
            "Open alerts",
            kind=AlertList(states=("firing",)),
            height=7,
            description="What is firing now, the gravest first.",
        ),
        Panel(
            "Areas",
            kind=DashboardList(tags=(ROOT,)),
            height=7,
            description="Where each hierarchy of dashboards begins.",
        ),
    )


def _areas(mixins: Sequence[Mixin]) -> dict[str, tuple[Mixin, Dashboard]]:
    """Return every root by its title, which says the mixin where two have one title."""
    roots = [(mixin, root) for mixin in mixins for root in mixin.dashboards]
    count = Counter(root.title for _, root in roots)
    return {
        root.title if count[root.title] == 1 else f"{mixin.name}: {root.title}": (mixin, root)
        for mixin, root in roots
    }


def _all_alerts(areas: Mapping[str, tuple[Mixin, Dashboard]]) -> Panel:
    """Return the number of open alerts of each area, in one panel that leads to each."""
    watched = {title: _watching(*area) for title, area in areas.items()}
    links = {
        title: DataLink(title, f"/d/{root.uid}?${{datasource:queryparam}}&${{__url_time_range}}")
        for title, (_, root) in areas.items()
    }
    return Panel(
        "Open alerts by area",
        tuple(
            Query(_firing([alert.name for alert in alerts]), legend=title, instant=True)
            for title, alerts in watched.items()
            if alerts
        ),
        kind=Stat(graph="none", text="value_and_name", colored="background_solid"),
        unit="short",
        steps=Steps({0: "transparent", 1: "red"}, base="transparent"),
        overrides=tuple(Override(title, links=links[title]) for title in watched),
        height=max(4, 2 * -(-len(areas) // 8)),
        width=24,
        description="How many alerts fire in each area.",
    )


def _watching(mixin: Mixin, root: Dashboard) -> list[Alert]:
    """Return the alerts of an area by name: those that its panels show, or all when a mixin has one root."""
    if len(mixin.dashboards) == 1:
        alerts = {alert.name: alert for alert in mixin.alerts()}
    else:
        panels = (panel for one in root.tree() for panel in one.all_panels())
        alerts = {alert.name: alert for panel in panels for alert in panel.alert}
    return [alerts[name] for name in sorted(alerts)]


def _firing(names: Sequence[str]) -> str:
    """Return the expression for how many of these alerts fire."""
    firing = Selector(
        "ALERTS",
        (
            Matcher("alertname", MatchOp.REGEX, "|".join(names)),
            Matcher("alertstate", MatchOp.EQUAL, "firing"),
        ),
    )
    return f"count({unparse(firing)}) or vector(0)"


def _alerts(mixin: Mixin, root: Dashboard) -> tuple[Panel, ...]:
    """Return the number of open alerts, by what they ask for."""
    alerts = _watching(mixin, root)
    queries, overrides = [], []
    for severity, title in _TITLES.items():
        names = [alert.name for alert in alerts if alert.severity is severity]
        if not names:
            continue
        queries.append(Query(_firing(names), legend=title, instant=True))
        steps = Steps({1: _COLOURS[severity]}, base="text", origin=root.origin)
        overrides.append(Override(title, steps=steps))
    if not queries:
        return ()
    return (
        Panel(
            "Alerts",
            tuple(queries),
            kind=Stat(graph="none", text="value_and_name", colored="value", origin=root.origin),
            unit="short",
            width=4,
            height=4,
            overrides=tuple(overrides),
            description="Open alerts by what they ask for: to act now, in days, or to look later.",
            origin=root.origin,
        ),
    )
