"""The output of `promtool tsdb dump` as a recording.

One line a sample: `{__name__="up", job="node"} 1 1795403806320`. The dump prints staleness markers
as `NaN` like any other NaN, so what it was cannot be told any more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from mixwright.recordings.damage import Damage
from mixwright.recordings.memory import MemoryRecording
from mixwright.recordings.recording import SourceFormat
from mixwright.recordings.text import Gatherer, TextReader, parse_labels

_LOST_MARKERS: Final = (
    "a dump prints staleness markers as NaN: {count} NaN samples are read as values, so series that "
    "ended look alive for the look-back; read the Prometheus directory itself instead"
)


def read_dump(path: Path, damage: Damage) -> MemoryRecording:
    """Read a dump file; a `RecordingError` names the line that cannot be read."""
    gatherer, reader = Gatherer(), TextReader(path, damage)
    known: dict[str, int] = {}

    def take(line: str) -> None:
        if not line:
            return
        series, value, time = (*line.rsplit(" ", 2), "", "")[:3]
        number = known.get(series)
        if number is None:
            if not (series.startswith("{") and series.endswith("}")):
                if "} {" in line:
                    reader.fail(
                        "holds a native histogram, which a dump does not print in full; "
                        "read the Prometheus directory itself"
                    )
                reader.fail("is not `{labels} value milliseconds`; the dump is cut off or damaged")
            number = known[series] = gatherer.number(parse_labels(series[1:-1], reader))
        try:
            gatherer.add(number, int(time), float(value))
        except (ValueError, OverflowError):
            reader.fail(f"has `{value}` and `{time}` where a number and milliseconds are expected")

    reader.each(take)
    samples = gatherer.samples()
    lost = int(np.isnan(samples.values).sum())
    return MemoryRecording(
        samples,
        form="promtool tsdb dump",
        provenance=f"promtool tsdb dump in {path}",
        notes=(_LOST_MARKERS.format(count=lost),) if lost else (),
    )


def _recognises(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(256).lstrip()
    # `{"name", …}` is how expositions write names that need quotes.
    return start.startswith(b"{") and not start.startswith(b'{"')


SOURCE = SourceFormat("promtool tsdb dump", _recognises, read_dump)
