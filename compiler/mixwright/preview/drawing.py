"""One dashboard drawn: for each choice of its variables every panel's drawing, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import attrs
import numpy as np

from mixwright.frame import Matrix, Steps
from mixwright.model import Dashboard, Link, Mixin, Panel, Query
from mixwright.preview.choices import Choices, chosen
from mixwright.preview.evaluation import Answers, is_instant
from mixwright.preview.findings import Findings
from mixwright.preview.kinds import draw
from mixwright.preview.result import Episode, Problem
from mixwright.preview.view import View
from mixwright.promql import Expr
from mixwright.values import Labels


@attrs.frozen(eq=False)
class Scene:
    """A dashboard, where it hangs in its hierarchy, and the choices that the recording offers."""

    mixin: Mixin
    dashboard: Dashboard
    parents: tuple[Dashboard, ...]
    choices: Choices

    @property
    def file(self) -> str:
        """The name of its page."""
        return page_name(self.dashboard.uid)

    def queries(self) -> Iterator[tuple[Expr, bool]]:
        """Yield every query with every choice filled in, and whether it asks for one instant."""
        for choice in self.choices.drawn:
            for panel in self.dashboard.all_panels():
                for query in panel.show:
                    yield chosen(query.expr, choice), is_instant(query, panel)


def page_name(uid: str) -> str:
    """Return the file name of the page of a dashboard; `index.html` is the home page's."""
    return "index-dashboard.html" if uid == "index" else f"{uid}.html"


def scenes(mixin: Mixin, find: Callable[[Dashboard], Choices]) -> Iterator[Scene]:
    """Yield the dashboards of a mixin, each before its children."""

    def below(dashboard: Dashboard, parents: tuple[Dashboard, ...]) -> Iterator[Scene]:
        yield Scene(mixin, dashboard, parents, find(dashboard))
        for child in dashboard.children:
            if isinstance(child, Dashboard):
                yield from below(child, (*parents, dashboard))

    for root in mixin.dashboards:
        yield from below(root, ())


@attrs.frozen(eq=False)
class Drawn:
    """The drawings of a dashboard: for each choice the panels by id, and the alerts that fired on them."""

    scene: Scene
    panels: tuple[Mapping[int, Mapping[str, Any]], ...]
    episodes: tuple[Mapping[int, Sequence[Mapping[str, Any]]], ...]
    problems: tuple[Problem, ...]


def draw_dashboard(
    scene: Scene,
    others: Mapping[str, Scene],
    answers: Answers,
    steps: Steps,
    end: int,
    episodes: Sequence[Episode],
) -> Drawn:
    """Draw every panel with every choice; `others` are all dashboards by uid, for the links."""
    findings = Findings()
    panels: list[dict[int, Mapping[str, Any]]] = []
    fired: list[dict[int, Sequence[Mapping[str, Any]]]] = []
    for choice in scene.choices.drawn:
        panels.append({})
        fired.append({})
        for panel in scene.dashboard.all_panels():
            assert panel.id is not None, "the layout pass numbers all panels"
            matrices = tuple(
                _answer(panel, query, choice, answers, findings) for query in panel.show
            )
            link = partial(_links, panel, choice, others, findings)
            drawing = draw(View(panel, matrices, steps, link, end))
            if drawing:
                findings.drawn(panel)
            else:
                findings.without_data(panel, choice)
            panels[-1][panel.id] = drawing
            fired[-1][panel.id] = list(_episodes(panel, choice, episodes, steps))
    known = frozenset(others)
    problems = tuple(findings.problems(scene.dashboard, scene.choices, known))
    return Drawn(scene, tuple(panels), tuple(fired), problems)


def _answer(
    panel: Panel, query: Query, choice: Labels, answers: Answers, findings: Findings
) -> Matrix:
    """Return the value of a query; one that fails has no series."""
    answer = answers[chosen(query.expr, choice), is_instant(query, panel)]
    if isinstance(answer, Matrix):
        return answer
    findings.failed(panel, choice, answer)
    return Matrix((), Steps.instant(0), np.empty((0, 1)), np.empty((0, 1), dtype=bool))


def _links(
    panel: Panel, choice: Labels, others: Mapping[str, Scene], findings: Findings, labels: Labels
) -> list[tuple[str, str]]:
    """Return the drill-downs of one series that lead somewhere: title and address."""
    found = []
    for link in panel.links:
        values = {
            one.name: (choice if one.origin == "variable" else labels).get(one.source, "")
            for one in link.variables
        }
        missing = next((name for name, value in values.items() if not value), None)
        target = others.get(link.uid)
        if target is None:
            findings.dead(panel, link, f"there is no dashboard `{link.uid}`")
        elif missing is not None:
            findings.dead(panel, link, f"series `{labels}` has no label `{missing}`")
        elif not target.choices.offers(Labels(values)):
            nothing = f"`{target.dashboard.title}` has nothing for `{Labels(values)}`"
            findings.dead(panel, link, nothing)
        else:
            findings.alive(panel, link)
            found.append((link.title, address(link, values)))
    return found


def address(link: Link, values: Mapping[str, str]) -> str:
    """Return the address of the linked page with its variables set."""
    variables = "&".join(f"var-{name}={quote(value, safe='')}" for name, value in values.items())
    return page_name(link.uid) + (f"#{variables}" if variables else "")


def _episodes(
    panel: Panel, choice: Labels, episodes: Sequence[Episode], steps: Steps
) -> Iterator[Mapping[str, Any]]:
    """Yield the times during which the panel's alerts fired for what is chosen."""
    names = {alert.name for alert in panel.alert}
    for episode in episodes:
        if episode.alert not in names or episode.fired_at is None:
            continue
        elsewhere = any(
            value != episode.labels[name]
            for name, value in choice.items()
            if name in episode.labels and not value.startswith("$__")
        )
        if (
            elsewhere
            or episode.fired_at > steps.end
            or (episode.resolved_at or steps.end) < steps.start
        ):
            continue
        yield {
            "alert": episode.alert,
            "severity": episode.labels.get("severity", ""),
            "start": episode.fired_at,
            "end": episode.resolved_at,
            "labels": str(episode.labels.drop(("alertname", "severity"))),
        }
