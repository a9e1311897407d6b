"""The embedded store gives back what it was given, small, or says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.frame.histogram import Histogram, ResetHint
from mixwright.recordings import Metadata, open_recording
from mixwright.recordings.store import copy_store, write_store
from mixwright.values import Labels, Matcher, MatchOp

from .conftest import START, same, series

HOUR = 3_600_000


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_was_written_is_read_back(samples: Samples, tmp_path: Path) -> None:
    write_store(tmp_path / "r", samples, provenance="made up")
    with open_recording(tmp_path / "r") as recording:
        found = recording.select((), START, START + HOUR)

    assert same(samples, found)
    assert recording.info.samples == samples.sample_count
    assert recording.info.provenance == "made up"


def test_every_nan_stays_the_nan_it_is(tmp_path: Path) -> None:
    bits = np.array([0x7FF0000000000002, 0x7FF8000000000001, 0xFFF8000000000123], np.uint64)
    given = Samples.of([series("a", [1, 2, 3], bits.view(np.float64))])
    write_store(tmp_path / "r", given, provenance="")

    found = open_recording(tmp_path / "r").select((), 0, 10)

    assert found.values.view(np.uint64).tolist() == bits.tolist()


def test_series_that_were_scraped_together_share_a_clock(samples: Samples, tmp_path: Path) -> None:
    write_store(tmp_path / "r", samples, provenance="")
    found = open_recording(tmp_path / "r").select((), START, START + HOUR)

    assert len(found) == 5
    assert len(found.clock_starts) - 1 == 2


def test_a_recording_over_several_partitions_comes_back_in_one_piece(tmp_path: Path) -> None:
    times = np.arange(START, START + 20 * HOUR, 60_000)
    late = times[times > START + 9 * HOUR]
    given = Samples.of(
        [
            series("a", times, np.arange(len(times)), x="1"),
            series("a", late, np.arange(len(late)), x="2"),
            series("b", times, np.sqrt(np.arange(len(times)))),
        ]
    )
    write_store(tmp_path / "r", given, provenance="")
    recording = open_recording(tmp_path / "r")

    assert len(list((tmp_path / "r").glob("*Z"))) == 5
    assert same(given, recording.select((), START, START + 30 * HOUR))
    found = recording.select((), START + 5 * HOUR, START + 7 * HOUR)
    assert [labels.get("x") for labels in found.labels] == ["1", None]
    assert found.span() == (START + 5 * HOUR, START + 7 * HOUR)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_part_of_any_samples_is_what_it_was(data: st.DataObject, tmp_path_factory) -> None:
    clock = st.lists(st.integers(0, 60 * HOUR), min_size=1, max_size=30, unique=True).map(sorted)
    names = st.dictionaries(
        st.sampled_from(["__name__", "job", "ü"]), st.text(max_size=4), max_size=3
    )
    rows = data.draw(st.dictionaries(names.map(Labels), clock, max_size=6))
    given = Samples.of(
        (labels, np.array(times), np.array(data.draw(_floats(len(times)))))
        for labels, times in sorted(rows.items())
    )
    path = tmp_path_factory.mktemp("store") / "r"
    write_store(path, given, provenance="")
    first, last = sorted(
        (data.draw(st.integers(0, 60 * HOUR)), data.draw(st.integers(0, 60 * HOUR)))
    )
    found = open_recording(path).select((), first, last)

    expected = [
        (labels, times[inside], values[inside])
        for labels, times, values in given
        if (inside := (times >= first) & (times <= last)).any()
    ]
    assert same(Samples.of(expected), found)


def _floats(count: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(), min_size=count, max_size=count)


def test_a_copy_window_by_window_reads_like_what_was_written_at_once(tmp_path: Path) -> None:
    times = np.arange(START, START + 20 * HOUR, 60_000)
    given = Samples.of(
        [
            series("a", times, np.sqrt(times)),
            series("b", times[700:], times[700:] * 0.5),
            series("c", times[:10], np.arange(10.0)),
        ]
    )
    write_store(tmp_path / "once", given, provenance="")
    once = open_recording(tmp_path / "once")
    most = 0

    def read(start: int, end: int) -> Samples:
        nonlocal most
        part = once.select((), start, end)
        most = max(most, part.sample_count)
        return part

    copy_store(tmp_path / "copy", (START, START + 30 * HOUR), read, provenance="")

    assert digests(tmp_path / "copy") == digests(tmp_path / "once")
    assert most <= 6 * 60 * 3


def test_native_histograms_are_kept(tmp_path: Path) -> None:
    histogram = Histogram(
        schema=2,
        count=10.5,
        sum=-3.25,
        zero_threshold=0.001,
        zero_count=1,
        positive={-2: 1.0, -1: 2.5, 5: 3.0},
        negative={0: 0.0, 1: 3.0},
        hint=ResetHint.GAUGE,
    )
    objects = np.array([None, histogram], object)
    given = Samples.of([(Labels({"__name__": "h"}), np.array([1, 2]), np.array([5.0, 0]), objects)])
    write_store(tmp_path / "r", given, provenance="")
    found = open_recording(tmp_path / "r").select((), 2, 2)

    assert found.histograms is not None
    (kept,) = found.histograms
    assert kept.same_as(histogram)
    assert kept.hint is histogram.hint


def test_equal_content_gives_equal_bytes(samples: Samples, tmp_path: Path) -> None:
    shuffled = Samples.of(list(samples)[::-1])
    for name, content in (("a", samples), ("b", shuffled)):
        write_store(
            tmp_path / name, content, provenance="p", metadata={"up": Metadata("gauge", "")}
        )

    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_metadata_and_intervals_are_in_the_manifest(samples: Samples, tmp_path: Path) -> None:
    given = {"up": Metadata("gauge", "Whether the target answers.")}
    write_store(tmp_path / "r", samples, provenance="", metadata=given)
    info = open_recording(tmp_path / "r").info

    assert info.metadata == given
    assert info.scrape_interval == 15_000
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text())
    assert manifest["label_names"] == ["__name__", "instance", "job"]


def test_writing_again_replaces_the_recording(samples: Samples, tmp_path: Path) -> None:
    write_store(tmp_path / "r", samples, provenance="old")
    write_store(tmp_path / "r", Samples.of([series("new", [1], [1.0])]), provenance="new")

    assert open_recording(tmp_path / "r").info.series == 1
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_recording_is_replaced_where_folders_cannot_be_exchanged(
    samples: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixwright.recordings.store.exchange._swapped", lambda *_: False)
    for provenance in ("old", "new"):
        write_store(tmp_path / "r", samples, provenance=provenance)

    assert open_recording(tmp_path / "r").info.provenance == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_failed_write_leaves_what_was_there(
    samples: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_store(tmp_path / "r", samples, provenance="old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_store(tmp_path / "r", samples, provenance="new")
    monkeypatch.undo()

    assert open_recording(tmp_path / "r").info.provenance == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_nothing_but_a_recording_is_replaced(samples: Samples, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "thesis.tex").write_text("years of work")

    with pytest.raises(RecordingError, match="is there and is no recording"):
        write_store(tmp_path / "r", samples, provenance="")
    assert (tmp_path / "r" / "thesis.tex").exists()


def test_two_series_with_the_same_labels_are_refused(tmp_path: Path) -> None:
    given = Samples.of([series("a", [1], [1.0]), series("a", [2], [1.0])])

    with pytest.raises(RecordingError, match="`a` is there twice"):
        write_store(tmp_path / "r", given, provenance="")


def test_a_matcher_on_an_absent_label_matches_the_empty_value(
    samples: Samples, tmp_path: Path
) -> None:
    write_store(tmp_path / "r", samples, provenance="")
    matcher = Matcher("nope", MatchOp.EQUAL, "")

    assert len(open_recording(tmp_path / "r").select([matcher], START, START + HOUR)) == 5
