"""Incidents: what really happened and when, the truth that alerts are scored against.

```yaml
incidents:
  - name: disk_fill
    start: 2026-11-23T03:36:40Z
    end: 2026-11-23T03:45:50Z
    what: a file grew by 32 MiB every 5 s on the root filesystem
    labels: {job: node, mountpoint: /}   # anchored regular expressions (RE2)
    alerts: [FilesystemFills]            # optional: only these count as telling about it
```
"""

from __future__ import annotations

from pathlib import Path

import attrs

from mixwright.errors import MixwrightError
from mixwright.replay.states import Episode
from mixwright.values import Duration, Labels, anchored_regex
from mixwright.yamlnodes import Node, read_documents


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


_FIELDS = ("alerts", "end", "labels", "name", "start", "what")


def read_incidents(path: Path) -> tuple[Incident, ...]:
    """Read an incidents file; incidents come back in order of their start.

    Raises `MixwrightError` with file and line for the first thing that is wrong.
    """
    roots = read_documents(path)
    if not roots:
        raise MixwrightError(f"`{path}` is empty; write `incidents:` and a list")
    top = roots[0].fields("the file", ("incidents",))
    if "incidents" not in top:
        raise roots[0].error("an incidents file has the field `incidents`, a list")
    found: dict[str, Incident] = {}
    for node in top["incidents"].items("`incidents`"):
        incident = _incident(node)
        if incident.name in found:
            raise node.error(f"incident `{incident.name}` is listed twice")
        found[incident.name] = incident
    return tuple(sorted(found.values(), key=lambda i: (i.start, i.end, i.name)))


def _incident(node: Node) -> Incident:
    fields = node.fields("an incident", _FIELDS)
    for name in ("name", "start", "end"):
        if name not in fields:
            raise node.error(f"an incident needs `{name}`")
    name = fields["name"].text("`name`")
    if not name:
        raise fields["name"].error("an incident's name must not be empty")
    start, end = fields["start"].time("`start`"), fields["end"].time("`end`")
    if end < start:
        raise fields["end"].error(f"incident `{name}` ends before it starts")
    labels = fields["labels"].fields("`labels`") if "labels" in fields else {}
    alerts = fields["alerts"].items("`alerts`") if "alerts" in fields else ()
    return Incident(
        name=name,
        start=start,
        end=end,
        what=fields["what"].text("`what`") if "what" in fields else "",
        labels=Labels(
            (label, value.parsed(f"label `{label}`", _regex)) for label, value in labels.items()
        ),
        alerts=tuple(alert.text("an alert's name") for alert in alerts),
    )


def _regex(pattern: str) -> str:
    anchored_regex(pattern)
    return pattern
