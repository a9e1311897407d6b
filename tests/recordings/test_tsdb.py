"""A Prometheus directory is read as Prometheus' own tool reads it."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings import Damage, open_recording
from mixwright.recordings.promdump import read_dump
from mixwright.recordings.tsdb import kernels
from mixwright.values import Matcher, MatchOp

from .conftest import START, openmetrics, same, series

EVER = -(2**62), 2**62


def test_a_block_of_promtool_holds_what_it_was_made_of(block: Path, samples: Samples) -> None:
    assert same(samples, open_recording(block).select((), *EVER))


def test_a_single_block_directory_is_a_recording_too(block: Path, samples: Samples) -> None:
    (directory,) = (path for path in block.iterdir() if (path / "meta.json").exists())

    assert same(samples, open_recording(directory).select((), *EVER))


def test_only_the_time_asked_for_comes_back(block: Path) -> None:
    found = open_recording(block).select((), START + 30_000, START + 60_003)

    assert found.span() == (START + 30_000, START + 60_003)
    assert [len(times) for _, times, _ in found] == [3, 3, 3, 3, 3]


def test_series_without_samples_in_the_range_are_left_out(block: Path) -> None:
    found = open_recording(block).select((), START + 400_000, START + 500_000)

    assert [labels["instance"] for labels in found.labels] == ["a:1"] * 3


@pytest.mark.parametrize(
    ("matcher", "count"),
    [
        (Matcher("job", MatchOp.EQUAL, "web"), 4),
        (Matcher("job", MatchOp.NOT_EQUAL, "web"), 1),
        (Matcher("instance", MatchOp.REGEX, "b.*|nothing"), 2),
        (Matcher("instance", MatchOp.NOT_REGEX, "b.*"), 3),
        (Matcher("nope", MatchOp.EQUAL, ""), 5),
        (Matcher("nope", MatchOp.NOT_EQUAL, ""), 0),
        (Matcher("job", MatchOp.REGEX, "web|"), 4),
    ],
)
def test_matchers_find_what_they_should(block: Path, matcher: Matcher, count: int) -> None:
    assert len(open_recording(block).select([matcher], *EVER)) == count


def test_matchers_must_all_hold(block: Path) -> None:
    matchers = [Matcher("job", MatchOp.EQUAL, "web"), Matcher("__name__", MatchOp.REGEX, "u.|load")]

    assert [str(labels) for labels in open_recording(block).select(matchers, *EVER).labels] == [
        'up{instance="a:1", job="web"}',
        'up{instance="b:2", job="web"}',
    ]


def test_info_says_what_there_is(block: Path, samples: Samples) -> None:
    info = open_recording(block).info

    assert (info.series, info.samples) == (5, samples.sample_count)
    assert info.scrape_interval == 15_000


def test_equal_samples_of_overlapping_blocks_come_once(block: Path, samples: Samples) -> None:
    (one,) = (path for path in block.iterdir() if (path / "meta.json").exists())
    shutil.copytree(one, block / ("0" * 26))
    meta = json.loads((one / "meta.json").read_text())
    (block / ("0" * 26) / "meta.json").write_text(json.dumps({**meta, "ulid": "0" * 26}))

    assert same(samples, open_recording(block).select((), *EVER))


def test_a_block_that_was_compacted_into_another_is_not_read(block: Path) -> None:
    (one,) = (path for path in block.iterdir() if (path / "meta.json").exists())
    (block / ("0" * 26)).mkdir()
    child = json.loads((one / "meta.json").read_text())
    child["compaction"]["parents"] = [{"ulid": "0" * 26}]
    shutil.copytree(one, block / ("0" * 26), dirs_exist_ok=True)
    (block / ("0" * 26) / "meta.json").write_text(json.dumps({**child, "ulid": "0" * 26}))
    (one / "meta.json").write_text(json.dumps(child))

    assert "0" * 26 not in open_recording(block).info.provenance


def test_a_block_that_thanos_downsampled_is_refused(block: Path) -> None:
    (one,) = (path for path in block.iterdir() if (path / "meta.json").exists())
    meta = json.loads((one / "meta.json").read_text())
    meta["thanos"] = {"downsample": {"resolution": 300_000}}
    (one / "meta.json").write_text(json.dumps(meta))

    with pytest.raises(RecordingError, match="downsampled by Thanos to 300000 ms"):
        open_recording(block)


def test_deleted_samples_do_not_come_back(block: Path) -> None:
    (one,) = (path for path in block.iterdir() if (path / "meta.json").exists())
    recording = open_recording(block)
    matcher = Matcher("__name__", MatchOp.EQUAL, "load")
    reference = int(recording._blocks[0].index.match([matcher])[0])
    _write_tombstone(one / "tombstones", reference, START + 30_000, START + 89_999)

    times, _ = open_recording(block).select([matcher], *EVER).series(0)

    assert (times[:4] - START).tolist() == [0, 15_000, 90_000, 105_000]
    assert len(open_recording(block).select((), START + 30_000, START + 60_000)) == 4


def _write_tombstone(path: Path, reference: int, first: int, last: int) -> None:
    body = b"\x01" + _uvarint(reference) + _uvarint(first << 1) + _uvarint(last << 1)
    data = np.frombuffer(body[1:], np.uint8)
    checksum = kernels.crc32c(data, 0, len(data))
    path.write_bytes(struct.pack(">I", 0x0130BA30) + body + struct.pack(">I", checksum))


def _uvarint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def test_crc32c_is_castagnoli() -> None:
    assert kernels.crc32c(np.frombuffer(b"123456789", np.uint8), 0, 9) == 0xE3069283


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_floats_at_any_distance_are_decoded(
    data: st.DataObject, promtool: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    gaps = st.sampled_from([1, 2, 999, 15_000, 15_001, 14_999, 60_000, 130_000, 530_000])
    distances = np.array(data.draw(st.lists(gaps, min_size=1, max_size=150)))
    times = START + np.cumsum(distances)
    values = data.draw(st.lists(st.floats(), min_size=len(times), max_size=len(times)))
    given = Samples.of([series("a", times, values), series("b", times, np.arange(len(times)))])
    folder = tmp_path_factory.mktemp("floats")
    (folder / "text").write_text(openmetrics(given))
    promtool("tsdb", "create-blocks-from", "openmetrics", folder / "text", folder / "data")

    found = open_recording(folder / "data").select((), *EVER)

    assert found.labels == given.labels
    assert np.array_equal(found.times, np.asarray(given.times))
    assert np.array_equal(found.values, given.values, equal_nan=True)


@pytest.mark.slow
def test_a_whole_cluster_counts_as_its_meta_file_says(shared: Path) -> None:
    recording = open_recording(shared / "recordings" / "cluster")
    found = recording.select((), *EVER)

    assert (len(found), found.sample_count) == (70_201, 12_059_826)
    assert found.span() == recording.span()


def test_a_cut_of_a_cluster_is_what_promtool_dumps(
    shared: Path, promtool: Callable[..., str], tmp_path: Path
) -> None:
    source = shared / "recordings" / "cluster"
    shutil.copytree(source, tmp_path / "data")
    (tmp_path / "data" / "wal").mkdir()
    selector = '{job="node",__name__=~"node_(disk|cpu|load).*"}'
    text = promtool("tsdb", "dump", f"--match={selector}", tmp_path / "data")
    (tmp_path / "dump").write_text(text)
    matchers = [
        Matcher("job", MatchOp.EQUAL, "node"),
        Matcher("__name__", MatchOp.REGEX, "node_(disk|cpu|load).*"),
    ]

    found = open_recording(source).select(matchers, *EVER)
    expected = read_dump(tmp_path / "dump", Damage()).select((), *EVER)

    assert found.labels == expected.labels
    assert np.array_equal(found.starts, expected.starts)
    assert np.array_equal(found.values, expected.values, equal_nan=True)
    assert all(np.array_equal(found.series(n)[0], expected.series(n)[0]) for n in range(len(found)))
