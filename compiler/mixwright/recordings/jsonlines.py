"""VictoriaMetrics' JSON lines: what `/api/v1/export` answers, as a recording.

One line has some samples of one series: `{"metric":{"__name__":"up"},"values":[1],"timestamps":[1795403806320]}`,
times in milliseconds. A `null`, `NaN` in older versions, is a staleness marker: VictoriaMetrics stores no other NaN.
Source: `app/vmselect/prometheus/export.qtpl` and `lib/protoparser/vmimport/parser.go` of VictoriaMetrics.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from mixwright.frame import STALE_NAN
from mixwright.recordings.damage import Damage
from mixwright.recordings.memory import MemoryRecording
from mixwright.recordings.recording import SourceFormat
from mixwright.recordings.text import Gatherer, TextReader
from mixwright.values import Labels

_HEAD: Final = re.compile(rb'\s*\{\s*"(?:metric"\s*:\s*\{|values"\s*:\s*\[|timestamps"\s*:\s*\[)')
_LONGEST_LINE: Final = 1 << 28
"""Characters; a line holds all samples of a series, some ten million of them at most."""


def read_json_lines(path: Path, damage: Damage) -> MemoryRecording:
    """Read an export; a `RecordingError` names the line that cannot be read."""
    gatherer, reader = Gatherer(), TextReader(path, damage, longest=_LONGEST_LINE)

    def take(line: str) -> None:
        if line.strip():
            _gather(line, reader, gatherer)

    reader.each(take)
    return MemoryRecording(
        gatherer.samples(),
        form="VictoriaMetrics JSON lines",
        provenance=f"VictoriaMetrics export in {path}",
    )


def _gather(line: str, reader: TextReader, gatherer: Gatherer) -> None:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        reader.fail(f"is not JSON: {error}")
    match fields:
        case {"metric": dict(metric), "values": list(values), "timestamps": list(times)}:
            pass
        case _:
            reader.fail("does not have `metric`, `values` and `timestamps`")
    if len(values) != len(times):
        reader.fail(f"has {len(values)} values but {len(times)} timestamps; the line is cut off")
    if not all(isinstance(value, str) for value in metric.values()):
        reader.fail("has a label whose value is not text")
    wrong = next((time for time in times if type(time) is not int), None)
    if wrong is not None:
        reader.fail(f"has `{wrong!s:.40}` where milliseconds are expected")
    numbers = [_number(value, reader) for value in values]
    try:
        gatherer.extend(gatherer.number(Labels(metric)), times, numbers)
    except OverflowError:
        reader.fail("has a time that does not fit into 64 bits")


def _number(value: Any, reader: TextReader) -> float:
    match value:
        case None:
            return STALE_NAN
        case float() | "Infinity" | "-Infinity":
            return STALE_NAN if value != value else float(value)
        case int() if not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                pass
    reader.fail(f"has `{value!s:.40}` where a number is expected")


def _recognises(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _HEAD.match(file.read(256)) is not None


SOURCE = SourceFormat("VictoriaMetrics JSON lines", _recognises, read_json_lines)
