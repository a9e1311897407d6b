"""What is sound in a damaged recording is read, nothing is made up, and what is lost is listed."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings import Damage, open_recording
from mixwright.recordings.store import write_store
from mixwright.values import Matcher, MatchOp

from .conftest import START, dump, json_lines, openmetrics, same, series

EVER = -(2**62), 2**62
HOUR = 3_600_000


def salvaged(path: Path) -> tuple[Samples, list[str]]:
    damage = Damage(salvage=True)
    with open_recording(path, damage) as recording:
        samples = recording.select((), *EVER)
    return samples, [str(loss) for loss in damage.losses]


def cells(samples: Samples) -> dict[tuple[str, int], int]:
    return {
        (str(labels), time): value
        for labels, times, values in samples
        for time, value in zip(times.tolist(), values.view(np.uint64).tolist(), strict=True)
    }


def overwrite(path: Path, at: int, size: int = 40) -> None:
    content = bytearray(path.read_bytes())
    content[at : at + size] = b"\xa5" * len(content[at : at + size])
    path.write_bytes(content)


@pytest.fixture
def blocks(prometheus: Path, tmp_path: Path) -> Path:
    shutil.copytree(prometheus / "snappy-xor", tmp_path / "r")
    shutil.rmtree(tmp_path / "r" / "wal")
    shutil.rmtree(tmp_path / "r" / "wbl", ignore_errors=True)
    return tmp_path / "r"


def largest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def test_nothing_is_lost_where_nothing_is_damaged(prometheus: Path) -> None:
    for name in ("snappy-xor", "zstd-xor2"):
        found, losses = salvaged(prometheus / name)
        assert same(open_recording(prometheus / name).select((), *EVER), found)
        assert losses == []


def test_a_selector_finds_the_same_series_without_postings(prometheus: Path) -> None:
    matchers = [Matcher("__name__", MatchOp.REGEX, ".*[a-m].*"), Matcher("no", MatchOp.EQUAL, "")]
    expected = open_recording(prometheus / "zstd-xor2").select(matchers, *EVER)
    damage = Damage(salvage=True)

    assert same(expected, open_recording(prometheus / "zstd-xor2", damage).select(matchers, *EVER))


def test_a_damaged_chunk_is_named_with_its_series_and_time(blocks: Path) -> None:
    whole = open_recording(blocks).select((), *EVER)
    segment = largest(blocks, "*/chunks/*")
    overwrite(segment, 30)
    with pytest.raises(RecordingError, match=f"`{segment}` at byte"):
        open_recording(blocks).select((), *EVER)
    found, losses = salvaged(blocks)

    assert cells(found).items() < cells(whole).items()
    assert losses
    for loss in losses:
        assert f"`{segment}` at byte" in loss
        assert "; lost: `" in loss
        assert "Z to 20" in loss


def test_a_missing_segment_costs_its_chunks(blocks: Path) -> None:
    whole = open_recording(blocks).select((), *EVER)
    segment = largest(blocks, "*/chunks/*")
    segment.unlink()
    found, losses = salvaged(blocks)

    assert cells(found).items() < cells(whole).items()
    assert any(f"`{segment}` is missing" in loss and " chunks" in loss for loss in losses)


@pytest.mark.parametrize("part", ["series", "postings", "contents"])
def test_a_damaged_index_is_searched_for_series(part: str, blocks: Path) -> None:
    whole = open_recording(blocks).select((), *EVER)
    index = largest(blocks, "*/index")
    content = index.read_bytes()
    contents = len(content) - 52
    place = {
        "series": int.from_bytes(content[contents + 8 : contents + 16], "big") + 20,
        "postings": int.from_bytes(content[contents + 40 : contents + 48], "big") + 8,
        "contents": contents + 9,
    }[part]
    overwrite(index, place, 4)
    with pytest.raises(RecordingError, match=f"`{index}` at byte"):
        open_recording(blocks).select((), *EVER)
    found, losses = salvaged(blocks)

    assert losses
    if part == "series":
        assert cells(found).items() < cells(whole).items()
        assert any("1 of " in loss for loss in losses)
    else:
        assert same(whole, found)


def test_a_block_without_symbols_is_lost_as_a_whole(blocks: Path) -> None:
    index = largest(blocks, "*/index")
    overwrite(index, 12)
    found, losses = salvaged(blocks)

    assert any(f"lost: the block `{index.parent.name}`" in loss for loss in losses)
    assert len(found)


def test_deleted_samples_are_back_without_the_tombstones(blocks: Path) -> None:
    whole = open_recording(blocks).select((), *EVER)
    overwrite(largest(blocks, "*/tombstones"), 6, 2)
    found, losses = salvaged(blocks)

    assert cells(whole).items() < cells(found).items()
    assert any("which samples were deleted" in loss for loss in losses)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_log_is_read_up_to_the_damage_and_from_the_next_page_on(
    seed: int, prometheus: Path, tmp_path: Path
) -> None:
    shutil.copytree(prometheus / "snappy-xor", tmp_path / "r")
    whole = open_recording(tmp_path / "r").select((), *EVER)
    segment = largest(tmp_path / "r", "wal/0*")
    written = len(segment.read_bytes().rstrip(b"\0"))
    overwrite(segment, random.Random(seed).randrange(written - 100))
    found, losses = salvaged(tmp_path / "r")

    assert any(
        f"`{segment}` at byte" in loss and "the records up to byte" in loss for loss in losses
    )
    assert len(found)
    assert set(found.labels) <= set(whole.labels)


def test_a_missing_segment_of_the_log_is_named(prometheus: Path, tmp_path: Path) -> None:
    shutil.copytree(prometheus / "snappy-xor", tmp_path / "r")
    first, *_ = sorted((tmp_path / "r" / "wal").glob("0*"))
    first.rename(first.with_name(f"{int(first.name) + 5:08d}"))
    _, losses = salvaged(tmp_path / "r")

    assert any("is missing; the log is not complete" in loss for loss in losses)


@pytest.mark.parametrize("name", ["values.parquet", "clocks.parquet", "runs.parquet"])
def test_a_damaged_partition_of_a_store_is_left_out(name: str, tmp_path: Path) -> None:
    times = np.arange(START, START + 13 * HOUR, 60_000)
    whole = Samples.of([series("a", times, np.sqrt(times)), series("b", times, times * 1.0)])
    write_store(tmp_path / "r", whole, provenance="")
    broken = sorted((tmp_path / "r").glob(f"*Z/{name}"))[1]
    overwrite(broken, 100)
    with pytest.raises(RecordingError, match=f"`{broken}` does not match its SHA-256"):
        open_recording(tmp_path / "r").select((), *EVER)
    found, losses = salvaged(tmp_path / "r")

    assert cells(found).items() < cells(whole).items()
    (loss,) = losses
    assert f"`{broken}` does not match" in loss
    assert "lost: 720 samples of 2 series from " in loss


def test_labels_of_thanos_that_the_series_do_not_have_are_noted(blocks: Path) -> None:
    for path in blocks.glob("*/meta.json"):
        meta = json.loads(path.read_text())
        meta["thanos"] = {"labels": {"cluster": "eu"}, "downsample": {"resolution": 0}}
        path.write_text(json.dumps(meta))
    (note,) = open_recording(blocks).info.notes

    assert 'put cluster="eu" on every series' in note


@pytest.mark.parametrize("cut", [0.4, 0.5, 0.9])
@pytest.mark.parametrize("write", [openmetrics, dump, json_lines])
def test_the_begin_of_a_text_that_is_cut_off_is_read(
    write: Callable[[Samples], str], cut: float, samples: Samples, tmp_path: Path
) -> None:
    text = write(samples)
    (tmp_path / "text").write_text(text[: int(len(text) * cut)])
    found, losses = salvaged(tmp_path / "text")

    assert losses
    # The last line may have lost digits of its number, and looks whole.
    assert len(cells(found).items() - cells(samples).items()) <= 1
    # A line of JSON has all samples of a series.
    rest = 2 / len(samples) if write is json_lines else 0.05
    assert found.sample_count >= samples.sample_count * (cut - rest)
