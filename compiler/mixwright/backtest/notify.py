"""Pages: what people are told after Alertmanager has routed, grouped and held back what Prometheus sends.

Prometheus sends a firing alert at the evaluation that fires it and again every minute, with an end four
intervals ahead, so that an alert of which nothing more is heard ends by itself; a resolved one is sent at the
evaluation that resolves it and again every minute for a quarter of an hour.
Source: prometheus, `rules/alerting.go#Alert.needsSending`, `rules/alerting.go#AlertingRule.sendAlerts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from mixwright.alertmanager import Config, Delivery, Flush, Reason, Silence, Simulation, simulate
from mixwright.frame import Times
from mixwright.model import Severity
from mixwright.replay.states import Episode
from mixwright.values import Labels

RESEND_DELAY: Final = 60_000
"""Prometheus' `--rules.alert.resend-delay`."""
RETENTION: Final = 15 * 60_000
"""How long Prometheus goes on about a resolved alert."""


@attrs.frozen(kw_only=True)
class Page:
    """A notification that told a receiver something new, with what followed from it.

    `onset` is when it was sent, `episodes` are the firing alerts that it named and none before did,
    `repeats` are the times at which it was said again. `severity` is that of its most urgent alert.
    """

    receiver: str
    severity: Severity
    onset: int
    episodes: tuple[Episode, ...]
    repeats: tuple[int, ...] = ()

    @property
    def alerts(self) -> tuple[str, ...]:
        """The names of its alerts."""
        return tuple(dict.fromkeys(episode.alert for episode in self.episodes))

    @property
    def resolved_at(self) -> int | None:
        """When the last alert of the page resolved, `None` when one had not by the end."""
        ends = [episode.resolved_at for episode in self.episodes]
        return None if None in ends else max(end for end in ends if end is not None)


@attrs.frozen(kw_only=True, eq=False)
class Told:
    """Everything that was sent, the pages among it, and why alerts were held back, by episode."""

    simulation: Simulation
    pages: tuple[Page, ...]
    held: dict[Episode, frozenset[str]]


@attrs.frozen(eq=False)
class Fired:
    """The episodes of one rule, its severity, and the evaluations (ms) that succeeded."""

    severity: Severity
    episodes: tuple[Episode, ...]
    times: Times
    interval: int


def notify(
    rules: Iterable[Fired], config: Config, *, until: int, silences: Sequence[Silence] = ()
) -> Told:
    """Send what rules fire through Alertmanager; nothing is sent after `until` (ms)."""
    severities: dict[Episode, Severity] = {}
    by_start: dict[tuple[Labels, int], Episode] = {}
    deliveries: list[Delivery] = []
    for rule in rules:
        later: dict[Labels, int] = {}
        for episode in reversed(rule.episodes):
            deliveries += sent(episode, rule, before=later.get(episode.labels, until + 1))
            later[episode.labels] = episode.active_at
            if episode.fired_at is not None:
                severities[episode] = rule.severity
                by_start[episode.labels, episode.fired_at] = episode
    simulation = simulate(config, deliveries, until=until, silences=silences)
    held = {by_start[key]: why for key, why in simulation.held.items() if key in by_start}
    return Told(
        simulation=simulation,
        pages=tuple(_pages(simulation.flushes, by_start, severities)),
        held=held,
    )


def sent(episode: Episode, rule: Fired, *, before: int) -> Iterator[Delivery]:
    """Yield what Prometheus sends of an episode, before the alert is pending again at `before` (ms).

    What is sent again only to put off its end counts as one delivery, as long as evaluations succeed.
    """
    if episode.fired_at is None:
        return
    start, resolved = episode.fired_at, episode.resolved_at
    patience = 4 * max(rule.interval, RESEND_DELAY)
    for first, end in _stretches(rule.times, start, resolved, patience):
        yield Delivery(at=first, labels=episode.labels, start=start, end=end)
    if resolved is None:
        return
    low, high = np.searchsorted(rule.times, [resolved, min(resolved + RETENTION + 1, before)])
    due = resolved
    for time in rule.times[low:high].tolist():
        if time >= due:
            yield Delivery(at=time, labels=episode.labels, start=start, end=resolved)
            due = time + RESEND_DELAY + 1


def _stretches(
    times: Times, start: int, end: int | None, patience: int
) -> Iterator[tuple[int, int]]:
    """Yield the first sending and the end of each stretch in which Alertmanager hears of an alert in time."""
    low = int(np.searchsorted(times, start))
    high = len(times) if end is None else int(np.searchsorted(times, end))
    own = times[low:high]
    if not len(own):
        return
    # Only where evaluations failed for long can an alert be given up.
    if len(own) < 2 or int(np.diff(own).max()) <= patience - RESEND_DELAY:
        sendings = [int(own[0]), int(own[-1])]
        gaps = False
    else:
        sendings, gaps = _sendings(own), True
    first = last = sendings[0]
    for time in sendings[1:]:
        if gaps and time - last > patience:
            yield first, last + patience
            first = time
        last = time
    # What comes after the last evaluation of all is not known.
    yield first, _FOREVER if end is None else last + patience


_FOREVER: Final = 2**62


def _sendings(times: Times) -> list[int]:
    found: list[int] = []
    for time in times.tolist():
        if not found or found[-1] + RESEND_DELAY < time:
            found.append(time)
    return found


def _pages(
    flushes: Sequence[Flush],
    by_start: dict[tuple[Labels, int], Episode],
    severities: dict[Episode, Severity],
) -> list[Page]:
    """Return the pages that the first integration of each receiver was sent, in order of onset."""
    urgency = {severity: number for number, severity in enumerate(Severity)}
    groups: dict[tuple[object, str, Labels], _Group] = {}
    for flush in flushes:
        group = groups.setdefault((flush.route.key, flush.route.receiver, flush.group), _Group())
        firing = [
            episode
            for alert in flush.firing
            if (episode := by_start.get((alert.labels, alert.start))) is not None
        ]
        said = next((n for n in flush.notifications if n.integration == 0), None)
        new = [episode for episode in firing if episode.labels not in group.said]
        for episode in firing:
            if episode.labels in group.said:
                group.come_back(episode)
        if said is None:
            continue
        if new:
            severity = min((severities[episode] for episode in new), key=urgency.__getitem__)
            group.pages.append(
                Page(
                    receiver=said.receiver,
                    severity=severity,
                    onset=flush.at,
                    episodes=tuple(new),
                )
            )
        elif said.reason is Reason.REPEAT and group.pages:
            last = group.pages[-1]
            group.pages[-1] = attrs.evolve(last, repeats=(*last.repeats, flush.at))
        group.said = frozenset(alert.labels for alert in said.firing)
    found = [page for group in groups.values() for page in group.pages]
    return sorted(found, key=lambda page: (page.onset, page.receiver, page.alerts))


@attrs.define
class _Group:
    """A group's pages so far, and which alerts its last notification named as firing."""

    pages: list[Page] = attrs.field(factory=list)
    said: frozenset[Labels] = frozenset()

    def come_back(self, episode: Episode) -> None:
        """Add an alert that came back before its end was noticed to the page that told of it."""
        for number in range(len(self.pages) - 1, -1, -1):
            page = self.pages[number]
            if episode in page.episodes:
                return
            if any(told.labels == episode.labels for told in page.episodes):
                self.pages[number] = attrs.evolve(page, episodes=(*page.episodes, episode))
                return
