"""Incidents: what really happened and when, the truth that alerts are scored against.

```yaml
incidents:
  - name: disk_fill
    start: 2026-11-23T03:36:40Z
    end: 2026-11-23T03:45:50Z
    what: a file grew by 32 MiB every 5 s on the root filesystem
    labels: {job: node, mountpoint: /}   # anchored regular expressions (RE2)
    alerts: [FilesystemFills]            # optional: only these count as telling about it
    severity: page                       # optional: whoever is told less urgently is not told
  - name: load_test
    start: 2026-11-23T05:00:00Z
    end: 2026-11-23T06:00:00Z
    ignore: true                         # nobody need be told, and whoever is was not told wrongly
```

The same fields make an export readable: a JSON list of objects (or `{"incidents": […]}`), a CSV file whose first
line names the columns, where `alerts` are separated by spaces and `label.NAME` is the label NAME.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from mixwright.errors import MixwrightError
from mixwright.model import Severity
from mixwright.replay.states import Episode
from mixwright.values import Duration, Labels, Origin, anchored_regex
from mixwright.yamlnodes import Node, node_of, read_documents

_URGENCY = {severity: number for number, severity in enumerate(Severity)}


@attrs.frozen(kw_only=True)
class Incident:
    """Something that people should have been told about, from `start` to `end` (ms, UTC).

    `labels` maps label names to anchored regular expressions; `alerts`, when not empty, names the
    alerts that should tell about it, `severity` how urgently at least. With `ignore` it is a time that
    counts for nothing: a maintenance, a load test, a gap in what is known.
    """

    name: str
    start: int
    end: int
    what: str = ""
    labels: Labels = Labels()
    alerts: tuple[str, ...] = ()
    severity: Severity | None = None
    ignore: bool = False

    def concerns(self, labels: Labels) -> bool:
        """Tell whether an alert of these labels may be about the incident.

        A constraint binds only alerts that have its label: one that lost the label in an aggregation
        cannot say where the trouble is, and is not held to it.
        """
        return all(
            name not in labels or anchored_regex(pattern).fullmatch(labels[name]) is not None
            for name, pattern in self.labels.items()
        )

    def expects(self, alert: str, severity: Severity) -> bool:
        """Tell whether an alert of this name and severity counts as telling about the incident."""
        urgent = self.severity is None or _URGENCY[severity] <= _URGENCY[self.severity]
        return urgent and (not self.alerts or alert in self.alerts)


@attrs.frozen(kw_only=True)
class Tolerance:
    """How far the onset of a page may lie from its incident.

    `early`: before the start, for a start that was noted late. `late`: after the end, because
    consequences outlast their cause and rate windows remember it. A page that comes more than
    `deadline` after the start is right, but of no use: the incident counts as missed.
    """

    early: Duration = Duration(60_000)
    late: Duration = Duration(300_000)
    deadline: Duration | None = None

    def covers(self, incident: Incident, time: int) -> bool:
        """Tell whether a page whose onset is at `time` came during the incident."""
        return incident.start - self.early.ms <= time <= incident.end + self.late.ms

    def window(self, incident: Incident) -> tuple[int, int]:
        """Return the times (ms) between which being told is of use."""
        end = incident.end + self.late.ms
        if self.deadline is not None:
            end = min(end, incident.start + self.deadline.ms)
        return incident.start - self.early.ms, end


def explains(incident: Incident, episode: Episode, onset: int, tolerance: Tolerance) -> bool:
    """Tell whether an incident is a good reason for having been told of `episode` at `onset`."""
    return tolerance.covers(incident, onset) and incident.concerns(episode.labels)


_FIELDS = ("alerts", "end", "ignore", "labels", "name", "severity", "start", "what")
_LABEL = "label."


def read_incidents(path: Path) -> tuple[Incident, ...]:
    """Read incidents from YAML, JSON or CSV; they come back in order of their start.

    Raises `MixwrightError` with file and line for the first thing that is wrong.
    """
    found: dict[str, Incident] = {}
    for node in _listed_csv(path) if path.suffix.lower() == ".csv" else _listed(path):
        incident = _incident(node)
        if incident.name in found:
            raise node.error(f"incident `{incident.name}` is listed twice")
        found[incident.name] = incident
    return tuple(sorted(found.values(), key=lambda i: (i.start, i.end, i.name)))


def _listed(path: Path) -> Sequence[Node]:
    """Return the entries of a YAML file, which may as well be JSON."""
    roots = read_documents(path)
    if not roots:
        raise MixwrightError(f"`{path}` is empty; write `incidents:` and a list")
    if path.suffix.lower() == ".json" and roots[0].is_list:
        return roots[0].items("the file")
    top = roots[0].fields("the file", ("incidents",))
    if "incidents" not in top:
        raise roots[0].error("an incidents file has the field `incidents`, a list")
    return top["incidents"].items("`incidents`")


def _listed_csv(path: Path) -> Iterator[Node]:
    """Yield the rows of a CSV file as the mappings that they stand for."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            for row in rows:
                origin = Origin(str(path), rows.line_num)
                if None in row or None in row.values():
                    raise MixwrightError(
                        f"{origin}: the row must have as many fields as the first line has columns"
                    )
                yield node_of(_row(row), origin)
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MixwrightError(f"`{path}` is not UTF-8 text") from error
    except csv.Error as error:
        raise MixwrightError(f"{Origin(str(path), rows.line_num)}: not CSV: {error}") from error


def _row(row: Mapping[str, str]) -> dict[str, Any]:
    given = {name.strip(): value.strip() for name, value in row.items() if value.strip()}
    fields: dict[str, Any] = {n: v for n, v in given.items() if not n.startswith(_LABEL)}
    if "alerts" in fields:
        fields["alerts"] = fields["alerts"].split()
    labels = {n.removeprefix(_LABEL): v for n, v in given.items() if n.startswith(_LABEL)}
    return fields | ({"labels": labels} if labels else {})


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
    severities = tuple(severity.value for severity in Severity)
    return Incident(
        name=name,
        start=start,
        end=end,
        what=fields["what"].text("`what`") if "what" in fields else "",
        labels=Labels(
            (label, value.parsed(f"label `{label}`", _regex)) for label, value in labels.items()
        ),
        alerts=tuple(alert.text("an alert's name") for alert in alerts),
        severity=Severity(fields["severity"].choice("`severity`", severities))
        if "severity" in fields
        else None,
        ignore="ignore" in fields and fields["ignore"].flag("`ignore`"),
    )


def _regex(pattern: str) -> str:
    anchored_regex(pattern)
    return pattern
