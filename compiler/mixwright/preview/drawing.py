"""One dashboard drawn: for each choice of its variables every panel's drawing, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import attrs
import numpy as np

from mixwright.frame import Matrix, Steps
from mixwright.model import AdhocFilters, Annotation, Dashboard, Link, Mixin, Panel, Query
from mixwright.passes.home import UID as HOME
from mixwright.preview.choices import Choices, asked, chosen
from mixwright.preview.evaluation import Answers
from mixwright.preview.findings import Findings
from mixwright.preview.kinds import draw
from mixwright.preview.marks import marked
from mixwright.preview.offers import ALL
from mixwright.preview.repeats import Repeats, repeated
from mixwright.preview.result import Episode, Problem
from mixwright.preview.view import Around, View
from mixwright.promql import Expr
from mixwright.values import Labels


@attrs.frozen(eq=False)
class Scene:
    """A dashboard, where it hangs in its hierarchy, and the choices that the recording offers."""

    mixin: Mixin
    dashboard: Dashboard
    parents: tuple[Dashboard, ...]
    choices: Choices
    repeats: Repeats = attrs.field(factory=dict)

    @property
    def file(self) -> str:
        """The name of its page."""
        return page_name(self.dashboard.uid)

    def queries(self) -> Iterator[tuple[Expr, bool]]:
        """Yield every query with every choice filled in, and whether it asks for one instant."""
        for choice in self.choices.drawn:
            for panel in self.dashboard.all_panels():
                own = self.choice_of(panel, choice)
                if own is None:
                    continue
                for query in panel.show:
                    yield asked(query, own, self.dashboard), panel.asks_once(query)
            for annotation in self.dashboard.annotations:
                yield chosen(annotation.expr, choice), False

    def filtered(self, choice: Labels) -> bool:
        """Tell whether a reader's own filter is set, which may well leave nothing."""
        own = (one for one in self.dashboard.variables if isinstance(one, AdhocFilters))
        return any(choice.get(one.name) for one in own)

    def choice_of(self, panel: Panel, choice: Labels) -> Labels | None:
        """Return the choice as a panel sees it; a repeated one is there for its value, or not at all."""
        if panel.id is None or panel.id not in self.repeats:
            return choice
        variable, value = self.repeats[panel.id]
        return choice.with_({variable: value}) if choice.get(variable) in (ALL, value) else None


def page_name(uid: str) -> str:
    """Return the file name of the page of a dashboard; `index.html` is the home page's."""
    return "index-dashboard.html" if uid == "index" else f"{uid}.html"


def scenes(mixin: Mixin, find: Callable[[Dashboard], Choices]) -> Iterator[Scene]:
    """Yield the dashboards of a mixin, each before its children."""

    def below(dashboard: Dashboard, parents: tuple[Dashboard, ...]) -> Iterator[Scene]:
        choices = find(dashboard)
        copied, repeats = repeated(dashboard, choices)
        yield Scene(mixin, copied, parents, choices, repeats)
        for child in dashboard.children:
            if isinstance(child, Dashboard):
                yield from below(child, (*parents, dashboard))

    for root in mixin.dashboards:
        yield from below(root, ())


@attrs.frozen(eq=False)
class Drawn:
    """The drawings of a dashboard: for each choice the panels by id, the alerts that fired on them, and the marks.

    A repeated panel that a choice leaves out is `None`.
    """

    scene: Scene
    panels: tuple[Mapping[int, Mapping[str, Any] | None], ...]
    episodes: tuple[Mapping[int, Sequence[Mapping[str, Any]]], ...]
    marks: tuple[Sequence[Mapping[str, Any]], ...]
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
    around = Around(
        tuple((one.dashboard, one.file, one.dashboard.tags) for one in others.values()),
        tuple(episodes),
    )
    panels: list[dict[int, Mapping[str, Any] | None]] = []
    fired: list[dict[int, Sequence[Mapping[str, Any]]]] = []
    for choice in scene.choices.drawn:
        panels.append({})
        fired.append({})
        for panel in scene.dashboard.all_panels():
            assert panel.id is not None, "the layout pass numbers all panels"
            own = scene.choice_of(panel, choice)
            fired[-1][panel.id] = []
            if own is None:
                panels[-1][panel.id] = None
                continue
            matrices = tuple(
                _answer(panel, query, own, scene.dashboard, answers, findings)
                for query in panel.show
            )
            link = partial(_links, panel, own, others, findings)
            drawing = draw(View(panel, matrices, steps, link, end, around))
            if drawing:
                findings.drawn(panel)
            elif not scene.filtered(choice):
                findings.without_data(panel, own)
            panels[-1][panel.id] = drawing
            fired[-1][panel.id] = list(_episodes(panel, own, episodes, steps))
    marks = tuple(
        [mark for one in scene.dashboard.annotations for mark in _marks(one, choice, answers)]
        for choice in scene.choices.drawn
    )
    # A preview of some mixins has no home; its index stands for it.
    known = frozenset(others) | {HOME}
    problems = tuple(findings.problems(scene.dashboard, scene.choices, known))
    return Drawn(scene, tuple(panels), tuple(fired), marks, problems)


def _answer(
    panel: Panel,
    query: Query,
    choice: Labels,
    dashboard: Dashboard,
    answers: Answers,
    findings: Findings,
) -> Matrix:
    """Return the value of a query; one that fails has no series."""
    answer = answers[asked(query, choice, dashboard), panel.asks_once(query)]
    if isinstance(answer, Matrix):
        return answer
    findings.failed(panel, choice, answer)
    return Matrix((), Steps.instant(0), np.empty((0, 1)), np.empty((0, 1), dtype=bool))


def _marks(annotation: Annotation, choice: Labels, answers: Answers) -> Iterator[Mapping[str, Any]]:
    answer = answers[chosen(annotation.expr, choice), False]
    if isinstance(answer, Matrix) and annotation.shown:
        yield from marked(annotation, answer)


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
