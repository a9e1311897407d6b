"""Two dashboards compared by what they show: what Grafana fills in, ignores or counts itself is no difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mixwright.dashboardfiles import (
    DashboardFile,
    Parsed,
    RenderedPanel,
    RenderedQuery,
    RenderedVariable,
)
from mixwright.errors import MixwrightError
from mixwright.importers.defaults import (
    USUAL_COLOURS,
    USUAL_THRESHOLDS,
    Leaves,
    defaults,
    flattened,
    same,
)
from mixwright.importers.fields import UnsaidError, given, mappings
from mixwright.importers.transformations import said
from mixwright.promql import Expr, Selector, rewrite, unparse
from mixwright.schemas import grafana

_RANGELESS = frozenset({"bargauge", "gauge", "stat"})
_UNLISTED = {"allIsNull": "empty", "allIsZero": "zeros"}
_KEPT = ("description", "repeat", "timeFrom", "timeShift", "maxDataPoints")


@attrs.frozen
class Difference:
    """Something that one dashboard shows otherwise than another: where, what, and how it was before."""

    where: str
    what: str
    before: Any
    after: Any


def differences(before: DashboardFile, after: DashboardFile) -> Iterator[Difference]:
    """Yield what is different, in the dashboard itself, its variables, rows and panels."""
    root = ("title", "uid", "description", "refresh")
    for name in root:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Difference("dashboard", name, old, new)
    if not set(before.tags) <= set(after.tags):
        yield Difference("dashboard", "tags", before.tags, after.tags)
    since = [given(one.content.get("time")).get("from", "now-6h") for one in (before, after)]
    if since[0] != since[1]:
        yield Difference("dashboard", "time range", since[0], since[1])
    known = after.variables_by_name
    for variable in before.variables:
        if variable.name not in known:
            yield Difference(f"variable {variable.name}", "variable", variable.kind, None)
            continue
        old_view, new_view = _variable(variable), _variable(known[variable.name])
        yield from _changed(f"variable {variable.name}", old_view, new_view)
    if len(before.panels) != len(after.panels):
        yield Difference("dashboard", "panels", len(before.panels), len(after.panels))
        return
    for old_panel, new_panel in zip(reading_order(before), after.panels, strict=True):
        where = f"panel {old_panel.title}"
        yield from _changed(where, panel_view(old_panel), panel_view(new_panel))
        if old_panel.row != new_panel.row:
            yield Difference(where, "row", old_panel.row, new_panel.row)


def reading_order(dashboard: DashboardFile) -> list[RenderedPanel]:
    """Return the panels row by row, in each from left to right and from top to bottom."""
    found: list[RenderedPanel] = []
    row: list[RenderedPanel] = []
    for panel in dashboard.panels:
        if (row and panel.place.steps[:-1] != row[-1].place.steps[:-1]) or (
            row and (panel.row, panel.is_folded) != (row[-1].row, row[-1].is_folded)
        ):
            found += sorted(row, key=_position)
            row = []
        row.append(panel)
    return found + sorted(row, key=_position)


def _position(panel: RenderedPanel) -> tuple[float, float]:
    return (0, 0) if panel.box is None else (panel.box.y, panel.box.x)


def _changed(where: str, before: Leaves, after: Leaves) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new and not (_is_nothing(old) and _is_nothing(new)):
            yield Difference(where, name, old, new)


def _is_nothing(value: Any) -> bool:
    return value in (None, "", [], {}, False, ())


def _variable(variable: RenderedVariable) -> Leaves:
    query: str = variable.query
    values = variable.values
    if values is not None and values.expr is not None:
        query = f"{values.function}({canonical(values.expr)}, {values.label})"
    hide = variable.place.get("hide")
    label = variable.label or variable.name
    return {
        "type": variable.kind,
        "query": query if variable.kind != "datasource" else variable.query,
        "regex": variable.regex,
        "multi": variable.multi,
        "All": variable.include_all,
        "label": label.lower().replace("_", " ") if variable.kind != "datasource" else "",
        "what All stands for": variable.all_value if variable.include_all else "",
        "order of values": variable.place.get("sort") if variable.values is not None else None,
        "when values are looked up": variable.refresh if variable.values is not None else None,
        "hidden": hide == 2,
    }


def panel_view(panel: RenderedPanel) -> Leaves:
    """Return what a panel shows, by place or by name."""
    config = given(panel.content.get("fieldConfig"))
    shared = given(config.get("defaults"))
    unlisted, overrides = unlisted_apart(changing(panel.kind, config))
    found: Leaves = {
        "type": panel.kind,
        "title": panel.title,
        "transparent": panel.content.get("transparent") is True,
        **{name: panel.content.get(name) or None for name in _KEPT},
        "queries": [_query(query, panel) for query in panel.queries],
        "transformations": [
            (step.get("id"), said(given(step.get("options"))))
            for step in panel.content.get("transformations") or ()
            if isinstance(step, dict) and step.get("disabled") is not True
        ],
        "overrides": [_override(one) for one in overrides],
        "series that are not listed": sorted(unlisted),
        "names of queries": _named_queries(panel, overrides),
        "links of the panel": len(panel.content.get("links") or ()),
        **{name: shared.get(name) for name in ("decimals", "min", "max", "noValue")},
        "unit": shared.get("unit") or "",
        "links": [_link(link) for link in shared.get("links") or ()],
        "texts of values": _texts(shared.get("mappings")),
    }
    leaves = _leaves(panel.kind, given(panel.content.get("options")), given(shared.get("custom")))
    found |= leaves
    color = given(shared.get("color"))
    mode = color.get("mode") or USUAL_COLOURS.get(panel.kind, "thresholds")
    found["color"] = (mode, color.get("fixedColor") if mode == "fixed" else None)
    if _shows_thresholds(panel.kind, mode, leaves, found["overrides"]):
        thresholds = given(shared.get("thresholds") or USUAL_THRESHOLDS)
        found["thresholds"] = [
            (given(step).get("color"), given(step).get("value") if number else None)
            for number, step in enumerate(thresholds.get("steps") or ())
        ] or None
    return found


def changing(kind: str, config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the overrides of a panel without what they set to what it is anyway."""
    shared = given(config.get("defaults"))
    usual = defaults(kind)
    own = {**usual, **dict(flattened({**shared, "custom": given(shared.get("custom"))}))}
    found, changed = [], set()
    for override in map(given, config.get("overrides") or ()):
        kept = []
        for one in override.get("properties") or ():
            name, value = str(given(one).get("id")), given(one).get("value")
            wanted = dict(flattened({name: value})) or {
                place: usual.get(place)
                for place in {*own, *usual}
                if f"{place}.".startswith(f"{name}.")
            }
            if name in changed or not all(
                same(own.get(place), part) for place, part in wanted.items()
            ):
                changed.add(name)
                # Without a value it is Grafana's own again.
                again = value is None and name in usual
                kept.append({"id": name, "value": usual[name]} if again else one)
        if kept:
            found.append({**override, "properties": kept})
    return found


def unlisted_apart(
    overrides: list[dict[str, Any]],
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Return which series legend and tooltip leave out, and the other overrides."""
    found = [(_unlisted(one), one) for one in overrides]
    names = dict.fromkeys(name for name, _ in found if name)
    return tuple(names), [one for name, one in found if not name]


def _unlisted(override: Mapping[str, Any]) -> str:
    matcher = given(override.get("matcher"))
    which = given(matcher.get("options"))
    hidden = {"id": "custom.hideFrom", "value": {"legend": True, "tooltip": True, "viz": False}}
    if (matcher.get("id"), which.get("op"), which.get("value")) != ("byValue", "gte", 0):
        return ""
    name = _UNLISTED.get(which.get("reducer", ""), "")
    return name if override["properties"] == [hidden] else ""


def _named_queries(panel: RenderedPanel, overrides: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Return the names of queries that something else in the panel mentions, with their numbers."""
    parts = (panel.content.get("transformations"), overrides)
    text = json.dumps(parts, ensure_ascii=False)
    matchers = (given(one.get("matcher")) for one in overrides)
    named = {str(one.get("options")) for one in matchers if one.get("id") == "byFrameRefID"}
    return [
        (number, query.ref)
        for number, query in enumerate(panel.queries)
        if query.ref and (f"#{query.ref}" in text or query.ref in named)
    ]


def _leaves(kind: str, options: Mapping[str, Any], custom: Mapping[str, Any]) -> Leaves:
    """Return options as leaves, with defaults, without what Grafana does not read or use."""
    schema = grafana()["panels"].get(kind, {})
    known = grafana()["definitions"]
    for part, name in (("options", options), ("custom", custom)):
        definition = schema.get(part)
        if definition in known and "properties" in known[definition]:
            names = known[definition]["properties"]
            pruned = {key: value for key, value in name.items() if key in names}
            options, custom = (pruned, custom) if part == "options" else (options, pruned)
    found = {**defaults(kind), **dict(flattened({"options": options, "custom": custom}))}
    return relevant(found)


def relevant(leaves: Leaves) -> Leaves:
    """Return leaves without those that others make meaningless."""
    found = dict(leaves)
    if found.get("options.legend.showLegend") is False or (
        found.get("options.legend.displayMode") == "hidden"
    ):
        for name in list(found):
            if name.startswith("options.legend."):
                del found[name]
        found["options.legend.showLegend"] = False
    if found.get("options.tooltip.mode") != "multi":
        found.pop("options.tooltip.sort", None)
    for name in ("asTable", "isVisible"):
        found.pop(f"options.legend.{name}", None)
    if found.get("custom.lineStyle.fill") == "solid":
        found.pop("custom.lineStyle.dash", None)
    if found.get("options.orientation") == "":
        found["options.orientation"] = "auto"
    return found


def _shows_thresholds(kind: str, mode: str, leaves: Leaves, overrides: list[Any]) -> bool:
    if kind in ("text", "logs", "heatmap", "histogram", "piechart", "row"):
        return mode == "thresholds" and kind == "piechart"
    if kind == "timeseries":
        return mode == "thresholds" or leaves.get("custom.thresholdsStyle.mode") != "off"
    if kind == "stat":
        return leaves.get("options.colorMode") != "none" and mode == "thresholds"
    if kind == "table":
        cell = leaves.get("custom.cellOptions.type") or "auto"
        drawn = any("cellOptions" in str(override) for override in overrides)
        return mode == "thresholds" and (cell != "auto" or drawn)
    return mode == "thresholds"


def _query(query: RenderedQuery, panel: RenderedPanel) -> Leaves:
    text: str = query.text
    if isinstance(query.parsed, Parsed):
        text = spelled(query.parsed)
    legend = query.legend
    return {
        "expr": text,
        "legend": "" if legend == "__auto" else legend,
        "hidden": query.hidden,
        "instant": not _shows_the_last(panel) and query.instant,
        "table": panel.kind == "table" and query.place.get("format") == "table",
        "heatmap": query.place.get("format") == "heatmap",
        "shortest step": query.place.get("interval") or panel.content.get("interval") or "",
    }


def _shows_the_last(panel: RenderedPanel) -> bool:
    """Tell whether a panel shows the same of a range and of its end."""
    reduced = given(given(panel.content.get("options")).get("reduceOptions")).get("calcs")
    return panel.kind in _RANGELESS or (
        panel.kind == "piechart" and (not reduced or reduced == ["lastNotNull"])
    )


def spelled(parsed: Parsed) -> str:
    """Return a query in one spelling, matchers in one order."""
    return attrs.evolve(parsed, expr=_ordered(parsed.expr)).shown()


def canonical(expr: Expr) -> str:
    """Return an expression in one spelling, matchers in one order."""
    return unparse(_ordered(expr))


def _ordered(expr: Expr) -> Expr:
    def order(node: Expr) -> Expr:
        if not isinstance(node, Selector):
            return node
        matchers = sorted(set(node.matchers), key=lambda one: (one.name, one.op.value, one.value))
        return attrs.evolve(node, matchers=tuple(matchers))

    return rewrite(expr, order)


def _texts(value: Any) -> Any:
    """Return texts of values in one form; what definitions have no words for, as it is."""
    try:
        return mappings(value)
    except (MixwrightError, UnsaidError, AttributeError, KeyError, TypeError, ValueError):
        return value


def _override(override: Mapping[str, Any]) -> tuple[Any, ...]:
    matcher = given(override.get("matcher"))
    changes = {
        str(given(one).get("id")): given(one).get("value")
        for one in override.get("properties") or ()
    }
    return matcher.get("id"), matcher.get("options"), changes


def _link(link: Any) -> tuple[Any, ...]:
    known = given(link)
    return known.get("title"), known.get("url"), known.get("targetBlank") is True
