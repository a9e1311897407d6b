"""The timeline of a report: incidents as bands, and each alert's episodes and pages on one time axis, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import attrs

from mixwright.backtest import AlertResult, Backtest, Episode, Page
from mixwright.model import Severity
from mixwright.report import facts

WIDTH = 1160
LABELS = 250
"""Pixels for the names at the left."""
_ROW = 26
_TOP = 8
_BAND = 20
_AXIS = 26
_MISSED = " – missed"
_MOST_SPANS = 4000
"""Spans drawn in one row: recorded alerts can flap without end."""

_TICKS = (
    60,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    21600,
    43200,
    86400,
    2 * 86400,
    7 * 86400,
    30 * 86400,
)


@attrs.frozen
class Axis:
    """The mapping from time in ms to pixels."""

    start: int
    end: int

    def x(self, time: int) -> float:
        """Return the pixel of a time; times outside lie on the edge."""
        inside = min(max(time, self.start), self.end)
        return LABELS + (WIDTH - LABELS - 12) * (inside - self.start) / max(
            self.end - self.start, 1
        )

    def ticks(self) -> Iterator[int]:
        """Yield round times, at most a dozen."""
        span = (self.end - self.start) / 1000
        step = next((tick for tick in _TICKS if span / tick <= 12), _TICKS[-1]) * 1000
        yield from range(self.start + -self.start % step, self.end + 1, step)


def svg(result: Backtest, alerts: Sequence[AlertResult]) -> str:
    """Return the drawing of alerts, a row each, with links to `#alert-<name>`."""
    axis = Axis(result.start, result.end)
    lanes = _lanes(result)
    head = _TOP + max(len(lanes), 1) * _BAND + 6
    bottom = head + len(alerts) * _ROW
    height = bottom + _AXIS
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Incidents, alerts and pages over time">'
    ]
    parts += _incidents(axis, lanes, bottom)
    parts += _ticks(axis, head, bottom)
    for number, alert in enumerate(alerts):
        parts += _row(axis, alert, head + number * _ROW, result)
    return "".join([*parts, "</svg>"])


def _lanes(result: Backtest) -> list[list[tuple[str, int, int, bool]]]:
    """Spread incidents over lanes so that their names do not cover each other."""
    axis = Axis(result.start, result.end)
    lanes: list[list[tuple[str, int, int, bool]]] = []
    ends: list[float] = []
    for outcome in result.outcomes:
        incident = outcome.incident
        left = axis.x(incident.start)
        text = len(incident.name) + (0 if outcome.detected else len(_MISSED))
        right = max(axis.x(incident.end), left + 7.6 * text + 14)
        item = (incident.name, incident.start, incident.end, outcome.detected)
        for number, end in enumerate(ends):
            if end <= left:
                lanes[number].append(item)
                ends[number] = right
                break
        else:
            lanes.append([item])
            ends.append(right)
    return lanes


def _incidents(
    axis: Axis, lanes: Sequence[Sequence[tuple[str, int, int, bool]]], bottom: int
) -> Iterator[str]:
    for lane, items in enumerate(lanes):
        for name, start, end, detected in items:
            left, right = axis.x(start), axis.x(end)
            width = max(right - left, 2)
            top = _TOP + lane * _BAND
            kind = "incident" if detected else "incident missed"
            label = escape(name if detected else name + _MISSED)
            anchor = ' text-anchor="end"' if left > WIDTH - 8 * len(name) - 30 else ""
            x = right - 4 if anchor else left + 5
            yield (
                f'<g class="{kind}"><title>{label}, {facts.clock(start)} – {facts.clock(end)}</title>'
                f'<rect class="band" x="{left:.1f}" y="{top}" width="{width:.1f}" height="{bottom - top}"/>'
                f'<rect class="cap" x="{left:.1f}" y="{top}" width="{width:.1f}" height="3"/>'
                f'<text x="{x:.1f}" y="{top + 16}"{anchor}>{label}</text></g>'
            )


def _ticks(axis: Axis, top: int, bottom: int) -> Iterator[str]:
    days = axis.end - axis.start > 2 * facts.DAY
    for time in axis.ticks():
        x = axis.x(time)
        label = facts.date_and_time(time)[5:10] if days else facts.clock(time, seconds=False)
        yield (
            f'<g class="tick"><line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'
            f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{label}</text></g>'
        )


def _row(axis: Axis, result: AlertResult, top: int, backtest: Backtest) -> Iterator[str]:
    alert = result.alert
    name = escape(alert.name)
    middle = top + _ROW / 2
    yield (
        f'<g class="row {alert.severity.value}"><line class="rule" x1="0" x2="{WIDTH}" y1="{top}" y2="{top}"/>'
        f'<circle cx="7" cy="{middle}" r="4.5"/>'
        f'<a href="#alert-{name}"><text x="19" y="{middle + 4}">{name}</text></a>'
    )
    for episode in result.episodes[:_MOST_SPANS]:
        yield from _spans(axis, episode, top)
    for page in result.pages[:_MOST_SPANS]:
        yield _mark(axis, page, middle, backtest)
    yield "</g>"


def _spans(axis: Axis, episode: Episode, top: int) -> Iterator[str]:
    end = axis.end if episode.resolved_at is None else episode.resolved_at
    fired = end if episode.fired_at is None else episode.fired_at
    labels = escape(str(episode.labels.drop(("alertname", "severity", "owner"))))
    for kind, start, stop, height in (
        ("pending", episode.active_at, fired, 6),
        ("firing", fired, end, 14),
    ):
        if stop > start or (kind == "firing" and episode.fired):
            width = max(axis.x(stop) - axis.x(start), 1.5)
            yield (
                f'<rect class="{kind}" x="{axis.x(start):.1f}" y="{top + (_ROW - height) / 2:.1f}" '
                f'width="{width:.1f}" height="{height}" rx="2"><title>{kind} {facts.clock(start)} – '
                f"{facts.clock(stop)} {labels}</title></rect>"
            )


def _mark(axis: Axis, page: Page, middle: float, backtest: Backtest) -> str:
    x = axis.x(page.onset)
    noun = page.severity.value
    true = facts.is_true(page, backtest) or not backtest.incidents
    what = noun if true else f"false {noun}"
    return (
        f'<path class="mark{"" if true else " false"}" d="M{x:.1f} {middle + 9} l-6 -11 h12 z">'
        f"<title>{what} at {facts.clock(page.onset)}</title></path>"
    )


def legend() -> str:
    """Return what the timeline's signs mean."""
    samples = "".join(
        f'<span class="key {severity.value}"><i></i>{severity.value}</span>'
        for severity in Severity
    )
    return (
        f'<p class="legend">{samples}<span class="key pending"><i></i>pending</span>'
        '<span class="key incidents"><i></i>incident</span>'
        '<span class="key marks">▼ somebody is told</span>'
        '<span class="key marks bad">▽ outside any incident</span></p>'
    )
