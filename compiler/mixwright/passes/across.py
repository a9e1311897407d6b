"""Ways to dashboards of other mixins: found, and sure to fill in every variable of the target.

Requires: uids, chains, scoped panels and links of all mixins.
Ensures: every `DrillDown` is a link; there are none left.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, DrillDown, Link, Mixin, Panel, Passed, Variable
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql.labelflow import flow


def across(mixins: Sequence[Mixin]) -> tuple[Mixin, ...]:
    """Resolve the drill-downs of all mixins among all their dashboards."""
    targets: dict[str, Dashboard] = {}
    for mixin in mixins:
        for dashboard in mixin.all_dashboards():
            targets[f"{mixin.name}/{dashboard.slug}"] = dashboard
            targets.setdefault(f"{mixin.name}/{dashboard.title}", dashboard)
            targets.setdefault(dashboard.uid, dashboard)

    def resolved(dashboard: Dashboard, _parent: Dashboard | None) -> Dashboard:
        def led(panel: Panel) -> Panel:
            links = (_link(one, panel, dashboard, targets) for one in panel.drill_downs)
            return attrs.evolve(panel, links=(*panel.links, *links), drill_downs=())

        links = (_link(one, None, dashboard, targets) for one in dashboard.drill_downs)
        return each_panel(
            attrs.evolve(dashboard, links=(*dashboard.links, *links), drill_downs=()), led
        )

    return tuple(each_dashboard(mixin, resolved) for mixin in mixins)


def _link(
    way: DrillDown, panel: Panel | None, dashboard: Dashboard, targets: Mapping[str, Dashboard]
) -> Link:
    target = targets.get(way.to)
    if target is None:
        near = difflib.get_close_matches(way.to, targets, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "name it as `mixin/slug`, or by its uid"
        raise DefinitionError(
            f"the drill-down to `{way.to}` leads nowhere; no mixin of the project has it; {hint}",
            way.origin,
        )
    known = {variable.name for variable in target.all_variables()}
    for name in way.fill:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            listed = ", ".join(f"`{one}`" for one in sorted(known)) or "none"
            hint = f"did you mean `{near[0]}`?" if near else f"it has {listed}"
            raise DefinitionError(
                f"the drill-down fills `{name}`, which `{way.to}` does not have; {hint}", way.origin
            )
    given = (*target.chain, *(one for one in target.variables if one.name in way.fill))
    passed = [_passed(one.name, way, panel, dashboard) for one in given]
    for variable, one in zip(given, passed, strict=True):
        if one is None and not (isinstance(variable, Variable) and variable.multi):
            raise DefinitionError(
                f"the drill-down to `{way.to}` does not say where its variable `{variable.name}` comes "
                f'from; add it to `fill=`, as a label here or as "$variable"',
                way.origin,
            )
    title = way.title or target.title
    link = Link(title, target.uid, tuple(one for one in passed if one is not None))
    return attrs.evolve(link, title=f"→ {title}") if panel is None else link


def _passed(name: str, way: DrillDown, panel: Panel | None, dashboard: Dashboard) -> Passed | None:
    """Return where the value of a variable comes from, `None` when that cannot be told."""
    here = {variable.name for variable in dashboard.all_variables()}
    source = way.fill.get(name)
    if source is None:
        if name in here:
            return Passed(name, "variable", name)
        there = panel is not None and _may_have(panel, name)
        return Passed(name, "label", name) if there else None
    if source.startswith("$"):
        if source[1:] not in here:
            listed = ", ".join(f"`${one}`" for one in sorted(here)) or "none"
            raise DefinitionError(
                f"the drill-down passes `{source}`, which dashboard `{dashboard.title}` does not have; "
                f"there are {listed}",
                way.origin,
            )
        return Passed(name, "variable", source[1:])
    if panel is None:
        raise DefinitionError(
            f"the drill-down of dashboard `{dashboard.title}` fills `{name}` with the label `{source}`; "
            f"a dashboard has variables only, write `${source}`, or put the drill-down on a panel",
            way.origin,
        )
    for query in panel.show:
        if not flow(query.expr).possible(source):
            raise DefinitionError(
                f"the drill-down fills `{name}` with the label `{source}`, which series of panel "
                f"`{panel.title}` cannot have: `{query.expr}`",
                way.origin,
            )
    return Passed(name, "label", source)


def _may_have(panel: Panel, label: str) -> bool:
    """Tell whether all series of a panel can have a label; that they do is what the definition says."""
    return bool(panel.show) and all(flow(query.expr).possible(label) for query in panel.show)
