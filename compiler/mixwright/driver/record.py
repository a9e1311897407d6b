"""Metrics from where they lie → a recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import opened
from mixwright.errors import MixwrightError, RecordingError

if TYPE_CHECKING:
    from mixwright.recordings import RecordingInfo


def record(
    source: Path,
    out: Path,
    *,
    selectors: Sequence[str] = (),
    start: int | None = None,
    end: int | None = None,
    provenance: str = "",
    salvage: bool = False,
    append: bool = False,
) -> RecordingInfo:
    """Copy the series that any of `selectors` asks for, or all, from [start, end] (ms) into a store.

    With `salvage`, a damaged source is read as far as that goes; with `append`, what `out` has stays.
    """
    from mixwright.promql import Selector, parse
    from mixwright.recordings import Damage
    from mixwright.recordings.cut import cut
    from mixwright.recordings.store import append_store, write_store

    conditions = []
    for text in selectors:
        expr = parse(text)
        if not isinstance(expr, Selector):
            raise MixwrightError(f'`{text}` must be a selector such as `{{job="node"}}`')
        conditions.append(expr.conditions)
    damage = Damage(salvage=salvage)
    put = append_store if append and out.exists() else write_store
    with opened(source, damage) as recording:
        samples = cut(recording, conditions or ((),), start=start, end=end)
        if not len(samples):
            raise RecordingError(f"`{source}` has no samples of what was asked for")
        put(
            out,
            samples,
            provenance=provenance or recording.info.provenance,
            metadata=recording.info.metadata,
        )
        notes = (*recording.info.notes, *damage.notes())
    with opened(out) as written:
        return attrs.evolve(written.info, notes=(*notes, *written.info.notes))
