"""Prometheus' own files as a recording: a block, a data directory or a snapshot, as it lies."""

from __future__ import annotations

from pathlib import Path

from mixwright.recordings.damage import Damage
from mixwright.recordings.recording import Recording, SourceFormat


def _recognises(path: Path) -> bool:
    from mixwright.recordings.tsdb.directory import is_data_directory

    return is_data_directory(path)


def _open(path: Path, damage: Damage) -> Recording:
    from mixwright.recordings.tsdb.directory import TsdbRecording

    return TsdbRecording(path, damage)


SOURCE = SourceFormat("Prometheus TSDB directory", _recognises, _open)
