"""Recordings looked into, cut, merged and anonymised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import opened
from mixwright.errors import MixwrightError
from mixwright.values import Labels, Matcher

if TYPE_CHECKING:
    from mixwright.recordings import Metadata, RecordingInfo
    from mixwright.recordings.survey import Description


def describe(path: Path, *, salvage: bool = False) -> Description:
    """Read all of a recording and say what is in it; damage is a `RecordingError` unless it is salvaged."""
    from mixwright.recordings import Damage
    from mixwright.recordings.survey import Description, survey

    damage = Damage(salvage=salvage)
    with opened(path, damage) as recording:
        found = survey(recording)
        return Description(path, _size(path), recording.info, found, damage)


def cut(
    source: Path,
    out: Path,
    *,
    selectors: Sequence[str] = (),
    start: int | None = None,
    end: int | None = None,
) -> RecordingInfo:
    """Write the series that any of `selectors` asks for, or all, from [start, end] (ms) into a store at `out`."""
    from mixwright.recordings.cut import cut as part_of
    from mixwright.recordings.store import copy_store

    asked = [_conditions(text) for text in selectors] or [()]
    with opened(source) as recording:
        first, last = recording.span() or (0, -1)
        span = first if start is None else start, last if end is None else end
        info = recording.info
        families = {info.family(s.name) for s in recording.series() if _any_holds(asked, s)}
        copy_store(
            out,
            span,
            lambda start, end: part_of(recording, asked, start=start, end=end),
            provenance=info.provenance,
            metadata={name: said for name, said in info.metadata.items() if name in families},
        )
    with opened(out) as written:
        return attrs.evolve(written.info, notes=info.notes)


def merge(sources: Sequence[Path], out: Path) -> RecordingInfo:
    """Write all samples of `sources` into a store at `out`; of two with one series and time, the later source's."""
    from mixwright.recordings.merge import merge as merged
    from mixwright.recordings.store import copy_store

    with ExitStack() as stack:
        recordings = [stack.enter_context(opened(source)) for source in sources]
        spans = [span for recording in recordings if (span := recording.span())] or [(0, -1)]
        metadata: dict[str, Metadata] = {}
        for recording in recordings:
            metadata.update(recording.info.metadata)
        provenance = dict.fromkeys(recording.info.provenance for recording in recordings)
        copy_store(
            out,
            (min(first for first, _ in spans), max(last for _, last in spans)),
            lambda start, end: merged([r.select((), start, end) for r in recordings]),
            provenance="; ".join(filter(None, provenance)),
            metadata=metadata,
        )
    with opened(out) as written:
        return written.info


def anonymise(
    source: Path, out: Path, key: bytes, *, keep: Collection[str] = (), hide: Collection[str] = ()
) -> RecordingInfo:
    """Write a recording under pseudonyms into a store at `out`; see `recordings/anonymise.py`."""
    from mixwright.recordings.anonymise import Pseudonyms, anonymised, without_help
    from mixwright.recordings.store import copy_store

    pseudonyms = Pseudonyms(key, keep=keep, hide=hide)
    with opened(source) as recording:
        copy_store(
            out,
            recording.span() or (0, -1),
            lambda start, end: anonymised(recording.select((), start, end), pseudonyms),
            provenance="a recording whose label values are pseudonyms",
            metadata=without_help(recording.info.metadata),
        )
        names = sorted({name for labels in recording.series() for name in labels})
    said = (
        f"kept as they are: {_listed([n for n in names if not pseudonyms.hides(n)])}",
        f"replaced: {_listed([n for n in names if pseudonyms.hides(n)])}",
    )
    with opened(out) as written:
        return attrs.evolve(written.info, notes=(*said, *written.info.notes))


def _conditions(text: str) -> tuple[Matcher, ...]:
    from mixwright.promql import Selector, parse

    expr = parse(text)
    if not isinstance(expr, Selector):
        raise MixwrightError(f'`{text}` must be a selector such as `{{job="node"}}`')
    return expr.conditions


def _any_holds(asked: Sequence[Sequence[Matcher]], labels: Labels) -> bool:
    return any(all(m.matches(labels.get(m.name, "")) for m in conditions) for conditions in asked)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
