"""OpenMetrics and Prometheus text with timestamps as a recording.

OpenMetrics has seconds and ends with `# EOF`, as `promtool tsdb dump-openmetrics` prints it; the
Prometheus text format has milliseconds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mixwright.recordings.damage import Damage
from mixwright.recordings.exposition import Exposition
from mixwright.recordings.memory import MemoryRecording
from mixwright.recordings.recording import SourceFormat
from mixwright.recordings.text import Gatherer, TextReader

_HEAD: Final = re.compile(
    rb'\s*(?:#|\{\s*"(?:[^"\\]|\\.)*"\s*[,}=]|[a-zA-Z_:][a-zA-Z0-9_:]*(?:[ \t]*\{|[ \t]+[-+.0-9NIni]))'
)
_TAIL_SIZE: Final = 64
_EARLIEST: Final = 10**11
"""Times in milliseconds before this (1973) are seconds by mistake."""


def read_exposition(path: Path, damage: Damage) -> MemoryRecording:
    """Read a text file; a `RecordingError` names the line that cannot be read."""
    seconds = _ends_with_eof(path)
    gatherer, reader, exposition = Gatherer(), TextReader(path, damage), Exposition()
    numbers: dict[str, int] = {}

    def take(line: str) -> None:
        nonlocal seconds
        sample = exposition.read(line, reader)
        if sample is None:
            return
        if sample.time is None:
            reader.fail(
                "has no timestamp; a recording needs one on every sample, as "
                "`promtool tsdb dump-openmetrics` writes them"
            )
        number = numbers.get(sample.series)
        if number is None:
            number = numbers[sample.series] = gatherer.number(sample.labels)
        try:
            said = float(sample.time)
            if not seconds and 0 < said < _EARLIEST:
                seconds = True
                error = reader.error(
                    f"has the time `{sample.time}`, which is 1970 in milliseconds; if these are "
                    "seconds, the `# EOF` at the end is missing: the file is cut off"
                )
                damage.met(error, "what was behind the last line")
            time = round(said * 1000) if seconds else int(sample.time)
            gatherer.add(number, time, sample.value)
        except (ValueError, OverflowError):
            reader.fail(f"has `{sample.time}` where a time is expected")

    reader.each(take)
    form = "OpenMetrics text" if seconds else "Prometheus text"
    return MemoryRecording(
        gatherer.samples(),
        form=form,
        provenance=f"{form} in {path}",
        metadata=exposition.metadata,
    )


def _ends_with_eof(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL_SIZE))
        return file.read().rstrip().endswith(b"# EOF")


def _recognises(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(512)
    return b"\0" not in start and _HEAD.match(start) is not None


SOURCE = SourceFormat("OpenMetrics or Prometheus text", _recognises, read_exposition)
