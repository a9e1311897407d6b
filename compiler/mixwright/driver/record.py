"""Metrics from where they lie, or from a live server → a recording."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from mixwright.driver.project import Progress, opened, resolved, silent
from mixwright.errors import MixwrightError, RecordingError
from mixwright.values import Duration, Labels, Matcher, utc

if TYPE_CHECKING:
    from mixwright.frame import Samples
    from mixwright.promql import Expr
    from mixwright.recordings import Damage, Location, Metadata, RecordingInfo, Remote, Server
    from mixwright.recordings.wanted import Wanted
    from mixwright.replay.rules import Group

_INTERVAL: Final = Duration(60_000)
"""Of groups that name none: Prometheus' default `evaluation_interval`."""

_SUFFIXES: Final = ("_bucket", "_sum", "_count", "_total", "_created", "_info", "_gsum", "_gcount")
"""What the series of a metric may be called beyond its name."""


@attrs.frozen(kw_only=True)
class Part:
    """Which part of a source is recorded: what `selectors` select, and what `rules` read.

    `rules` are names of mixins of the project at `root`, and rule files. Without either, files are
    recorded as a whole, and of a server what all mixins read. Times in ms.
    """

    root: Path = Path()
    selectors: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None

    def wanted(self, start: int, end: int, *, whole: bool) -> tuple[Wanted, ...]:
        """Return what that is when all of it is [start, end]; without any, what `whole` says."""
        from mixwright.recordings.wanted import Wanted
        from mixwright.replay.reads import wanted_by

        if whole and not self.selectors and not self.rules:
            return (Wanted((), start, end),)
        found = [Wanted(_conditions(text), start, end) for text in self.selectors]
        if self.rules or not self.selectors:
            groups, queries = self._reading
            found += wanted_by(groups, queries, start=start, end=end, interval=_INTERVAL)
        if not found:
            raise MixwrightError("there are no rules or dashboards that read any series")
        return tuple(found)

    @functools.cached_property
    def _reading(self) -> tuple[list[Group], list[tuple[str, Expr]]]:
        """Rule groups, and queries with the names of their readers, of mixins and rule files."""
        from mixwright.preview.choices import queries
        from mixwright.rulefiles import read_rule_file

        files = [name for name in self.rules if Path(name).is_file()]
        groups: list[Group] = [group for file in files for group in read_rule_file(Path(file))]
        asked: list[tuple[str, Expr]] = []
        mixins = [name for name in self.rules if name not in files]
        for mixin in resolved(self.root, mixins) if mixins or not files else ():
            groups += mixin.rules
            asked += [
                (f"dashboard `{dashboard.title}`", expr)
                for dashboard in mixin.all_dashboards()
                for expr in queries(dashboard)
            ]
        return groups, asked


def record(
    source: Location,
    out: Path,
    part: Part,
    *,
    provenance: str = "",
    salvage: bool = False,
    append: bool = False,
    progress: Progress = silent,
) -> RecordingInfo:
    """Write a part of what can be read at `source` into a store at `out`; its notes say what found nothing.

    What comes from a server is kept beside `out` as it arrives, so that an interrupted run can go on.
    With `salvage`, damaged files are read as far as that goes; with `append`, what `out` has stays.
    """
    from mixwright.recordings import Damage, Server
    from mixwright.recordings.wanted import without_series

    damage = Damage(salvage=salvage)
    to = _Target(out, provenance, append=append and out.exists())
    taken = (
        _fetched(source, to, part, progress)
        if isinstance(source, Server)
        else _copied(source, to, part, damage)
    )
    missing = tuple(map(_found_nothing, without_series(taken.series, taken.wanted)))
    with opened(out) as written:
        notes = (*taken.info.notes, *damage.notes(), *missing, *written.info.notes)
        return attrs.evolve(written.info, notes=notes)


def _found_nothing(one: Wanted) -> str:
    """Say that a selector found nothing, and who reads it."""
    text = f"nothing was found of `{one}`"
    if not one.readers:
        return text
    first, *others = one.readers
    count = f", and {len(others)} other{'s' * (len(others) > 1)}" if others else ""
    return f"{text}, which {first} reads{count}"


@attrs.frozen
class _Target:
    """Where samples are written; without a `provenance` of its own it gets the source's."""

    path: Path
    provenance: str
    append: bool

    def put(self, samples: Samples, info: RecordingInfo) -> None:
        """Write what comes from a source that is as `info` says, into what is there or anew."""
        from mixwright.recordings.store import append_store, write_store

        put = append_store if self.append else write_store
        metadata = _of_recorded(info.metadata, samples.labels)
        put(self.path, samples, provenance=self.provenance or info.provenance, metadata=metadata)


@attrs.frozen
class _Taken:
    """What was taken from a source that is as `info` says: which series, of what was wanted."""

    series: Collection[Labels]
    wanted: tuple[Wanted, ...]
    info: RecordingInfo


def _copied(source: Path | Remote, to: _Target, part: Part, damage: Damage) -> _Taken:
    from mixwright.recordings.store import copy_store
    from mixwright.recordings.wanted import merged, selected, together

    with opened(source, damage) as recording:
        first, last = recording.span() or (0, -1)
        first = first if part.start is None else part.start
        last = last if part.end is None else part.end
        wanted = part.wanted(first, last, whole=True)
        different, found = merged(wanted), set[Labels]()

        def read(start: int, end: int) -> Samples:
            samples = together(recording.select, different, start, end)
            found.update(samples.labels)
            return samples

        span = min((one.start for one in wanted), default=first), last
        info = recording.info
        if to.append:
            to.put(read(*span), info)
        else:
            metadata = _of_recorded(info.metadata, selected(recording.series(), different))
            provenance = to.provenance or info.provenance
            copy_store(to.path, span, read, provenance=provenance, metadata=metadata)
        return _Taken(found, wanted, info)


def _fetched(server: Server, to: _Target, part: Part, progress: Progress) -> _Taken:
    from mixwright.recordings.server.gathering import gather
    from mixwright.recordings.server.pages import Pages
    from mixwright.recordings.server.reading import ServerRecording

    if part.start is None:
        raise MixwrightError(
            f"`{server}` is a live server, which has no first sample; say `--start`"
        )
    pages = Pages(to.path)
    with ServerRecording(server, start=part.start, end=part.end) as recording:
        start, end = recording.span()
        if end < start:
            raise MixwrightError(f"the range ends before it starts: {utc(start)} … {utc(end)}")
        # What is read looks back from the start in the same way, whatever the end is.
        reads = [f"{one} {one.start}" for one in part.wanted(start, start, whole=False)]
        pages.begin({"server": recording.info.provenance, "reads": reads, "end": part.end}, end)
        wanted = part.wanted(start, pages.until, whole=False)
        samples = gather(recording, wanted, pages, progress)
        if len(samples):
            to.put(samples, recording.info)
        pages.remove()
        if not len(samples):
            raise RecordingError(f"`{server}` has no samples of what was asked for")
        return _Taken(samples.labels, wanted, recording.info)


def _conditions(text: str) -> tuple[Matcher, ...]:
    from mixwright.promql import Selector, parse

    expr = parse(text)
    if not isinstance(expr, Selector):
        raise MixwrightError(f'`{text}` must be a selector such as `{{job="node"}}`')
    return expr.conditions


def _of_recorded(metadata: Mapping[str, Metadata], series: Iterable[Labels]) -> dict[str, Metadata]:
    """Return what is known of the metrics that were recorded, and not of the source's others."""
    names = {labels.name for labels in series}
    families = names | {name.removesuffix(end) for name in names for end in _SUFFIXES}
    return {name: said for name, said in metadata.items() if name in families}
