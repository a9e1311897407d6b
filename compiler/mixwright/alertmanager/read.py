"""A user's own alertmanager.yml, read as strictly as Alertmanager reads it; and silences.

Routes, receivers' names, inhibitions and times are understood. What only says how a message looks or where
it goes (templates, addresses, keys) is passed over.
Source: alertmanager, `config/config.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import attrs

from mixwright.alertmanager import intervals as times
from mixwright.alertmanager.config import (
    Config,
    Inhibition,
    Integration,
    Receiver,
    Route,
)
from mixwright.alertmanager.intervals import Span, TimeInterval
from mixwright.alertmanager.matchers import matcher, parse_matchers
from mixwright.alertmanager.simulate import Silence
from mixwright.errors import MixwrightError
from mixwright.values import Matcher, MatchOp, is_legacy_label_name
from mixwright.yamlnodes import Node, read_documents

_FILE = (
    "global", "route", "receivers", "inhibit_rules", "templates", "mute_time_intervals",
    "time_intervals", "tracing", "event_recorder",
)  # fmt: skip
_ROUTE = (
    "receiver", "group_by", "match", "match_re", "matchers", "mute_time_intervals",
    "active_time_intervals", "continue", "routes", "group_wait", "group_interval",
    "repeat_interval", "labels",
)  # fmt: skip
_INHIBITION = (
    "name", "source_match", "source_match_re", "source_matchers",
    "target_match", "target_match_re", "target_matchers", "equal",
)  # fmt: skip
_SENDS_RESOLVED = {
    "discord": True, "email": False, "incidentio": True, "jira": True, "mattermost": True,
    "msteams": True, "msteamsv2": True, "opsgenie": True, "pagerduty": True, "pushover": True,
    "rocketchat": False, "slack": False, "sns": True, "telegram": True, "victorops": True,
    "webex": True, "webhook": True, "wechat": False,
}  # fmt: skip
"""The integrations, and whether they tell the end of an alert unless told otherwise (`VSendResolved`)."""
_INTERVAL = ("times", "weekdays", "days_of_month", "months", "years", "location")
_MOST_NESTED = 100


def read_config(path: Path) -> Config:
    """Read an Alertmanager configuration.

    Raises `MixwrightError` with file and line for the first thing that is wrong.
    """
    roots = read_documents(path)
    if not roots:
        raise MixwrightError(f"`{path}` is empty; an Alertmanager configuration has a `route`")
    return _Reader(roots[0]).config()


def read_silences(path: Path) -> tuple[Silence, ...]:
    """Read silences: what `amtool silence query -o json` or `GET /api/v2/silences` prints, as JSON or YAML.

    Silences that were deleted have their end in `endsAt`, so their state does not matter.
    """
    roots = read_documents(path)
    return tuple(_silence(node) for root in roots for node in root.items("a file of silences"))


def _silence(node: Node) -> Silence:
    fields = node.fields("a silence")
    for name in ("matchers", "startsAt", "endsAt"):
        if name not in fields:
            raise node.error(f"a silence needs `{name}`")
    start, end = (fields[name].time(f"`{name}`") for name in ("startsAt", "endsAt"))
    matchers = tuple(map(_silence_matcher, fields["matchers"].items("`matchers`")))
    return Silence(matchers=matchers, start=start, end=end)


def _silence_matcher(node: Node) -> Matcher:
    fields = node.fields("a matcher", ("name", "value", "isRegex", "isEqual"))
    for name in ("name", "value"):
        if name not in fields:
            raise node.error(f"a matcher needs `{name}`")
    regex = "isRegex" in fields and fields["isRegex"].flag("`isRegex`")
    equal = "isEqual" not in fields or fields["isEqual"].flag("`isEqual`")
    op = MatchOp(("=~" if equal else "!~") if regex else ("=" if equal else "!="))
    name = fields["name"].text("`name`")
    return fields["value"].parsed("`value`", partial(matcher, name, op))


class _Reader:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.receivers: dict[str, Receiver] = {}
        self.intervals: dict[str, tuple[TimeInterval, ...]] = {}

    def config(self) -> Config:
        fields = self.root.fields("an Alertmanager configuration", _FILE)
        if "route" not in fields:
            raise self.root.error("an Alertmanager configuration needs a `route`")
        for node in fields["receivers"].items("`receivers`") if "receivers" in fields else ():
            receiver = self.receiver(node)
            if receiver.name in self.receivers:
                raise node.error(f"receiver `{receiver.name}` is there twice")
            self.receivers[receiver.name] = receiver
        for field in ("mute_time_intervals", "time_intervals"):
            for node in fields[field].items(f"`{field}`") if field in fields else ():
                self.named_interval(node)
        said = fields["global"].fields("`global`") if "global" in fields else {}
        if "resolve_timeout" in said:
            # Prometheus says of every alert when it ends, so that this is never asked for.
            said["resolve_timeout"].duration("`resolve_timeout`")
        rules = (
            fields["inhibit_rules"].items("`inhibit_rules`") if "inhibit_rules" in fields else ()
        )
        return Config(
            route=self.root_route(fields["route"]),
            receivers=tuple(self.receivers.values()),
            inhibitions=tuple(map(_inhibition, rules)),
            intervals=self.intervals,
        )

    def receiver(self, node: Node) -> Receiver:
        known = ("name", "labels", *(f"{kind}_configs" for kind in _SENDS_RESOLVED))
        fields = node.fields("a receiver", known)
        name = fields["name"].text("`name`") if "name" in fields else ""
        if not name:
            raise node.error("a receiver needs a `name`")
        found = []
        for kind, default in _SENDS_RESOLVED.items():
            field = f"{kind}_configs"
            for part in fields[field].items(f"`{field}`") if field in fields else ():
                said = part.fields(f"one of `{field}`")
                sends = (
                    said["send_resolved"].flag("`send_resolved`")
                    if "send_resolved" in said
                    else default
                )
                found.append(Integration(kind, sends))
        return Receiver(name, tuple(found))

    def root_route(self, node: Node) -> Route:
        fields = node.fields("the root route", _ROUTE)
        if "receiver" not in fields:
            raise node.error(
                "the root route needs a `receiver`, who is told when no other route matches"
            )
        for field in (
            "match",
            "match_re",
            "matchers",
            "mute_time_intervals",
            "active_time_intervals",
        ):
            if field in fields:
                raise fields[field].error(
                    f"the root route takes every alert, at any time; put `{field}` into one of its `routes`"
                )
        return self.route(node, Route(receiver="", key=()), 0)

    def route(self, node: Node, parent: Route, depth: int) -> Route:
        if depth > _MOST_NESTED:
            raise node.error(f"routes are nested more than {_MOST_NESTED} deep")
        fields = node.fields("a route", _ROUTE)
        receiver = (
            fields["receiver"].text("`receiver`") if "receiver" in fields else parent.receiver
        )
        if receiver not in self.receivers:
            raise fields["receiver"].error(f"receiver `{receiver}` is not among the `receivers`")
        matchers = _all_matchers(fields, "")
        spans = {
            name: fields[name].duration(f"`{name}`") if name in fields else inherited
            for name, inherited in (
                ("group_wait", parent.group_wait),
                ("group_interval", parent.group_interval),
                ("repeat_interval", parent.repeat_interval),
            )
        }
        for name in ("group_interval", "repeat_interval"):
            if not spans[name].ms:
                raise fields[name].error(f"`{name}` must be longer than nothing")
        own = Route(
            receiver=receiver,
            matchers=matchers,
            group_by=_group_by(fields["group_by"]) if "group_by" in fields else parent.group_by,
            group_wait=spans["group_wait"],
            group_interval=spans["group_interval"],
            repeat_interval=spans["repeat_interval"],
            muted=self.names(fields, "mute_time_intervals"),
            active=self.names(fields, "active_time_intervals"),
            goes_on="continue" in fields and fields["continue"].flag("`continue`"),
            key=(*parent.key, matchers),
        )
        below = fields["routes"].items("`routes`") if "routes" in fields else ()
        return attrs.evolve(own, routes=tuple(self.route(part, own, depth + 1) for part in below))

    def names(self, fields: Mapping[str, Node], field: str) -> tuple[str, ...]:
        found = []
        for part in fields[field].items(f"`{field}`") if field in fields else ():
            name = part.text("the name of a time interval")
            if name not in self.intervals:
                raise part.error(f"`{name}` is not among the `time_intervals`")
            found.append(name)
        return tuple(found)

    def named_interval(self, node: Node) -> None:
        fields = node.fields("a named time interval", ("name", "time_intervals"))
        name = fields["name"].text("`name`") if "name" in fields else ""
        if not name:
            raise node.error("a time interval needs a `name`")
        if name in self.intervals:
            raise node.error(f"time interval `{name}` is there twice")
        parts = (
            fields["time_intervals"].items("`time_intervals`") if "time_intervals" in fields else ()
        )
        self.intervals[name] = tuple(map(_interval, parts))


def _group_by(node: Node) -> frozenset[str] | None:
    labels: list[str] = []
    parts = node.items("`group_by`")
    for part in parts:
        label = part.text("a label of `group_by`")
        if not label:
            raise part.error("a label of `group_by` must not be empty")
        if label in labels:
            raise part.error(f"`{label}` is twice in `group_by`")
        labels.append(label)
    if "..." in labels:
        if len(labels) > 1:
            raise node.error(
                "`...` groups by all labels; it cannot stand beside others in `group_by`"
            )
        return None
    return frozenset(labels)


def _all_matchers(fields: Mapping[str, Node], prefix: str) -> tuple[Matcher, ...]:
    """Return the matchers of `match`, `match_re` and `matchers`, which may have a prefix, in Alertmanager's order."""
    found: list[Matcher] = []
    for field, op in ((f"{prefix}match", MatchOp.EQUAL), (f"{prefix}match_re", MatchOp.REGEX)):
        if field not in fields:
            continue
        given = fields[field].fields(f"`{field}`")
        for name in fields[field].texts(f"`{field}`"):
            place = given.get(name, fields[field])
            if not is_legacy_label_name(name):
                raise place.error(f"`{name}` in `{field}` is not a label name")
            if name in given:
                found.append(place.parsed(f"`{name}`", partial(matcher, name, op)))
            elif op is MatchOp.REGEX:
                raise place.error(f"`{name}` in `{field}` needs a regular expression")
            else:
                found.append(matcher(name, op, ""))
    field = f"{prefix}matchers"
    for line in fields[field].items(f"`{field}`") if field in fields else ():
        found += line.parsed("a matcher", parse_matchers)
    return tuple(sorted(found))


def _inhibition(node: Node) -> Inhibition:
    fields = node.fields("an inhibition", _INHIBITION)
    equal = fields["equal"].items("`equal`") if "equal" in fields else ()
    return Inhibition(
        source=_all_matchers(fields, "source_"),
        target=_all_matchers(fields, "target_"),
        equal=tuple(part.text("a label of `equal`") for part in equal),
        name=fields["name"].text("`name`") if "name" in fields else "",
    )


def _interval(node: Node) -> TimeInterval:
    fields = node.fields("a time interval", _INTERVAL)

    def spans(field: str, read: Callable[[str], Span]) -> tuple[Span, ...] | None:
        if field not in fields:
            return None
        return tuple(part.parsed(f"`{field}`", read) for part in fields[field].items(f"`{field}`"))

    location = fields.get("location")
    return TimeInterval(
        times=tuple(_times(fields["times"].items("`times`"))) if "times" in fields else None,
        weekdays=spans("weekdays", times.read_weekdays),
        days=spans("days_of_month", times.read_days),
        months=spans("months", times.read_months),
        years=spans("years", times.read_years),
        location=times.read_location("")
        if location is None
        else location.parsed("`location`", times.read_location),
    )


def _times(nodes: Iterable[Node]) -> Iterable[Span]:
    for node in nodes:
        fields = node.fields("one of `times`", ("start_time", "end_time"))
        if len(fields) < 2:
            raise node.error("one of `times` needs `start_time` and `end_time`")
        start, end = (
            fields[f].parsed(f"`{f}`", times.read_minute) for f in ("start_time", "end_time")
        )
        if start >= end:
            raise node.error("`start_time` must be before `end_time`; write two ranges for a night")
        yield start, end
