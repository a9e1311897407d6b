"""The timeline of a report: incidents as bands, and each alert's episodes and pages on one time axis, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

import attrs

from mixwright.backtest import AlertResult, Backtest, Episode, Outcome, Page
from mixwright.model import Severity
from mixwright.report import facts

WIDTH = 1160
_ROW = 26
_TOP = 8
_BAND = 20
_AXIS = 26
_LETTER = 7.4
"""Pixels of a letter, on average."""
_MOST_SPANS = 4000
"""Spans drawn in one row: recorded alerts can flap without end."""

_MINUTE, _HOUR = 60, 3600
_TICKS = (
    *(minutes * _MINUTE for minutes in (1, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 6, 12, 24, 48, 7 * 24, 30 * 24)),
)


@attrs.frozen
class Axis:
    """The mapping from time in ms to pixels."""

    start: int
    end: int
    left: float

    def x(self, time: int) -> float:
        """Return the pixel of a time; times outside lie on the edge."""
        inside = min(max(time, self.start), self.end)
        share = (inside - self.start) / max(self.end - self.start, 1)
        return self.left + (WIDTH - self.left - 12) * share

    def ticks(self) -> Iterator[int]:
        """Yield round times, at most a dozen."""
        span = (self.end - self.start) / 1000
        step = next((tick for tick in _TICKS if span / tick <= 12), _TICKS[-1]) * 1000
        yield from range(self.start + -self.start % step, self.end + 1, step)


def svg(result: Backtest, alerts: Sequence[AlertResult], *, linked: bool = True) -> str:
    """Return the drawing of alerts, a row each, `linked` to `#alert-<name>`."""
    longest = max((len(alert.alert.name) for alert in alerts), default=0)
    axis = Axis(result.start, result.end, min(max(160, _LETTER * longest + 30), 360))
    lanes = _lanes([_Band.of(outcome, axis) for outcome in result.outcomes])
    head = _TOP + max(len(lanes), 1) * _BAND + 6
    bottom = head + len(alerts) * _ROW
    height = bottom + _AXIS
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Incidents, alerts and pages over time">'
    ]
    parts += _incidents(lanes, bottom)
    parts += _ticks(axis, head, bottom)
    for number, alert in enumerate(alerts):
        parts += _row(axis, alert, head + number * _ROW, result, linked=linked)
    return "".join([*parts, "</svg>"])


@attrs.frozen
class _Band:
    """An incident on the axis: its pixels, its name, and the pixels that the name needs."""

    outcome: Outcome
    left: float
    right: float

    @classmethod
    def of(cls, outcome: Outcome, axis: Axis) -> _Band:
        """Return an incident's place."""
        left = axis.x(outcome.incident.start)
        return cls(outcome, left, max(axis.x(outcome.incident.end), left + 2))

    @property
    def name(self) -> str:
        """What is written on the band."""
        name = self.outcome.incident.name
        return name if self.outcome.detected else f"{name} – missed"

    @property
    def turned(self) -> bool:
        """Whether the name must end with the band, because it would run out of the picture."""
        return self.left + _LETTER * len(self.name) > WIDTH - 16

    @property
    def extent(self) -> tuple[float, float]:
        """The pixels that band and name need together."""
        need = _LETTER * len(self.name) + 14
        if self.turned:
            return min(self.left, self.right - need), self.right
        return self.left, max(self.right, self.left + need)


def _lanes(bands: Sequence[_Band]) -> list[list[_Band]]:
    """Spread bands, which are in order of time, over lanes in which none covers another."""
    lanes: list[list[_Band]] = []
    for band in bands:
        free = (lane for lane in lanes if all(o.extent[1] <= band.extent[0] for o in lane))
        lane = next(free, None)
        if lane is None:
            lanes.append([band])
        else:
            lane.append(band)
    return lanes


def _incidents(lanes: Sequence[Sequence[_Band]], bottom: int) -> Iterator[str]:
    for left, right in _covered(band for bands in lanes for band in bands):
        place = f'x="{left:.1f}" y="{_TOP}" width="{right - left:.1f}"'
        yield f'<rect class="wash" {place} height="{bottom - _TOP}"/>'
    for lane, bands in enumerate(lanes):
        top = _TOP + lane * _BAND
        for band in bands:
            incident, name = band.outcome.incident, escape(band.name)
            kind = "incident" if band.outcome.detected else "incident missed"
            x, anchor = (band.right - 4, "end") if band.turned else (band.left + 5, "start")
            place = f'x="{band.left:.1f}" y="{top}" width="{band.right - band.left:.1f}"'
            when = f"{facts.clock(incident.start)} – {facts.clock(incident.end)}"
            yield (
                f'<g class="{kind}"><title>{name}, {when}</title>'
                f'<rect class="band" {place} height="{bottom - top}"/>'
                f'<rect class="cap" {place} height="3"/>'
                f'<text x="{x:.1f}" y="{top + 16}" text-anchor="{anchor}">{name}</text></g>'
            )


def _covered(bands: Iterable[_Band]) -> list[tuple[float, float]]:
    """Return the pixels during which something was wrong: bands that overlap are one."""
    covered: list[tuple[float, float]] = []
    for left, right in sorted((band.left, band.right) for band in bands):
        if covered and left <= covered[-1][1]:
            covered[-1] = covered[-1][0], max(covered[-1][1], right)
        else:
            covered.append((left, right))
    return covered


def _ticks(axis: Axis, top: int, bottom: int) -> Iterator[str]:
    days = axis.end - axis.start > 2 * facts.DAY
    for time in axis.ticks():
        x = axis.x(time)
        label = facts.date_and_time(time)[5:10] if days else facts.clock(time, seconds=False)
        yield (
            f'<g class="tick"><line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'
            f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{label}</text></g>'
        )


def _row(
    axis: Axis, result: AlertResult, top: int, backtest: Backtest, *, linked: bool
) -> Iterator[str]:
    alert = result.alert
    name = escape(alert.name)
    middle = top + _ROW / 2
    label = f'<text x="19" y="{middle + 4}">{name}</text>'
    if linked:
        label = f'<a href="#alert-{name}">{label}</a>'
    yield (
        f'<g class="row {alert.severity.value}"><line class="rule" x1="0" x2="{WIDTH}" y1="{top}" y2="{top}"/>'
        f'<circle cx="7" cy="{middle}" r="4.5"/>'
        f"{label}"
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
