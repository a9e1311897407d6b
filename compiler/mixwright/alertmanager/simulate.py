"""What Alertmanager does with the alerts that it is sent: groups, flushes, mutes, and what it remembers having said.

An alert joins the group of every route that it takes. A group is flushed `group_wait` after its first alert,
at once if that alert has been firing for longer, and every `group_interval` from then on. A flush drops what
is inhibited, outside the route's times or silenced; the rest is sent to each integration if its last
notification did not say so: alerts fire that it did not name, some have resolved, all have, or
`repeat_interval` has passed. Then what has resolved leaves the group, and an empty group is gone.

Sending takes no time here. Alertmanager notes a notification when it has been sent, so a repetition that is due
exactly at a flush comes one flush later there as it does here.
Source: alertmanager 0.35, `dispatch/dispatch.go#aggrGroup`, `notify/dedup_stage.go#needsUpdate`,
`notify/mute.go`, `inhibit/inhibit.go`, `provider/mem/mem.go#Put`, `nflog/nflog.go#Log`. 0.25 differs in two
things: an empty group lives on for up to 30 s, and an alert that joins in that time waits for its next flush; an
empty `group_by` is inherited.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cmp_to_key
from typing import Final

import attrs

from mixwright.alertmanager.config import Config, Inhibition, Integration, Route, matches
from mixwright.values import Labels, Matcher

RETENTION: Final = 120 * 3_600_000
"""How long a notification is remembered at most (`--data.retention`)."""


@attrs.frozen(kw_only=True)
class Delivery:
    """An alert as it reaches Alertmanager at a time: when it began to fire, and when it ends or ended (ms)."""

    at: int
    labels: Labels
    start: int
    end: int

    def resolved(self, now: int) -> bool:
        """Tell whether the alert is over."""
        return self.end <= now


@attrs.frozen(kw_only=True)
class Silence:
    """A time (ms, the end excluded) during which alerts that match are not told."""

    matchers: tuple[Matcher, ...]
    start: int
    end: int


class Reason(Enum):
    """Why a notification is sent."""

    FIRST = "first notification"
    NEW = "new alerts"
    SOME_RESOLVED = "some alerts resolved"
    ALL_RESOLVED = "all alerts resolved"
    REPEAT = "repeated"


@attrs.frozen(kw_only=True)
class Notification:
    """What an integration, known by its number among the receiver's, is sent; alerts in Alertmanager's order."""

    receiver: str
    integration: int
    reason: Reason
    firing: tuple[Delivery, ...]
    resolved: tuple[Delivery, ...]


@attrs.frozen(kw_only=True)
class Flush:
    """What a group let through its mutes at a time (ms), and what was sent of it."""

    at: int
    route: Route
    group: Labels
    firing: tuple[Delivery, ...]
    notifications: tuple[Notification, ...]


@attrs.frozen
class Simulation:
    """All flushes that said or saw something new, in order.

    `held` has, by labels and start of an alert, why it was held back.
    """

    flushes: tuple[Flush, ...]
    held: dict[tuple[Labels, int], frozenset[str]]

    @property
    def notifications(self) -> Iterable[tuple[Flush, Notification]]:
        """What was sent, with the flush that it was sent at."""
        return ((flush, sent) for flush in self.flushes for sent in flush.notifications)


def simulate(
    config: Config,
    deliveries: Iterable[Delivery],
    *,
    until: int,
    silences: Sequence[Silence] = (),
) -> Simulation:
    """Return what is sent up to `until` (ms) when alerts arrive as `deliveries`."""
    run = _Run(config, tuple(silences))
    waiting = sorted(deliveries, key=lambda d: (d.at, d.labels.pairs))
    for delivery in waiting:
        run.flush_before(min(delivery.at, until + 1))
        if delivery.at > until:
            break
        run.deliver(delivery)
    run.flush_before(until + 1)
    return Simulation(tuple(run.flushes), {key: frozenset(why) for key, why in run.held.items()})


@attrs.define
class _Group:
    route: Route
    labels: Labels
    alerts: dict[Labels, Delivery] = attrs.field(factory=dict)
    seen: frozenset[tuple[Labels, int]] = frozenset()


@attrs.frozen
class _Entry:
    """What the notification log remembers."""

    at: int
    expires: int
    firing: frozenset[Labels]
    resolved: frozenset[Labels]


@attrs.define
class _Sources:
    """The alerts that can inhibit by a rule, by the values of its equal labels."""

    rule: Inhibition
    by_values: dict[tuple[str, ...], dict[Labels, Delivery]] = attrs.field(factory=dict)

    def add(self, alert: Delivery) -> None:
        if matches(self.rule.source, alert.labels):
            self.by_values.setdefault(self.values(alert.labels), {})[alert.labels] = alert

    def inhibits(self, labels: Labels, now: int) -> bool:
        if not matches(self.rule.target, labels):
            return False
        # An alert that matches both sides is not inhibited by one of which the same is true.
        both = matches(self.rule.source, labels)
        return any(
            not source.resolved(now) and not (both and matches(self.rule.target, source.labels))
            for source in self.by_values.get(self.values(labels), {}).values()
        )

    def values(self, labels: Labels) -> tuple[str, ...]:
        return tuple(labels.get(name, "") for name in self.rule.equal)


_LogKey = tuple[tuple[tuple[Matcher, ...], ...], Labels, str, int]


class _Run:
    def __init__(self, config: Config, silences: tuple[Silence, ...]) -> None:
        self.config, self.silences = config, silences
        self.integrations = {r.name: r.integrations for r in config.receivers}
        self.routes: dict[Labels, tuple[Route, ...]] = {}
        self.order = {id(route): number for number, route in enumerate(config.route.tree())}
        self.known: dict[Labels, Delivery] = {}
        self.groups: dict[tuple[int, Labels], _Group] = {}
        self.queue: list[tuple[int, int, tuple[tuple[str, str], ...], _Group]] = []
        self.sources = [_Sources(rule) for rule in config.inhibitions]
        self.log: dict[_LogKey, _Entry] = {}
        self.flushes: list[Flush] = []
        self.held: dict[tuple[Labels, int], set[str]] = {}

    def deliver(self, alert: Delivery) -> None:
        alert = self.known[alert.labels] = self._merged(alert)
        for sources in self.sources:
            sources.add(alert)
        routes = self.routes.get(alert.labels)
        if routes is None:
            routes = self.routes[alert.labels] = self.config.route.match(alert.labels)
        for route in routes:
            key = id(route), route.group(alert.labels)
            group = self.groups.get(key)
            if group is None:
                old = alert.start + route.group_wait.ms < alert.at
                if old and alert.resolved(alert.at) and not self._said_to_fire(route, key[1]):
                    # The group would be flushed at once, with nothing to say, and be gone.
                    continue
                group = self.groups[key] = _Group(route, key[1])
                self._schedule(group, alert.at if old else alert.at + route.group_wait.ms)
            group.alerts[alert.labels] = alert

    def _said_to_fire(self, route: Route, group: Labels) -> bool:
        """Tell whether any integration's last notification of a group named a firing alert."""
        keys = (
            (route.key, group, route.receiver, number)
            for number in range(len(self.integrations[route.receiver]))
        )
        return any((entry := self.log.get(key)) is not None and entry.firing for key in keys)

    def _merged(self, alert: Delivery) -> Delivery:
        """Join an alert with what is known of it where the two overlap: the earliest start holds."""
        old = self.known.get(alert.labels)
        if old is None or not (
            old.start < alert.end < old.end or old.start < alert.start < old.end
        ):
            return alert
        end = alert.end
        if alert.resolved(alert.at) == old.resolved(alert.at):
            end = max(end, old.end)
        return attrs.evolve(alert, start=min(alert.start, old.start), end=end)

    def _schedule(self, group: _Group, at: int) -> None:
        entry = (at, self.order[id(group.route)], group.labels.pairs, group)
        heapq.heappush(self.queue, entry)

    def flush_before(self, time: int) -> None:
        """Flush every group that is due before a time; what arrives at that time comes first."""
        while self.queue and self.queue[0][0] < time:
            at, *_, group = heapq.heappop(self.queue)
            self._flush(group, at)
            group.alerts = {
                labels: alert for labels, alert in group.alerts.items() if not alert.resolved(at)
            }
            if group.alerts:
                self._schedule(group, at + group.route.group_interval.ms)
            else:
                del self.groups[id(group.route), group.labels]

    def _flush(self, group: _Group, now: int) -> None:
        alerts = sorted(self._audible(group, now), key=_ORDER)
        firing = tuple(alert for alert in alerts if not alert.resolved(now))
        resolved = tuple(alert for alert in alerts if alert.resolved(now))
        notifications = []
        if alerts:
            for number, integration in enumerate(self.integrations[group.route.receiver]):
                reason = self._reason(group, number, integration, now, firing, resolved)
                if reason is not None and (firing or integration.sends_resolved):
                    told = resolved if integration.sends_resolved else ()
                    notifications.append(
                        Notification(
                            receiver=group.route.receiver,
                            integration=number,
                            reason=reason,
                            firing=firing,
                            resolved=told,
                        )
                    )
        seen = frozenset((alert.labels, alert.start) for alert in firing)
        if notifications or seen != group.seen:
            group.seen = seen
            self.flushes.append(
                Flush(
                    at=now,
                    route=group.route,
                    group=group.labels,
                    firing=firing,
                    notifications=tuple(notifications),
                )
            )

    def _audible(self, group: _Group, now: int) -> Iterable[Delivery]:
        """Yield the alerts of a group that nothing mutes."""
        route = group.route
        if route.active and not self._within(route.active, now):
            closed = "outside active time"
        elif self._within(route.muted, now):
            closed = "muted time"
        else:
            closed = ""
        silences = [s for s in self.silences if s.start <= now < s.end]
        for alert in group.alerts.values():
            if any(sources.inhibits(alert.labels, now) for sources in self.sources):
                why = "inhibited"
            elif closed:
                why = closed
            elif any(matches(silence.matchers, alert.labels) for silence in silences):
                why = "silenced"
            else:
                yield alert
                continue
            if not alert.resolved(now):
                self.held.setdefault((alert.labels, alert.start), set()).add(why)

    def _within(self, names: Sequence[str], now: int) -> bool:
        return any(part.contains(now) for name in names for part in self.config.intervals[name])

    def _reason(
        self,
        group: _Group,
        number: int,
        integration: Integration,
        now: int,
        firing: Sequence[Delivery],
        resolved: Sequence[Delivery],
    ) -> Reason | None:
        """Return why an integration is to be told, if it is, and note that it was."""
        route = group.route
        key = route.key, group.labels, route.receiver, number
        entry = self.log.get(key)
        now_firing = frozenset(alert.labels for alert in firing)
        now_resolved = frozenset(alert.labels for alert in resolved)
        repeat = route.repeat_interval.ms
        if entry is None or entry.expires <= now:
            reason = Reason.FIRST if firing else None
        elif not now_firing <= entry.firing:
            reason = Reason.NEW if entry.firing else Reason.FIRST
        elif not firing:
            reason = Reason.ALL_RESOLVED if entry.firing else None
        elif integration.sends_resolved and not now_resolved <= entry.resolved:
            reason = Reason.SOME_RESOLVED
        else:
            reason = Reason.REPEAT if entry.at < now - repeat else None
        if reason is not None:
            expires = now + min(2 * repeat, RETENTION)
            self.log[key] = _Entry(now, expires, now_firing, now_resolved)
        return reason


def _compared(one: Delivery, other: Delivery) -> int:
    """Order alerts as Alertmanager lists them: by job, by instance, by their labels.

    Source: `alert/alert.go#AlertSlice.Less`, prometheus/common `model.LabelSet.Before`.
    """
    for name in ("job", "instance"):
        mine, theirs = one.labels.get(name), other.labels.get(name)
        if mine == theirs:
            continue
        if mine is None or theirs is None:
            return 1 if mine is None else -1
        return -1 if mine < theirs else 1
    if len(one.labels) != len(other.labels):
        return -1 if len(one.labels) < len(other.labels) else 1
    for name in sorted({*one.labels, *other.labels}):
        mine, theirs = one.labels.get(name), other.labels.get(name)
        if mine != theirs:
            if mine is None or theirs is None:
                return -1 if mine is None else 1
            return -1 if mine < theirs else 1
    return 0


_ORDER = cmp_to_key(_compared)
