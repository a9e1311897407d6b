"""A stored recording elsewhere is read as one that is here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mixwright.cli import mixwright
from mixwright.errors import RecordingError
from mixwright.recordings import Remote, open_recording

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def url(recording: Path) -> Iterator[str]:
    memory = fsspec.filesystem("memory")
    memory.put(f"{recording}/", "/bucket/metrics", recursive=True)
    yield "memory://bucket/metrics"
    memory.rm("/bucket", recursive=True)


def test_samples_are_those_of_the_files(url: str, recording: Path) -> None:
    with open_recording(Remote(url)) as there, open_recording(recording) as here:
        assert there.info == here.info
        start, end = here.span() or (0, 0)
        ours, theirs = there.select((), start, end), here.select((), start, end)
    assert ours.labels == theirs.labels
    np.testing.assert_array_equal(ours.values.view(np.uint64), theirs.values.view(np.uint64))
    np.testing.assert_array_equal(ours.times, theirs.times)


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_the_command_line_takes_urls(url: str, recording: Path, scheme: str) -> None:
    words = ["query", "sum by (job) (up)", "--format", "json", "--recording"]
    where = url if scheme == "memory" else recording.as_uri()
    ours, theirs = (CliRunner().invoke(mixwright, [*words, str(r)]) for r in (where, recording))
    assert ours.exit_code == 0, ours.exception
    assert ours.stdout == theirs.stdout


def test_damage_is_told_with_the_url_of_the_file(url: str) -> None:
    memory = fsspec.filesystem("memory")
    (values,) = memory.glob("/bucket/metrics/*/values.parquet")
    content = bytearray(memory.cat(values))
    content[1000] ^= 1
    memory.pipe(values, bytes(content))
    with (
        open_recording(Remote(url)) as there,
        pytest.raises(
            RecordingError, match=r"`memory://bucket/metrics/.*/values.parquet` does not match"
        ),
    ):
        there.select((), *(there.span() or (0, 0)))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://nowhere", "`memory://nowhere/manifest.json` is missing"),
        ("nonsense://x/y", "`nonsense://x/y/manifest.json` cannot be read: Protocol not known"),
    ],
)
def test_what_is_not_there_is_one_line(url: str, message: str) -> None:
    with pytest.raises(RecordingError, match=message):
        open_recording(Remote(url))
