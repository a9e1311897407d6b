"""What scrapes and recordings show of metrics: families with their series, and what follows from those."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import attrs

from mixwright.catalogue.metric import TYPES, Metric, MetricType, System
from mixwright.recordings import Recording
from mixwright.recordings.damage import Damage
from mixwright.recordings.text import TextReader, parse_labels
from mixwright.values import METRIC_NAME, Labels

_SERIES = re.compile(
    r'([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)'
)
_PARTS = ("_bucket", "_count", "_sum")
_CONSTANT = re.compile(r"(?i)always 1\b|constant '?1'?|value (is )?'?1'?\b|labeled by|_info\b")
_MOST_VALUES = 40
_SEEN_VALUES = 12

# Their values are whatever is there, even where a scrape shows all combinations.
_OPEN = re.compile(
    r"(?i).*(name|namespace|node|pod|container|instance|id|uid|ip|device|interface|image|path|host|"
    r"address|version|url|schema|table|user|server|zone|job|group|resource|kind|cpu|plugin|queue|"
    r"listener|cluster|controller|handler|endpoint|fstype|mountpoint|priority_level|flow_schema|event|role|prefix|volume|"
    r"volumeclaim)|to"
)


@attrs.define
class Family:
    """A metric in one scrape: its type, its help, and the labels and last value of every series."""

    name: str
    type: MetricType = "untyped"
    help: str = ""
    series: list[tuple[Labels, float]] = attrs.field(factory=list)


def scraped(path: Path) -> dict[str, Family]:
    """Return the families of an exposition, with or without timestamps; `RecordingError` names a bad line."""
    families: dict[str, Family] = {}
    reader = TextReader(path, Damage())

    def take(line: str) -> None:
        words = line.split(None, 3)
        if line.startswith("#"):
            if len(words) > 3 and words[1] == "TYPE":
                kind = words[3].strip()
                families.setdefault(words[2], Family(words[2])).type = _type(kind)
            elif len(words) > 3 and words[1] == "HELP":
                families.setdefault(words[2], Family(words[2])).help = words[3]
        elif line.strip():
            match = _SERIES.match(line)
            if match is None:
                reader.fail("is not `name{labels} value`")
            name, labels, value = match.groups()
            parsed = parse_labels(labels or "", reader, name or "")
            family = _family(parsed.name, families)
            family.series.append((parsed, _number(value, reader)))

    reader.each(take)
    return families


def recorded(recording: Recording) -> dict[str, Family]:
    """Return the families of a recording; without metadata the names tell the types."""
    families = {
        name: Family(name, _type(said.type), said.help)
        for name, said in recording.info.metadata.items()
    }
    for labels in recording.series():
        name = labels.name
        if name.endswith("_bucket") and "le" in labels:
            base = name.removesuffix("_bucket")
            families.setdefault(base, Family(base)).type = "histogram"
        elif name.endswith("_total") and name not in families:
            families[name] = Family(name, "counter")
    for labels in recording.series():
        _family(labels.name, families).series.append((labels, math.nan))
    return families


def _type(said: str) -> MetricType:
    return next((kind for kind in TYPES if kind == said), "untyped")


def _family(name: str, families: dict[str, Family]) -> Family:
    for part in _PARTS:
        base = families.get(name.removesuffix(part))
        if name.endswith(part) and base is not None and base.type in ("histogram", "summary"):
            return base
    return families.setdefault(name, Family(name))


def _number(text: str, reader: TextReader) -> float:
    try:
        return float(text)
    except ValueError:
        reader.fail(f"has `{text}` where a number must be")


def observed(
    name: str,
    versions: Sequence[tuple[str, Sequence[dict[str, Family]]]],
    *,
    closed: Sequence[str] = (),
) -> System:
    """Return what the scrapes of several versions, from the oldest to the newest, show together."""
    metrics: dict[str, Metric] = {}
    for version, scrapes in versions:
        for family_name in sorted({n for scrape in scrapes for n in scrape}):
            families = [scrape[family_name] for scrape in scrapes if family_name in scrape]
            seen = _metric(families, since=version)
            old = metrics.get(family_name)
            metrics[family_name] = seen if old is None else _later(old, seen)
    numbers = [version for version, _ in versions]
    return System(
        name=name,
        versions=tuple(numbers),
        closed=tuple(closed),
        metrics={n: _aged(metric, numbers) for n, metric in sorted(metrics.items())},
    )


def _metric(families: Sequence[Family], since: str) -> Metric:
    first = families[0]
    series = [pair for family in families for pair in family.series]
    names = {n for labels, _ in series for n in labels} - {METRIC_NAME, "le", "quantile"}
    closed = {n: v for family in families for n, v in _complete(family).items()}
    some = defaultdict(set)
    for labels, _ in series:
        for label in {n for n in names - set(closed) if not _OPEN.fullmatch(n)}:
            some[label].add(labels.get(label, ""))
    bounds = {float(labels["le"]) for labels, _ in series if _is_bound(labels.get("le", ""))}
    return Metric(
        name=first.name,
        type=first.type,
        labels=tuple(sorted(names)),
        values=closed,
        some_values={
            n: tuple(sorted(some[n] - {""}))
            for n in sorted(some)
            if 1 < len(some[n]) <= _SEEN_VALUES
        },
        buckets=tuple(sorted(bounds)) if first.type == "histogram" else (),
        since=since,
        until=since,
        constant=1.0 if _is_constant(first, [value for _, value in series]) else None,
    )


def _is_bound(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_constant(family: Family, values: Sequence[float]) -> bool:
    """Tell whether a gauge has the value 1 by what it says of itself, and has been seen with no other."""
    said = _CONSTANT.search(f"{family.name} {family.help}") is not None
    return family.type == "gauge" and said and bool(values) and all(v == 1.0 for v in values)


def _complete(family: Family) -> dict[str, tuple[str, ...]]:
    """Return the labels whose values are all there for each of three or more sets of other labels.

    A target that exposes every phase of every pod knows its phases; what has been seen of paths or
    codes is what happened.
    """
    if family.type in ("histogram", "summary") or len(family.series) < 6:
        return {}
    found = {}
    names = {n for labels, _ in family.series for n in labels} - {METRIC_NAME}
    for name in {n for n in names if not _OPEN.fullmatch(n)}:
        groups: dict[Labels, set[str]] = defaultdict(set)
        for labels, _ in family.series:
            groups[labels.drop((name,))].add(labels.get(name, ""))
        values = set().union(*groups.values())
        full = all(group == values for group in groups.values())
        if len(groups) >= 3 and 2 <= len(values) <= _MOST_VALUES and full and "" not in values:
            found[name] = tuple(sorted(values))
    return found


def _later(old: Metric, new: Metric) -> Metric:
    """Return what is known of a metric after one more version."""
    both = set(old.values) & set(new.values)
    return attrs.evolve(
        new,
        labels=tuple(sorted({*old.labels, *new.labels})),
        values={n: tuple(sorted({*old.values[n], *new.values[n]})) for n in sorted(both)},
        some_values={
            n: tuple(sorted({*old.some_values.get(n, ()), *new.some_values.get(n, ())}))
            for n in sorted({*old.some_values, *new.some_values})
        },
        buckets=tuple(sorted({*old.buckets, *new.buckets})),
        since=old.since,
    )


def _aged(metric: Metric, versions: Sequence[str]) -> Metric:
    """Return a metric that says since and until when, where that is sure.

    One with labels may be missing from a scrape because nothing had happened yet.
    """
    sure = not metric.labels
    return attrs.evolve(
        metric,
        since=metric.since if sure and metric.since != versions[0] else "",
        until=metric.until if sure and metric.until != versions[-1] else "",
    )
