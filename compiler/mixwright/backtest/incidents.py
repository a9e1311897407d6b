"""Incidents: what really happened and when, the truth that alerts are scored against.

incidents:
- name: disk_fill
start: 2026-11-23T03:36:40Z
end: 2026-11-23T03:45:50Z
what: a file grew by 32 MiB every 5 s on the root filesystem
labels: {job: node, mountpoint: /}   # anchored regular expressions (RE2)
alerts: [FilesystemFills]            # optional: only these count as telling about it
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import attrs
import yaml

from mixwright.errors import MixwrightError
from mixwright.replay.states import Episode
from mixwright.values import Duration, Labels, Origin, anchored_regex


@attrs.frozen(kw_only=True)
class Incident:
    """Something that people should have been told about, from `start` to `end` (ms, UTC).

    `labels` maps label names to anchored regular expressions; `alerts`, when not empty, names the
    alerts that should tell about it.
    """

    name: str
    start: int
    end: int
    what: str = ""
    labels: Labels = Labels()
    alerts: tuple[str, ...] = ()

    def concerns(self, labels: Labels) -> bool:
        """Tell whether an alert of these labels may be about the incident.

        A constraint binds only alerts that have its label: one that lost the label in an aggregation
        cannot say where the trouble is, and is not held to it.
        """
        return all(
            name not in labels or anchored_regex(pattern).fullmatch(labels[name]) is not None
            for name, pattern in self.labels.items()
        )

    def expects(self, alert: str) -> bool:
        """Tell whether an alert of this name counts as telling about the incident."""
        return not self.alerts or alert in self.alerts


@attrs.frozen(kw_only=True)
class Tolerance:
    """How far the onset of a page may lie from its incident.

    `early`: before the start, for a start that was noted late. `late`: after the end, because
    consequences outlast their cause and rate windows remember it.
    """

    early: Duration = Duration(60_000)
    late: Duration = Duration(300_000)

    def covers(self, incident: Incident, time: int) -> bool:
        """Tell whether a page whose onset is at `time` came during the incident."""
        return incident.start - self.early.ms <= time <= incident.end + self.late.ms


def explains(incident: Incident, episode: Episode, onset: int, tolerance: Tolerance) -> bool:
    """Tell whether an incident is a good reason for having been told of `episode` at `onset`."""
    return tolerance.covers(incident, onset) and incident.concerns(episode.labels)


def read_incidents(path: Path) -> tuple[Incident, ...]:
    """Read an incidents file; incidents come back in order of their start.

    Raises `MixwrightError` with file and line for the first thing that is wrong.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.reader.ReaderError) as error:
        raise MixwrightError(f"`{path}` is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MixwrightError(f"{Origin(str(path), line)}: not YAML: {error.problem}") from error
    except RecursionError as error:
        raise MixwrightError(f"`{path}` is nested too deeply") from error
    return _Reader(str(path)).incidents(root)


_FIELDS = frozenset({"name", "start", "end", "what", "labels", "alerts"})


@attrs.frozen
class _Reader:
    """Reads the nodes of one file, so that every complaint knows its line."""

    file: str

    def incidents(self, root: yaml.Node | None) -> tuple[Incident, ...]:
        if root is None:
            raise MixwrightError(f"`{self.file}` is empty; write `incidents:` and a list")
        top = self.mapping(root, "the file")
        if set(top) != {"incidents"}:
            raise self.error(root, f"`{self.file}` has the one field `incidents`, a list")
        found: dict[str, Incident] = {}
        for node in self.sequence(top["incidents"], "`incidents`"):
            incident = self.incident(node)
            if incident.name in found:
                raise self.error(node, f"incident `{incident.name}` is listed twice")
            found[incident.name] = incident
        return tuple(sorted(found.values(), key=lambda i: (i.start, i.end, i.name)))

    def incident(self, node: yaml.Node) -> Incident:
        fields = self.mapping(node, "an incident")
        for name in fields:
            if name not in _FIELDS:
                known = ", ".join(f"`{field}`" for field in sorted(_FIELDS))
                raise self.error(
                    fields[name], f"`{name}` is not a field of an incident; there are {known}"
                )
        for name in ("name", "start", "end"):
            if name not in fields:
                raise self.error(node, f"an incident needs `{name}`")
        name = self.text(fields["name"], "`name`")
        start, end = self.time(fields["start"], "`start`"), self.time(fields["end"], "`end`")
        if end < start:
            raise self.error(fields["end"], f"incident `{name}` ends before it starts")
        labels = {}
        if "labels" in fields:
            for label, pattern in self.mapping(fields["labels"], "`labels`").items():
                labels[label] = self.regex(pattern, label)
        alerts = self.sequence(fields["alerts"], "`alerts`") if "alerts" in fields else ()
        return Incident(
            name=name,
            start=start,
            end=end,
            what=self.text(fields["what"], "`what`") if "what" in fields else "",
            labels=Labels(labels),
            alerts=tuple(self.text(alert, "an alert's name") for alert in alerts),
        )

    def mapping(self, node: yaml.Node, what: str) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, f"{what} must be a mapping")
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key, "a field's name")
            if name in fields:
                raise self.error(key, f"`{name}` is given twice")
            fields[name] = value
        return fields

    def sequence(self, node: yaml.Node, what: str) -> tuple[yaml.Node, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, f"{what} must be a list")
        return tuple(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self.error(node, f"{what} must be a text that is not empty")
        return str(node.value)

    def regex(self, node: yaml.Node, label: str) -> str:
        pattern = self.text(node, f"label `{label}`")
        try:
            anchored_regex(pattern)
        except MixwrightError as error:
            raise self.error(node, str(error)) from None
        return pattern

    def time(self, node: yaml.Node, what: str) -> int:
        """Return a time in ms; one without an offset is UTC."""
        text = self.text(node, what)
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            raise self.error(
                node, f"{what} `{text}` is not a time; write `2026-11-23T03:27:40Z`"
            ) from None
        zoned = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
        return round(zoned.timestamp() * 1000)

    def error(self, node: yaml.Node, message: str) -> MixwrightError:
        return MixwrightError(f"{Origin(self.file, node.start_mark.line + 1)}: {message}")
