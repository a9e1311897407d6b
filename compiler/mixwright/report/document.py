"""The frame of every page that is written: one folder that needs no network, `index.html` and plotly's script.

Texts are escaped by those who write the body; chart data travels as JSON in which `<` cannot occur.
"""

from __future__ import annotations

import json
import shutil
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)


def write(folder: Path, text: str) -> Path:
    """Write a page into a folder, which is made if need be; return the path of `index.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    with resources.as_file(resources.files("plotly") / "package_data" / "plotly.min.js") as script:
        shutil.copyfile(script, folder / "plotly.min.js")
    page = folder / "index.html"
    page.write_text(text, "utf-8")
    return page


def render(
    title: str,
    body: str,
    charts: list[dict[str, Any]] | None = None,
    settings: list[dict[str, Any]] | None = None,
) -> str:
    """Return a page, which expects `plotly.min.js` beside it.

    `charts` are drawn over time in the places of class `plot`, `settings` over parameters in those of class
    `settings`; a place tells its chart by number, in `data-chart`.
    """
    assets = resources.files("mixwright.report") / "assets"
    scripts = "".join(
        f'<script id="{name}" type="application/json">{_data(data)}</script>\n'
        f"<script>{(assets / f'{name}.js').read_text('utf-8')}</script>"
        for name, data in (("charts", charts), ("settings", settings))
        if data
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f"<style>{(assets / 'report.css').read_text('utf-8')}</style></head>\n"
        f"<body><main>{body}</main>\n"
        f'<script src="plotly.min.js"></script>\n{scripts}</body></html>\n'
    )


def _data(charts: list[dict[str, Any]]) -> str:
    return json.dumps(charts, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def chart(title: str, data: dict[str, Any], charts: list[dict[str, Any]], place: str) -> str:
    """Add a chart to those of its kind, and return its place with a title."""
    charts.append(data)
    return (
        f'<div class="chart"><p>{escape(title)}</p>'
        f'<div class="{place}" data-chart="{len(charts) - 1}"></div></div>'
    )


def prose(message: str) -> str:
    """Return a message escaped, with what stands in backticks as code."""
    return "".join(
        f"<code>{escape(part)}</code>" if number % 2 else escape(part)
        for number, part in enumerate(message.split("`"))
    )


def number(value: str, note: str, kind: str = "") -> str:
    """Return a headline number with what it means; `kind` is `good` or `bad`."""
    return (
        f'<div class="number sheet {kind}"><b>{escape(value)}</b><span>{escape(note)}</span></div>'
    )
