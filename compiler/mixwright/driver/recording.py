"""Recordings looked into, cut, merged and anonymised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import opened
from mixwright.errors import MixwrightError, RecordingError
from mixwright.values import Matcher

if TYPE_CHECKING:
    from mixwright.frame import Samples
    from mixwright.recordings import Metadata, Recording, RecordingInfo
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
    from mixwright.recordings.cut import cut as cut_out
    from mixwright.recordings.store import write_store

    with opened(source) as recording:
        asked = [_conditions(text) for text in selectors] or [()]
        samples = cut_out(recording, asked, start=start, end=end)
        if not len(samples):
            raise RecordingError(f"`{source}` has no samples of what was asked for")
        info = recording.info
        families = {info.family(name) for name in {labels.name for labels in samples.labels}}
        metadata = {name: said for name, said in info.metadata.items() if name in families}
        write_store(out, samples, provenance=info.provenance, metadata=metadata)
    with opened(out) as written:
        return attrs.evolve(written.info, notes=info.notes)


def merge(sources: Sequence[Path], out: Path) -> RecordingInfo:
    """Write all samples of `sources` into a store at `out`; of two with one series and time, the later source's."""
    from mixwright.recordings.merge import merge as merged
    from mixwright.recordings.store import write_store

    parts, provenance = [], []
    metadata: dict[str, Metadata] = {}
    for source in sources:
        with opened(source) as recording:
            parts.append(_everything(recording))
            provenance.append(recording.info.provenance)
            metadata.update(recording.info.metadata)
    together = "; ".join(dict.fromkeys(filter(None, provenance)))
    write_store(out, merged(parts), provenance=together, metadata=metadata)
    with opened(out) as written:
        return written.info


def anonymise(
    source: Path, out: Path, key: bytes, *, keep: Collection[str] = (), hide: Collection[str] = ()
) -> RecordingInfo:
    """Write a recording under pseudonyms into a store at `out`; see `recordings/anonymise.py`."""
    from mixwright.recordings.anonymise import Pseudonyms, anonymised, without_help
    from mixwright.recordings.store import write_store

    pseudonyms = Pseudonyms(key, keep=keep, hide=hide)
    with opened(source) as recording:
        samples = anonymised(_everything(recording), pseudonyms)
        write_store(
            out,
            samples,
            provenance="a recording whose label values are pseudonyms",
            metadata=without_help(recording.info.metadata),
        )
        names = sorted({name for labels in samples.labels for name in labels})
    said = (
        f"kept as they are: {_listed([n for n in names if not pseudonyms.hides(n)])}",
        f"replaced: {_listed([n for n in names if pseudonyms.hides(n)])}",
    )
    with opened(out) as written:
        return attrs.evolve(written.info, notes=(*said, *written.info.notes))


def _everything(recording: Recording) -> Samples:
    start, end = recording.span() or (0, -1)
    return recording.select((), start, end)


def _conditions(text: str) -> tuple[Matcher, ...]:
    from mixwright.promql import Selector, parse

    expr = parse(text)
    if not isinstance(expr, Selector):
        raise MixwrightError(f'`{text}` must be a selector such as `{{job="node"}}`')
    return expr.conditions


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
