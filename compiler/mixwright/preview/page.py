"""The page of one dashboard: its frame as HTML, its drawings as scripts that the page loads as they are chosen."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from mixwright.frame import Steps
from mixwright.model import (
    AdhocFilters,
    AnyVariable,
    CustomVariable,
    Dashboard,
    Link,
    Panel,
    Row,
    TextVariable,
)
from mixwright.passes.home import UID as HOME
from mixwright.preview import units
from mixwright.preview.drawing import Drawn, Scene, page_name
from mixwright.preview.result import Problem
from mixwright.preview.view import look

_RANGE_HINT = "In UTC; drag over a chart to zoom in, double-click to zoom out"


def pages(
    drawn: Drawn, others: Mapping[str, Scene], steps: Steps, span: tuple[int, int]
) -> dict[str, bytes]:
    """Return the files of one dashboard: its page, and a script with the drawings of each choice."""
    scene = drawn.scene
    uid = scene.dashboard.uid
    files = {scene.file: dashboard_page(drawn, others, steps, span).encode()}
    for number, (panels, episodes, marks) in enumerate(
        zip(drawn.panels, drawn.episodes, drawn.marks, strict=True)
    ):
        content = script_json({"panels": panels, "episodes": episodes, "marks": marks})
        files[f"data/{uid}.{number}.js"] = f"mixwright.receive({number},{content});\n".encode()
    return files


def dashboard_page(
    drawn: Drawn, others: Mapping[str, Scene], steps: Steps, span: tuple[int, int]
) -> str:
    """Return the page: everything but the drawings, with a description of itself for its script."""
    scene, dashboard = drawn.scene, drawn.scene.dashboard
    words = escape(dashboard.description)
    lead = f'<p class="lead">{words}</p>' if words else ""
    time = f'<span class="range" id="range" title="{_RANGE_HINT}"></span>'
    body = f"""
<header>
  {_breadcrumb(scene)}
  <div class="tools">{_links(dashboard, others)}{time}{THEME_BUTTON}</div>
</header>
<main>
  <h1>{escape(dashboard.title)}</h1>
  {lead}
  <div class="variables" id="variables"></div>
  <p class="notice" id="notice" hidden></p>
  {"".join(_row(row) for row in dashboard.rows)}
  {problem_list(drawn.problems)}
</main>
<script type="application/json" id="dashboard">{script_json(_description(drawn, steps, span))}</script>
<script src="assets/plotly.min.js"></script>
<script src="assets/preview.js"></script>"""
    return document(f"{dashboard.title} · {scene.mixin.name}", body)


def page_height(drawn: Drawn) -> int:
    """Return about how high a page is in px: a grid unit is 30, the gap between two is 8, a heading is 40."""
    height = 200 + (60 if drawn.scene.dashboard.all_variables() else 0)
    height += 60 if drawn.problems else 0
    for row in drawn.scene.dashboard.rows:
        places = [panel.grid for panel in row.panels if panel.grid is not None]
        if places and not (row.collapsed and row.title):
            units = max(p.y + p.h for p in places) - min(p.y for p in places)
            height += 38 * units
        height += 40 if row.title else 8
    return height


def document(title: str, body: str) -> str:
    """Return a whole HTML document."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="mixwright preview">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<link rel="stylesheet" href="assets/preview.css">
</head>
<body>{body}
</body>
</html>
"""


THEME_BUTTON = (
    '<button id="theme" type="button" title="Dark or light" aria-label="Dark or light">◐</button>'
)


def script_json(value: object) -> str:
    """Return JSON that is safe inside a `<script>` element and in a script file: no markup can begin or end in it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def time_range(span: tuple[int, int]) -> str:
    """Return a range of times as `2026-11-23 20:15 – 21:00 UTC`."""
    start, end = (datetime.fromtimestamp(ms / 1000, UTC) for ms in span)
    day = "" if start.date() == end.date() else f"{end:%Y-%m-%d} "
    return f"{start:%Y-%m-%d %H:%M} – {day}{end:%H:%M} UTC"


def problem_list(problems: Sequence[Problem], *, name_dashboards: bool = False) -> str:
    """Return what is wrong as a table that unfolds, or nothing."""
    if not problems:
        return ""
    rows = "".join(
        "<tr>"
        + (f"<td>{escape(problem.dashboard)}</td>" if name_dashboards else "")
        + f"<td>{escape(problem.panel)}</td><td>{escape(problem.flaw.value)}</td>"
        + f"<td>{escape(problem.reason)}</td></tr>"
        for problem in problems
    )
    count = "1 thing" if len(problems) == 1 else f"{len(problems)} things"
    return f'<details class="problems"><summary>{count} to look at</summary><table>{rows}</table></details>'


def _breadcrumb(scene: Scene) -> str:
    name = escape(scene.mixin.name)
    steps = ['<a href="index.html">Dashboards</a>']
    if scene.dashboard.uid != HOME:
        steps.append(f'<a href="index.html#{name}">{name}</a>')
    for parent in scene.parents:
        names = " ".join(f"{one.name}={one.name}" for one in parent.all_variables())
        steps.append(
            f'<a href="{page_name(parent.uid)}" data-variables="{names}">{escape(parent.title)}</a>'
        )
    steps.append(f'<span aria-current="page">{escape(scene.dashboard.title)}</span>')
    return f'<nav class="breadcrumb">{"".join(steps)}</nav>'


def _links(dashboard: Dashboard, others: Mapping[str, Scene]) -> str:
    return "".join(_link(link) for link in dashboard.links if link.uid in others)


def _link(link: Link) -> str:
    names = " ".join(f"{one.name}={one.source}" for one in link.variables)
    return (
        f'<a class="button" href="{page_name(link.uid)}" data-variables="{names}">'
        f"{escape(link.title)}</a>"
    )


def _row(row: Row) -> str:
    top = min((panel.grid.y for panel in row.panels if panel.grid is not None), default=0)
    grid = f'<div class="grid">{"".join(_panel(panel, top) for panel in row.panels)}</div>'
    if not row.title:
        return f"<section>{grid}</section>"
    method = f'<span class="method">{escape(row.method.name)}</span>' if row.method else ""
    is_open = "" if row.collapsed else " open"
    return (
        f"<details class='row'{is_open}><summary><h2>{escape(row.title)}</h2>{method}</summary>"
        f"{grid}</details>"
    )


def _panel(panel: Panel, top: int) -> str:
    assert panel.grid is not None, "the layout pass places all panels"
    grid = panel.grid
    place = f"grid-area:{grid.y - top + 1}/{grid.x + 1}/span {grid.h}/span {grid.w}"
    queries = "".join(f"<code>{escape(str(query.expr))}</code>" for query in panel.show)
    about = f"<p>{escape(panel.description)}</p>{queries}"
    return (
        f'<article class="panel {panel.kind}" id="panel-{panel.id}" style="{place}">'
        f'<h3><span class="title">{escape(panel.title)}</span>'
        f'<span class="about" tabindex="0">i<span class="card">{about}</span></span></h3>'
        f'<div class="body"></div></article>'
    )


def _description(drawn: Drawn, steps: Steps, span: tuple[int, int]) -> dict[str, Any]:
    """Return what the page's script must know."""
    scene, dashboard = drawn.scene, drawn.scene.dashboard
    offered = scene.choices
    return {
        "uid": dashboard.uid,
        "variables": [
            {
                "name": one.name,
                "title": one.title or one.name,
                "multi": one.multi,
                "typed": isinstance(one, TextVariable),
                "hidden": getattr(one, "hidden", False),
                "texts": _texts(one),
            }
            for one in dashboard.all_variables()
        ],
        "choices": [dict(choice.pairs) for choice in offered.drawn],
        "leftOut": len(offered.found) - len(offered.drawn),
        "span": span,
        "steps": {"start": steps.start, "step": steps.step, "count": len(steps)},
        "panels": list(_panel_descriptions(dashboard)),
        "units": _units_of(dashboard),
    }


def _texts(variable: AnyVariable) -> dict[str, str]:
    """Return what readers see of values that have another text."""
    match variable:
        case CustomVariable(values=values):
            return {value: text for text, value in values.items() if text != value}
        case AdhocFilters():
            return {"": "no filter"}
    return {}


def _panel_descriptions(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    for panel in dashboard.all_panels():
        yield {
            "id": panel.id,
            "kind": panel.kind,
            "unit": panel.unit,
            "decimals": panel.decimals,
            "minimum": _finite(panel.minimum),
            "maximum": _finite(panel.maximum),
            "look": look(panel),
            "color": panel.color,
            "thresholds": _lines(panel),
        }


def _lines(panel: Panel) -> list[dict[str, Any]]:
    """Return where something changes: the thresholds of alerts, or colours by value that are drawn as lines."""
    style = getattr(panel.look, "thresholds", "auto")
    if style == "off":
        return []
    lines = [
        {"value": t.value, "severity": t.severity, "above": t.above}
        for t in panel.thresholds
        if math.isfinite(t.value)
    ]
    if style != "auto" and panel.steps is not None and not panel.steps.percentage:
        lines = [
            {"value": value, "severity": colour, "above": True}
            for value, colour in panel.steps.colours.items()
        ]
    return lines


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _units_of(dashboard: Dashboard) -> dict[str, dict[str, Any]]:
    """Return the part of the table of units that the dashboard's panels need; durations always."""
    overrides = (one for panel in dashboard.all_panels() for one in panel.overrides)
    wanted = {panel.unit for panel in dashboard.all_panels()} | {"s", "short"}
    wanted |= {one.unit for one in overrides if one.unit}
    return {
        rule: {unit: known[unit] for unit in known if unit in wanted}
        for rule, known in units.table().items()
    }
