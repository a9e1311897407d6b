"""OpenMetrics and Prometheus text with timestamps as a recording.

OpenMetrics has seconds and ends with `# EOF`, as `promtool tsdb dump-openmetrics` prints it; the
Prometheus text format has milliseconds. Exemplars are skipped: nothing here evaluates them.
Source: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mixwright.recordings.memory import MemoryRecording
from mixwright.recordings.recording import Metadata, Recording, SourceFormat
from mixwright.recordings.text import Gatherer, TextReader, parse_labels, unescape

_SERIES: Final = re.compile(
    r'([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s*'
)
_HEAD: Final = re.compile(rb'\s*(?:#|\{"|[a-zA-Z_:][a-zA-Z0-9_:]*[\s{])')
_TAIL_SIZE: Final = 64
_EARLIEST: Final = 10**11
"""Times in milliseconds before this (1973) are seconds by mistake."""


def read_exposition(path: Path) -> MemoryRecording:
    """Read a text file; a `RecordingError` names the line that cannot be read."""
    seconds = _ends_with_eof(path)
    gatherer, reader = Gatherer(), TextReader(path)
    known: dict[str, int] = {}
    types: dict[str, str] = {}
    helps: dict[str, str] = {}
    for line in reader:
        if line.startswith("#"):
            _note_metadata(line, types, helps)
            continue
        if not line.strip():
            continue
        # Everything up to the value is the series, the same text again and again.
        series, _, rest = line.partition("} ") if "} " in line else line.partition(" ")
        number = known.get(series)
        if number is None:
            match = _SERIES.match(line)
            if match is None or not any(match.groups()):
                reader.fail("is not `name{labels} value timestamp`")
            name, labels = match.groups()
            number = gatherer.number(parse_labels(labels or "", reader, name or ""))
            rest = line[match.end() :]
            # A `} ` inside a label value: such a series is parsed anew each time.
            if not labels or "} " not in labels:
                known[series] = number
        fields = rest.split()
        if len(fields) < 2 or fields[1] == "#":
            reader.fail(
                "has no timestamp; a recording needs one on every sample, as "
                "`promtool tsdb dump-openmetrics` writes them"
            )
        if len(fields) > 2 and fields[2] != "#":
            reader.fail(f"has `{fields[2]}` after the timestamp")
        try:
            time = round(float(fields[1]) * 1000) if seconds else int(fields[1])
            if not seconds and 0 < time < _EARLIEST:
                reader.fail(
                    f"has the time `{fields[1]}`, which is 1970 in milliseconds; if these are "
                    "seconds, the `# EOF` at the end is missing: the file is cut off"
                )
            gatherer.add(number, time, float(fields[0]))
        except (ValueError, OverflowError):
            reader.fail(f"has `{fields[0]}` and `{fields[1]}` where value and time are expected")
    form = "OpenMetrics text" if seconds else "Prometheus text"
    return MemoryRecording(
        gatherer.samples(),
        form=form,
        provenance=f"{form} in {path}",
        metadata={
            name: Metadata(types.get(name, ""), helps.get(name, "")) for name in {**types, **helps}
        },
    )


def _note_metadata(line: str, types: dict[str, str], helps: dict[str, str]) -> None:
    words = line.split(None, 3)
    if len(words) == 4 and words[1] == "TYPE":
        types[words[2].strip('"')] = words[3].strip()
    elif len(words) == 4 and words[1] == "HELP":
        helps[words[2].strip('"')] = unescape(words[3])


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


def _open(path: Path) -> Recording:
    return read_exposition(path)


SOURCE = SourceFormat("OpenMetrics or Prometheus text", _recognises, _open)
