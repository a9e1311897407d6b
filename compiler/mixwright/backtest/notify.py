"""Pages: what people are told after notifications have been grouped.

One fixed routing: PAGE and TICKET alerts are grouped by alert name and severity, LOG alerts tell
nobody. Within that, groups wait, gather and repeat as Alertmanager's do: the first notification comes
`group_wait` after the group's first alert, later ones are considered every `group_interval`; one is sent
when alerts fire that the last one did not name, when some have resolved, or when `repeat_interval` has
passed. An alert that resolves and fires again between two of these moments is not news. Alerts
reach the notifier at the evaluation that fires or resolves them.
Source: alertmanager, `dispatch/dispatch.go#aggrGroup` and `notify/notify.go#DedupStage.needsUpdate`.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from mixwright.model import Severity
from mixwright.replay.states import Episode
from mixwright.values import Duration, Labels


@attrs.frozen(kw_only=True)
class Timing:
    """How a notifier waits; Alertmanager's own defaults."""

    group_wait: Duration = Duration(30_000)
    group_interval: Duration = Duration(5 * 60_000)
    repeat_interval: Duration = Duration(4 * 3_600_000)


@attrs.frozen(kw_only=True)
class Page:
    """A notification that told somebody something new, with what followed from it.

    `onset` is when it was sent, `episodes` are the firing alerts that it named and none before did,
    `repeats` are the times at which it was said again.
    """

    alert: str
    severity: Severity
    onset: int
    episodes: tuple[Episode, ...]
    repeats: tuple[int, ...] = ()

    @property
    def resolved_at(self) -> int | None:
        """When the last alert of the page resolved, `None` when one had not by the end."""
        ends = [episode.resolved_at for episode in self.episodes]
        return None if None in ends else max(end for end in ends if end is not None)


def notify(
    alert: str,
    severity: Severity,
    episodes: Sequence[Episode],
    *,
    until: int,
    timing: Timing | None = None,
) -> tuple[Page, ...]:
    """Return the pages of one group, in order of onset; nothing is sent after `until` (ms)."""
    if severity is Severity.LOG:
        return ()
    timing = timing or Timing()
    waiting = sorted(
        (episode for episode in episodes if episode.fired_at is not None),
        key=lambda episode: (_fired_at(episode), episode.labels.pairs),
    )
    pages: list[Page] = []
    log = _Log()
    members: list[Episode] = []
    flush: int | None = None
    while waiting or members:
        if flush is None:
            # There is no group: the next alert opens one.
            flush = _fired_at(waiting[0]) + timing.group_wait.ms
        if flush > until:
            break
        while waiting and _fired_at(waiting[0]) <= flush:
            members.append(waiting.pop(0))
        firing = [episode for episode in members if episode.is_firing(flush)]
        new = [episode for episode in firing if episode.labels not in log.firing]
        for episode in firing:
            if episode not in new:
                _come_back(pages, episode)
        if new:
            pages.append(Page(alert=alert, severity=severity, onset=flush, episodes=tuple(new)))
        elif log.is_due(flush, timing.repeat_interval) and firing:
            pages[-1] = attrs.evolve(pages[-1], repeats=(*pages[-1].repeats, flush))
        log.update(flush, firing, members, timing.repeat_interval)
        # What has resolved has been said; a group without alerts is taken down.
        members = firing
        flush = flush + timing.group_interval.ms if members else None
    return tuple(pages)


@attrs.define
class _Log:
    """What the last notification of the group said, and when it was sent."""

    firing: frozenset[Labels] = frozenset()
    resolved: frozenset[Labels] = frozenset()
    sent_at: int | None = None

    def is_due(self, now: int, repeat: Duration) -> bool:
        """Tell whether what has been said must be said again."""
        return self.sent_at is not None and now - self.sent_at > repeat.ms

    def update(
        self, now: int, firing: list[Episode], members: list[Episode], repeat: Duration
    ) -> None:
        """Note a notification if one is sent: new or resolved alerts, or a repetition."""
        now_firing = frozenset(episode.labels for episode in firing)
        now_resolved = frozenset(episode.labels for episode in members) - now_firing
        if self.sent_at is None:
            sends = bool(now_firing)
        elif now_firing:
            news = not (now_firing <= self.firing and now_resolved <= self.resolved)
            sends = news or self.is_due(now, repeat)
        else:
            sends = bool(self.firing)
        if sends:
            self.firing, self.resolved, self.sent_at = now_firing, now_resolved, now


def _come_back(pages: list[Page], episode: Episode) -> None:
    """Add an alert that came back before its end was noticed to the page that told of it."""
    for number in range(len(pages) - 1, -1, -1):
        page = pages[number]
        if episode in page.episodes:
            return
        if any(told.labels == episode.labels for told in page.episodes):
            pages[number] = attrs.evolve(page, episodes=(*page.episodes, episode))
            return


def _fired_at(episode: Episode) -> int:
    assert episode.fired_at is not None
    return episode.fired_at
