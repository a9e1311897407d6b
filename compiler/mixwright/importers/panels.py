"""Panels, from Grafana's JSON to definitions: typed where that shows the same, else as JSON with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

from mixwright.backends.grafana import dashboards as compiled
from mixwright.dashboardfiles import Parsed, RenderedPanel, RenderedQuery, as_dashboard
from mixwright.errors import MixwrightError
from mixwright.importers.defaults import USUAL_COLOURS, USUAL_THRESHOLDS
from mixwright.importers.equivalence import (
    changing,
    panel_view,
    relevant,
    unlisted_apart,
)
from mixwright.importers.fields import (
    UnsaidError,
    attempt,
    code,
    given,
    links,
    overrides,
    shared,
    steps,
    told,
    usual,
)
from mixwright.importers.looks import fitted, leaves, look_named, with_options
from mixwright.importers.source import Call, Code, Name, one_or_several
from mixwright.importers.transformations import all_of
from mixwright.model import Dashboard, LogQuery, Mixin, Panel, Query, RawPanel
from mixwright.model.panels import Look
from mixwright.model.panels.raw import Raw
from mixwright.model.panels.table import Table
from mixwright.model.panels.text import Text
from mixwright.model.panels.timeseries import TimeSeries
from mixwright.model.variables import AnyVariable
from mixwright.passes import compile_mixin
from mixwright.promql import Call as Calling
from mixwright.promql import Expr, Range, rewrite, unparse, walk
from mixwright.values import Duration

_WINDOW = Duration(300_000)


LOSSES: Mapping[str, str] = {
    "maxDataPoints": "the number of points",
    "options.legend.sortBy": "by what the legend is sorted",
    "options.legend.sortDesc": "by what the legend is sorted",
    "options.legend.width": "the width of the legend",
    "options.tooltip.hideZeros": "what the tooltip leaves out",
    "options.tooltip.maxHeight": "the size of the tooltip",
    "options.tooltip.maxWidth": "the size of the tooltip",
    "options.tooltip.sort": "the order in the tooltip",
    "options.percentChangeColorMode": "the colour of changes",
    "options.wideLayout": "where a wide number has its name",
}
"""What a typed panel may show otherwise than the JSON it was imported from, in words."""


@attrs.frozen
class ImportedPanel:
    """A panel as a definition; `reason` says what kept it JSON."""

    panel: Panel
    reason: str


def imported(
    panel: RenderedPanel, inputs: tuple[AnyVariable, ...], size: tuple[int, int]
) -> ImportedPanel:
    """Return a panel of some width and height; `inputs` are the variables of its dashboard."""
    try:
        made = _typed(panel)
        different = _different(panel, made, inputs)
        for closer in (_plain_cells, _usual_colours):
            if different:
                made = closer(panel, made)
                different = _different(panel, made, inputs)
        if different:
            raise UnsaidError(", ".join(different))
    except (MixwrightError, UnsaidError) as reason:
        return _raw(panel, size, told(reason))
    except (AttributeError, KeyError, TypeError, ValueError) as odd:
        # Panels of ten years: what has another structure than Grafana's today stays as it is.
        return _raw(panel, size, f"another structure than today's: {odd}".splitlines()[0])
    made = attrs.evolve(made, width=size[0], height=size[1])
    return ImportedPanel(made, "")


def _plain_cells(_panel: RenderedPanel, made: Panel) -> Panel:
    """Return a table that draws nothing; ours draw what has thresholds or ends."""
    if not isinstance(made.look, Table) or made.look.cell != "auto":
        return made
    return attrs.evolve(made, kind=attrs.evolve(made.look, cell="plain"))


def _usual_colours(panel: RenderedPanel, made: Panel) -> Panel:
    """Return a panel with the colours that Grafana fills in where none are given; ours means nothing by them."""
    given_colours = given(given(panel.content.get("fieldConfig")).get("defaults"))
    changes: dict[str, Any] = {}
    if not given_colours.get("thresholds"):
        changes["steps"] = steps(USUAL_THRESHOLDS)
    if not given_colours.get("color") and panel.kind in USUAL_COLOURS:
        changes["color"] = USUAL_COLOURS[panel.kind]
    return attrs.evolve(made, **changes)


def query(rendered: RenderedQuery) -> Query | LogQuery:
    """Return a query as a definition. Raises `UnsaidError` where it needs Grafana to be understood."""
    legend = "" if rendered.legend == "__auto" else rendered.legend
    if rendered.language == "logql":
        if rendered.hidden:
            raise UnsaidError("a hidden log query")
        found: LogQuery = attempt(LogQuery, rendered.text, legend=legend, instant=rendered.instant)
        return found
    if not isinstance(rendered.parsed, Parsed):
        raise UnsaidError("a query that is not PromQL")
    text, window = _without_variables(rendered.parsed)
    made: Query = attempt(
        Query,
        text,
        legend=legend,
        instant=rendered.instant,
        hidden=rendered.hidden,
        window=window,
    )
    return made


def _without_variables(parsed: Parsed) -> tuple[str, str]:
    """Return an expression with real windows, and what stands for all of them in Grafana."""
    rates = {id(c.args[0]) for c in walk(parsed.expr, Calling) if c.function in ("rate", "irate")}
    windows = list(walk(parsed.expr, Range))
    written = {
        ("" if id(one) in rates else "!", parsed.variable_of(one.window) or str(one.window))
        for one in windows
    }
    plain = {text for _, text in written}
    asides = set(parsed.put_aside.values()) - plain
    if asides:
        raise UnsaidError(f"`{min(asides)}` outside quotes")
    zooming = all(
        text == "$__rate_interval" if mark == "" else not text.startswith(("$", "["))
        for mark, text in written
    )
    if zooming:
        return unparse(_with_windows(parsed)), ""
    if all(
        not text.startswith(("$", "[")) and (mark or Duration.parse(text) > _WINDOW)
        for mark, text in written
    ):
        return unparse(parsed.expr), ""
    if len(plain) != 1:
        raise UnsaidError("windows of several kinds")
    return unparse(_with_windows(parsed)), plain.pop()


def _with_windows(parsed: Parsed) -> Expr:
    def real(node: Expr) -> Expr:
        if isinstance(node, Range) and parsed.variable_of(node.window):
            return Range(node.selector, _WINDOW)
        return node

    return rewrite(parsed.expr, real)


def _typed(panel: RenderedPanel) -> Panel:
    kind = look_named(panel.kind)
    content = panel.content
    if kind is None or panel.kind == "raw":
        raise UnsaidError(f"kind of panel `{panel.kind}`")
    if "libraryPanel" in content:
        raise UnsaidError("a panel of a library")
    config = given(content.get("fieldConfig"))
    defaults = given(config.get("defaults"))
    queries = [query(one) for one in panel.queries if one.text.strip()]
    named: dict[str, Any] = {
        "description": panel.description,
        "logs": tuple(one for one in queries if isinstance(one, LogQuery)),
        "data_links": links(defaults.get("links")),
        "transparent": content.get("transparent") is True,
        "repeat": panel.place.loose_text("repeat"),
        "repeat_down": content.get("repeatDirection") == "v",
        "least_step": _least_step(panel),
        "transformations": tuple(all_of(content.get("transformations"))),
        **shared(defaults),
    }
    if "display_name" in named:
        raise UnsaidError("one name for all series")
    if not named["repeat"]:
        named.pop("repeat_down")
    show = tuple(one for one in queries if isinstance(one, Query))
    base: Panel = attempt(Panel, panel.title, show, kind=_bare(kind, panel), **named)
    if base.look.asks == "nothing" and (show or named["logs"]):
        raise UnsaidError("queries of a panel that asks nothing")
    wanted = relevant(
        {**leaves(base), **_wanted(panel)} if panel.kind == "text" else _wanted(panel)
    )
    unlisted, others = unlisted_apart(changing(panel.kind, config))
    options, _ = fitted(base, wanted)
    options |= _several_at_once(base.look, wanted, unlisted)
    made = with_options(base, options) or base
    changed = overrides(others, made)
    result: Panel = attempt(attrs.evolve, made, overrides=changed) if changed else made
    return result


def _several_at_once(
    look: Look, wanted: Mapping[str, Any], unlisted: tuple[str, ...]
) -> dict[str, Any]:
    """Return the options that no single place in the JSON says."""
    match look, wanted.get("options.sortBy"):
        case TimeSeries(), _ if unlisted:
            return {"unlisted": unlisted}
        case Table(), [{"displayName": str(column), **order}]:
            return {"sort": column, "descending": order.get("desc") is True}
    return {}


def _least_step(panel: RenderedPanel) -> str | None:
    """Return the shortest step of a panel, or of all its queries."""
    own = panel.content.get("interval")
    steps = {query.place.get("interval") or own or None for query in panel.queries} or {own or None}
    if len(steps) > 1:
        raise UnsaidError("queries of several steps")
    step: str | None = steps.pop()
    return step


def _bare(kind: type[Look], panel: RenderedPanel) -> Look:
    if kind is Text:
        text: Look = attempt(Text, given(panel.content.get("options")).get("content", ""))
        return text
    return kind()


def _wanted(panel: RenderedPanel) -> dict[str, Any]:
    view = panel_view(panel)
    return {n: value for n, value in view.items() if n.startswith(("options.", "custom."))}


def _different(panel: RenderedPanel, made: Panel, inputs: tuple[AnyVariable, ...]) -> list[str]:
    """Return what a compiled definition shows otherwise."""
    try:
        mixin = compile_mixin(
            Mixin(
                "imported",
                version="1.0.0",
                dashboards=Dashboard("Imported", panels=made, variables=inputs),
            )
        )
        ((_, content),) = compiled(mixin)
    except (MixwrightError, TypeError, ValueError) as error:
        raise UnsaidError(told(error)) from None
    (again,) = as_dashboard(content, "imported.json").panels
    before, after = panel_view(panel), panel_view(again)
    return [
        name
        for name in sorted({*before, *after} - LOSSES.keys())
        if before.get(name) != after.get(name)
        and not (not before.get(name) and not after.get(name))
    ]


def _raw(panel: RenderedPanel, size: tuple[int, int], reason: str) -> ImportedPanel:
    content = {
        name: value for name, value in panel.content.items() if name not in ("id", "gridPos")
    }
    # A copy through JSON: what is written down must not share anything with what was read.
    content = json.loads(json.dumps(content))
    content.setdefault("type", "text")
    made = RawPanel(content, reason=reason, width=size[0], height=size[1])
    return ImportedPanel(made, reason)


def panel_code(panel: Panel, constants: Mapping[str, str]) -> Code:
    """Return the source of a panel; `constants` are names for expressions that several panels ask."""
    if isinstance(panel.look, Raw):
        size = {"width": panel.width, "height": panel.height}
        return Call("RawPanel", panel.look.panel, reason=panel.look.reason, **size)
    plain = {"title", "show", "look", "overrides", "origin", "transformations"}
    named: dict[str, Code] = {}
    look = _look(panel.look)
    if look is not None:
        named["kind"] = look
    for one in attrs.fields(Panel):
        value = getattr(panel, one.name)
        if one.name in plain or value == usual(one, panel):
            continue
        if one.name == "least_step":
            named[one.name] = str(value)
        elif isinstance(value, tuple):
            named[one.name] = one_or_several([_log(part) or code(part) for part in value])
        else:
            named[one.name] = code(value)
    if panel.transformations:
        named["transformations"] = one_or_several(
            [_prefixed(code(step)) for step in panel.transformations]
        )
    if panel.overrides:
        named["overrides"] = one_or_several([code(one) for one in panel.overrides])
    show = one_or_several([_query(one, constants) for one in panel.show])
    return Call("Panel", panel.title, *(() if show is None else (show,)), **named)


def _look(look: Look) -> Code:
    made = code(look)
    if not made.arguments and not made.named:
        return None if look.kind == "timeseries" else look.kind
    return made.renamed(f"panels.{made.function}")


def _prefixed(call: Any) -> Code:
    return call.renamed(f"transformations.{call.function}")


def _query(one: Query, constants: Mapping[str, str]) -> Code:
    text = unparse(one.expr)
    expr: Code = Name(constants[text]) if text in constants else text
    named = {
        "legend": one.legend or None,
        "instant": one.instant or None,
        "hidden": one.hidden or None,
        "window": one.window or None,
    }
    if not any(named.values()):
        return expr
    return Call("Query", expr, **named)


def _log(value: Any) -> Code:
    if isinstance(value, LogQuery) and not value.legend and not value.instant:
        return value.expr
    return None
