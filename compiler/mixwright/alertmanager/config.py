"""What Alertmanager is told to do: a tree of routes, who receives, what hides what, and when nobody is told.

Source: alertmanager, `config/config.go`, `dispatch/route.go`, `config/common/inhibitrule.go`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from mixwright.alertmanager.intervals import TimeInterval
from mixwright.values import Duration, Labels, Matcher

GROUP_WAIT = Duration(30_000)
GROUP_INTERVAL = Duration(5 * 60_000)
REPEAT_INTERVAL = Duration(4 * 3_600_000)


@attrs.frozen
class Integration:
    """One way in which a receiver is told: `webhook`, `pagerduty`; `sends_resolved` also tells the end."""

    kind: str
    sends_resolved: bool = True


@attrs.frozen
class Receiver:
    """Somebody who is told; a receiver without an integration tells nobody."""

    name: str
    integrations: tuple[Integration, ...] = ()


@attrs.frozen(kw_only=True)
class Route:
    """A node of the routing tree, with everything that it inherits filled in.

    `group_by` is `None` for all labels (`...`). `key` holds the matchers from the root down: the
    notification log knows groups by them, so that two routes of one key and receiver share what was said.
    """

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    group_by: frozenset[str] | None = frozenset()
    group_wait: Duration = GROUP_WAIT
    group_interval: Duration = GROUP_INTERVAL
    repeat_interval: Duration = REPEAT_INTERVAL
    muted: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    goes_on: bool = False
    routes: tuple[Route, ...] = ()
    key: tuple[tuple[Matcher, ...], ...] = ((),)

    def match(self, labels: Labels) -> tuple[Route, ...]:
        """Return the routes that an alert takes, depth first; the node itself where no child matches."""
        if not matches(self.matchers, labels):
            return ()
        found: list[Route] = []
        for route in self.routes:
            own = route.match(labels)
            found += own
            if own and not route.goes_on:
                break
        return tuple(found) or (self,)

    def group(self, labels: Labels) -> Labels:
        """Return the labels of the group that an alert belongs to."""
        return labels if self.group_by is None else labels.keep(self.group_by)

    def tree(self) -> Iterator[Route]:
        """Yield this route and those below it, each before its children."""
        yield self
        for route in self.routes:
            yield from route.tree()


@attrs.frozen(kw_only=True)
class Inhibition:
    """Alerts that match `target` are held back while one that matches `source` fires with equal labels."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()
    name: str = ""


@attrs.frozen(kw_only=True)
class Config:
    """A whole configuration; `intervals` are the named times that routes refer to."""

    route: Route
    receivers: tuple[Receiver, ...]
    inhibitions: tuple[Inhibition, ...] = ()
    intervals: Mapping[str, tuple[TimeInterval, ...]] = attrs.field(factory=dict)

    def receiver(self, name: str) -> Receiver:
        """Return the receiver of a name that a route has."""
        return next(receiver for receiver in self.receivers if receiver.name == name)


def matches(matchers: Sequence[Matcher], labels: Labels) -> bool:
    """Tell whether labels satisfy all matchers; a label that is not there is empty."""
    return all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers)
