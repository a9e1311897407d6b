"""The configuration that definitions imply: who is told what, and which alerts another one explains.

Alerts go by severity, and by owner where they have one, to receivers of that name; whoever runs Alertmanager
says how these are reached. Notifications are grouped by alert, cluster and job. An alert about a thing that
does not answer holds back, with the same labels, the alerts of its mixin about what is below it: a node that
is down says nothing true about its filesystems, and a service that is down all that there is to say about its
instances.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final, Protocol, cast

import attrs

from mixwright.alertmanager.config import Config, Inhibition, Integration, Receiver, Route
from mixwright.model import Alert, Dashboard, Mixin, Severity
from mixwright.promql import Aggregate, Binary, Call, Expr, Number, Selector
from mixwright.promql.labelflow import Presence, flow
from mixwright.values import Matcher, MatchOp

ALERT_NAME = "alertname"
GROUPED_BY: Final = frozenset({ALERT_NAME, "cluster", "job"})
"""One notification tells of all instances of a job. Another job has its own: what begins in a group that has been
told waits for `group_interval`, and a short outage would be over by then."""


class RatedAlert(Protocol):
    """What routing needs to know of an alert."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that it adds."""

    @property
    def severity(self) -> Severity:
        """What people do about it."""


class Group(Protocol):
    """Rules with labels of their own."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of all rules."""

    @property
    def rules(self) -> Sequence[object]:
        """The rules; those that have a severity are alerts."""


class Rules(Protocol):
    """A mixin, or a rule file of others."""

    @property
    def rules(self) -> Sequence[Group]:
        """The groups."""


def compiled_config(sources: Sequence[Rules]) -> Config:
    """Return the configuration for all alerts of resolved mixins and rule files.

    Receivers for pages and tickets count as told, the one for LOG alerts does not.
    """
    values: dict[Severity, set[str]] = {severity: set() for severity in Severity}
    owners: dict[Severity, set[str]] = {severity: set() for severity in Severity}
    for alert, labels in _alerts(sources):
        values[alert.severity].add(labels.get("severity", ""))
        owners[alert.severity].add(labels.get("owner", ""))
    routes: list[Route] = []
    names: list[str] = []
    for severity in Severity:
        matcher = _one_of("severity", sorted(values[severity]) or [severity.value])
        names.append(severity.value)
        below = []
        for owner in sorted(owners[severity] - {""}):
            name = f"{owner}-{severity.value}"
            names.append(name)
            below.append(_route(name, (matcher,), (Matcher("owner", MatchOp.EQUAL, owner),)))
        routes.append(_route(severity.value, (matcher,), routes=below))
    config = Config(
        # What no severity claims is somebody's ticket rather than nobody's.
        route=_route(Severity.TICKET.value, routes=routes),
        receivers=tuple(map(Receiver, names)),
        inhibitions=tuple(
            rule for source in sources if isinstance(source, Mixin) for rule in inhibitions(source)
        ),
    )
    return as_if_reached(config)


def as_if_reached(config: Config) -> Config:
    """Return a compiled configuration as it is meant: all receivers are reached but those for LOG alerts."""
    quiet = Severity.LOG.value
    told = (Integration("placeholder"),)

    def reached(receiver: Receiver) -> Receiver:
        noted = receiver.name == quiet or receiver.name.endswith(f"-{quiet}")
        return attrs.evolve(receiver, integrations=() if noted else told)

    return attrs.evolve(config, receivers=tuple(map(reached, config.receivers)))


def _alerts(sources: Iterable[Rules]) -> Iterator[tuple[RatedAlert, Mapping[str, str]]]:
    """Yield alerts with the labels that they and their groups add."""
    for source in sources:
        for group in source.rules:
            for rule in group.rules:
                if hasattr(rule, "severity"):
                    alert = cast(RatedAlert, rule)
                    yield alert, {**group.labels, **alert.labels}


def _route(receiver: str, *matchers: tuple[Matcher, ...], routes: Iterable[Route] = ()) -> Route:
    own = matchers[-1] if matchers else ()
    return Route(
        receiver=receiver,
        matchers=own,
        group_by=GROUPED_BY,
        routes=tuple(routes),
        key=((), *matchers),
    )


def _one_of(name: str, values: Sequence[str]) -> Matcher:
    if len(values) == 1:
        return Matcher(name, MatchOp.EQUAL, values[0])
    return Matcher(name, MatchOp.REGEX, "|".join(map(re.escape, values)))


def inhibitions(mixin: Mixin) -> Iterator[Inhibition]:
    """Yield what alerts about things that do not answer hold back, one inhibition for each.

    Such a source speaks for a level of the hierarchy: the variables of the deepest dashboard that shows it,
    as far as its labels fill them. Its targets are alerts of the levels below, and those of its own level that
    are not about absence themselves. No alert holds back one that is more urgent than itself.
    """
    urgency = {severity: number for number, severity in enumerate(Severity)}
    alerts = {alert.name: alert for alert in mixin.alerts()}
    levels = {name: _level(alert, mixin.all_dashboards()) for name, alert in alerts.items()}
    for name, source in alerts.items():
        level = levels[name]
        if not level or not _tells_of_absence(source.expr):
            continue
        equal = _identity(source, level)
        targets = sorted(
            other.name
            for other in alerts.values()
            if other is not source
            and levels[other.name][: len(level)] == level
            and (len(levels[other.name]) > len(level) or not _tells_of_absence(other.expr))
            and urgency[other.severity] >= urgency[source.severity]
            and all(map(flow(other.expr).possible, equal))
        )
        if targets:
            yield Inhibition(
                source=(Matcher(ALERT_NAME, MatchOp.EQUAL, name),),
                target=(_one_of(ALERT_NAME, targets),),
                equal=equal,
            )


def _level(alert: Alert, dashboards: Iterable[Dashboard]) -> tuple[str, ...]:
    """Return the variables that name what an alert is about, from the top of the hierarchy down."""
    labels = flow(alert.expr)
    deepest: tuple[str, ...] = ()
    for dashboard in dashboards:
        if any(
            shown.name == alert.name for panel in dashboard.all_panels() for shown in panel.alert
        ):
            names = (variable.name for variable in dashboard.chain)
            own = tuple(takewhile(labels.possible, names))
            deepest = max(deepest, own, key=len)
    return deepest


def _identity(source: Alert, level: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels that must agree, so that what is down hides nothing of its neighbours.

    They are the level's, and what else tells sources apart: the labels that they are aggregated by, or without an
    aggregation the target's own, its `instance`.
    """
    labels = flow(source.expr)
    aggregated = labels.rest.presence is Presence.NEVER
    others = sorted(filter(labels.possible, labels.names)) if aggregated else ["instance"]
    return tuple(dict.fromkeys((*level, *others)))


def _tells_of_absence(expr: Expr) -> bool:
    """Tell whether what an alert looks for is that something does not answer, or is not there."""
    match expr:
        case Binary("==", Selector("up"), Number(0)):
            return True
        case Binary("and" | "or" | "unless", left, _):
            return _tells_of_absence(left)
        case Aggregate(expr=inner):
            return _tells_of_absence(inner)
        case Call("absent" | "absent_over_time", _):
            return True
    return False
