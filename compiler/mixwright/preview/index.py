"""The home page of a preview: every hierarchy as a tree, with what its alerts did and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from mixwright.preview.drawing import Drawn
from mixwright.preview.page import THEME_BUTTON, document, problem_list, time_range


def index_page(drawn: Sequence[Drawn], span: tuple[int, int]) -> bytes:
    """Return the page; `drawn` holds each mixin's dashboards together, each before its children."""
    mixins = "".join(
        _mixin(list(own)) for _, own in groupby(drawn, key=lambda one: one.scene.mixin.name)
    )
    panels = sum(len(list(one.scene.dashboard.all_panels())) for one in drawn)
    problems = [problem for one in drawn for problem in one.problems]
    body = f"""
<header>
  <nav class="breadcrumb"><span aria-current="page">Dashboards</span></nav>
  <div class="tools"><span class="range">{time_range(span)}</span>{THEME_BUTTON}</div>
</header>
<main class="home">
  <h1>Dashboards</h1>
  <p class="lead">{len(drawn)} dashboards with {panels} panels, drawn from recorded metrics.</p>
  <div class="mixins">{mixins}</div>
  {problem_list(problems, name_dashboards=True)}
</main>
<script src="assets/preview.js"></script>"""
    return document("Dashboards", body).encode()


def _mixin(drawn: Sequence[Drawn]) -> str:
    mixin = drawn[0].scene.mixin
    return (
        f'<section class="mixin" id="{escape(mixin.name)}">'
        f"<h2>{escape(mixin.name)} <small>{escape(mixin.version)}</small></h2>"
        f"<p>{escape(mixin.description)}</p>{''.join(_tree(drawn))}</section>"
    )


def _tree(drawn: Sequence[Drawn]) -> Iterator[str]:
    """Yield nested lists: deeper levels open a list, higher ones close it."""
    depth = -1
    for one in drawn:
        level = len(one.scene.parents)
        if level > depth:
            yield '<ul class="tree">' * (level - depth)
        else:
            yield "</li>" + "</ul></li>" * (depth - level)
        depth = level
        yield f"<li>{_card(one)}"
    yield "</li></ul>" * (depth + 1)


def _card(one: Drawn) -> str:
    dashboard = one.scene.dashboard
    per = dashboard.chain[-1].name if dashboard.chain else ""
    facts = [f"{len(list(dashboard.all_panels()))} panels"]
    if per:
        facts.append(f"by {escape(per)}")
    if len(one.scene.choices.found) > 1:
        facts.append(f"{len(one.scene.choices.found)} choices")
    badges = "".join(
        f'<span class="badge {escape(severity)}">{escape(alert)}</span>'
        for alert, severity in _fired(one)
    )
    if one.problems:
        badges += f'<span class="badge flawed">{len(one.problems)} to look at</span>'
    return (
        f'<a class="dashboard" href="{one.scene.file}"><strong>{escape(dashboard.title)}</strong>'
        f"<span>{escape(dashboard.description)}</span><small>{' · '.join(facts)}</small></a>"
        f'<div class="badges">{badges}</div>'
    )


def _fired(one: Drawn) -> list[tuple[str, str]]:
    """Return the alerts that fired on the dashboard's panels, with their severities, by name."""
    return sorted(
        {
            (episode["alert"], episode["severity"])
            for shown in one.episodes
            for episodes in shown.values()
            for episode in episodes
        }
    )
