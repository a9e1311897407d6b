"""What all recordings have in common: sources found by themselves, cutting, little imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mixwright.frame import Samples
from mixwright.recordings import open_recording, sources
from mixwright.recordings.cut import cut
from mixwright.recordings.memory import MemoryRecording
from mixwright.recordings.store import write_store
from mixwright.values import Matcher, MatchOp

from .conftest import START, same


@pytest.fixture
def recording(samples: Samples) -> MemoryRecording:
    return MemoryRecording(samples, form="test", provenance="")


def test_sources_are_found_in_the_folder() -> None:
    assert [source.name for source in sources()] == [
        "CSV",
        "OpenMetrics or Prometheus text",
        "Prometheus TSDB directory",
        "VictoriaMetrics JSON lines",
        "mixwright recording directory",
        "promtool tsdb dump",
    ]


def test_looking_for_sources_loads_neither_parquet_nor_a_compiler() -> None:
    code = (
        "import sys; from mixwright.recordings import sources; sources(); "
        "print({'numba', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_a_cut_is_the_union_of_its_selectors(recording: MemoryRecording) -> None:
    web = [Matcher("job", MatchOp.EQUAL, "web")]
    ups = [Matcher("__name__", MatchOp.EQUAL, "up")]
    found = cut(recording, [ups, web])

    assert same(found, recording.select(web, START, START + 10**9))


def test_a_cut_shares_clocks_over_its_selectors(recording: MemoryRecording) -> None:
    each = [[Matcher("__name__", MatchOp.EQUAL, name)] for name in ("up", "requests_total")]

    assert len(cut(recording, each).clock_starts) - 1 == 2


def test_a_cut_in_time_can_be_stored(recording: MemoryRecording, tmp_path: Path) -> None:
    found = cut(recording, start=START + 60_000, end=START + 120_000)
    write_store(tmp_path / "r", found, provenance="cut")

    assert same(found, open_recording(tmp_path / "r").select((), START, START + 10**9))
    assert found.span() == (START + 60_000, START + 120_000)


def test_a_whole_series_is_not_copied(samples: Samples, recording: MemoryRecording) -> None:
    found = recording.select([Matcher("job", MatchOp.EQUAL, "web")], START, START + 10**9)

    assert found.values.base is not None
