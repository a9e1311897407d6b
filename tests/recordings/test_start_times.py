"""Native histograms with start timestamps, as Prometheus 3.14 writes them, are read like those without."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from mixwright.recordings.tsdb.histograms import FLOAT_FROM, INTEGER_FROM, decode_chunk

with lzma.open(Path(__file__).parent / "data" / "start_times.txt.xz", "rt") as file:
    ROWS = [(int(encoding), bytes.fromhex(content)) for encoding, content in map(str.split, file)]
PAIRS = list(zip(ROWS[::2], ROWS[1::2], strict=True))


@pytest.mark.parametrize(("plain", "with_starts"), PAIRS, ids=range(len(PAIRS)))
def test_what_is_read_is_the_same(plain: tuple[int, bytes], with_starts: tuple[int, bytes]) -> None:
    assert with_starts[0] in (INTEGER_FROM, FLOAT_FROM)
    times, expected = decode_chunk(plain[1], plain[0])
    same_times, found = decode_chunk(with_starts[1], with_starts[0])

    assert len(times) == 151
    assert same_times == times
    assert all(
        one.same_as(other) and one.hint is other.hint
        for one, other in zip(expected, found, strict=True)
    )
