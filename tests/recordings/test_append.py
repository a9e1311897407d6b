"""What is appended is there as a whole or not at all, whatever happens to the writer."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.errors import RecordingError
from mixwright.frame import Histogram, ResetHint, Samples
from mixwright.recordings import Metadata, open_recording
from mixwright.recordings.merge import merge
from mixwright.recordings.store import append_store, write_store
from mixwright.values import Labels

from .conftest import START, same, series

HOUR = 3_600_000
EVER = -(2**62), 2**62

ROWS = st.dictionaries(
    st.sampled_from("abcdefgh").map(lambda name: Labels({"__name__": name})),
    st.dictionaries(st.integers(0, 40 * HOUR), st.floats(), min_size=1, max_size=8),
    max_size=4,
)


def samples_of(rows: dict[Labels, dict[int, float]]) -> Samples:
    return Samples.of(
        (labels, np.array(sorted(found)), np.array([found[time] for time in sorted(found)]))
        for labels, found in sorted(rows.items())
    )


def together(parts: list[dict[Labels, dict[int, float]]]) -> Samples:
    rows: dict[Labels, dict[int, float]] = {}
    for part in parts:
        for labels, found in part.items():
            rows[labels] = {**rows.get(labels, {}), **found}
    return samples_of(rows)


@settings(max_examples=60)
@given(parts=st.lists(ROWS, max_size=4))
def test_merged_samples_are_those_of_all_parts_the_later_winning(
    parts: list[dict[Labels, dict[int, float]]],
) -> None:
    assert same(together(parts), merge([samples_of(part) for part in parts]))


@settings(max_examples=25)
@given(parts=st.lists(ROWS, min_size=1, max_size=4))
def test_appending_is_merging(
    parts: list[dict[Labels, dict[int, float]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("append") / "r"
    write_store(path, samples_of(parts[0]), provenance="")
    for part in parts[1:]:
        append_store(path, samples_of(part))
    recording = open_recording(path)
    expected = together(parts)

    assert same(expected, recording.select((), *EVER))
    assert recording.series() == expected.labels
    assert recording.span() == expected.span()
    assert recording.info.samples == expected.sample_count


def test_a_histogram_that_follows_another_now_makes_no_claim_about_resets() -> None:
    def histograms(*times: int) -> Samples:
        found = Histogram(count=1, sum=1, hint=ResetHint.NOT_RESET)
        objects = np.array([found] * len(times), object)
        return Samples.of(
            [(Labels({"__name__": "h"}), np.array(times), np.zeros(len(times)), objects)]
        )

    merged = merge([histograms(1, 3, 5), histograms(4)])

    assert merged.histograms is not None
    assert [found.hint is ResetHint.NOT_RESET for found in merged.histograms] == [
        True,
        True,
        False,
        False,
    ]


def test_only_partitions_that_get_samples_are_written_anew(tmp_path: Path) -> None:
    times = np.arange(START, START + 20 * HOUR, 60_000)
    write_store(tmp_path / "r", Samples.of([series("b", times, times * 1.0)]), provenance="a dump")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "r").glob("*Z/values.parquet")}
    later = np.arange(START + 20 * HOUR, START + 21 * HOUR, 60_000)
    append_store(
        tmp_path / "r",
        Samples.of([series("a", later, later * 2.0), series("b", later, later * 3.0)]),
        provenance="another",
        metadata={"a": Metadata("gauge", "")},
    )
    info = open_recording(tmp_path / "r").info

    assert len([path for path, at in before.items() if path.exists()]) == len(before) - 1
    assert all(path.stat().st_mtime_ns == at for path, at in before.items() if path.exists())
    assert info.series == 2
    assert info.provenance == "a dump; another"
    assert info.metadata == {"a": Metadata("gauge", "")}
    assert info.scrape_intervals == {60_000: 2}


def test_a_second_writer_is_refused(samples: Samples, tmp_path: Path) -> None:
    write_store(tmp_path / "r", samples, provenance="")
    code = (
        "import sys, time; from pathlib import Path; from mixwright.recordings.store import writer\n"
        "with writer._locked(Path(sys.argv[1])): print(flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "r"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(RecordingError, match="is being written to by another program"):
            append_store(tmp_path / "r", samples)
    finally:
        other.kill()
        other.communicate()
    append_store(tmp_path / "r", samples)


def test_only_a_recording_is_appended_to(samples: Samples, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is no recording that could be appended to"):
        append_store(tmp_path, samples)


def killed(writer: subprocess.Popen[str], pause: float) -> int:
    """Kill a writer in the middle of something; returns the last number that it said."""
    assert writer.stdout is not None
    with writer.stdout as stdout:
        first = stdout.readline()
        time.sleep(pause)
        writer.kill()
        said = [first, *stdout]
    writer.wait()
    return int(said[-1])


APPENDER = """
import sys
import numpy as np
from mixwright.frame import Samples
from mixwright.recordings.store import append_store
from mixwright.values import Labels

path, first = sys.argv[1], int(sys.argv[2])
for number in range(first, 10**6):
    # Nineteen minutes on each time, so that windows begin and new series appear.
    times = np.arange(number * 1140, (number + 1) * 1140, 60) * 1000
    rows = [(Labels({"__name__": name}), times, times + number) for name in ("a", f"b{number % 7}", "c")]
    append_store(path, Samples.of(rows))
    print(number, flush=True)
"""


def test_a_writer_killed_at_any_moment_loses_nothing_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "r"
    first = series("a", [0], [0.0])
    write_store(path, Samples.of([first]), provenance="the first")
    said = -1
    draw = random.Random(5)
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", APPENDER, path, str(said + 1)], stdout=subprocess.PIPE, text=True
        )
        said = killed(writer, draw.uniform(0, 0.25))

        with open_recording(path) as recording:
            found = recording.select((), *EVER)
            assert recording.info.provenance == "the first"
            assert recording.info.samples == found.sample_count
        (times,) = [times for labels, times, _ in found if labels.name == "a"]
        written = len(times) // 19
        # The last append may be there although its writer did not live to say so.
        assert written in (said + 1, said + 2)
        assert np.array_equal(times, np.arange(0, written * 1140, 60) * 1000)
        said = written - 1
    append_store(path, Samples.of([series("z", [1], [1.0])]))
    manifest = {entry.name for entry in path.iterdir()}
    assert len([name for name in manifest if name.startswith("series")]) == 1


def test_a_writer_killed_while_it_replaces_a_recording_leaves_one_of_the_two(
    tmp_path: Path,
) -> None:
    path = tmp_path / "r"
    code = (
        "import sys; import numpy as np; from mixwright.frame import Samples\n"
        "from mixwright.recordings.store import write_store; from mixwright.values import Labels\n"
        "times = np.arange(2000) * 60000\n"
        "for n in range(10**6):\n"
        "  write_store(sys.argv[1], Samples.of([(Labels({'n': str(n)}), times, times * 1.0)]), provenance=str(n))\n"
        "  print(n, flush=True)"
    )
    for pause in (0.0, 0.05, 0.11, 0.2):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True
        )
        said = killed(writer, pause)
        with open_recording(path) as recording:
            assert recording.select((), *EVER).sample_count == 2000
            assert int(recording.info.provenance) in (said, said + 1)


def test_a_failed_append_leaves_what_was_there(
    samples: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_store(tmp_path / "r", samples, provenance="old")
    before = sorted((tmp_path / "r").rglob("*"))
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        append_store(tmp_path / "r", samples, provenance="new")
    monkeypatch.undo()

    assert same(samples, open_recording(tmp_path / "r").select((), *EVER))
    assert sorted((tmp_path / "r").rglob("*")) == before


def test_what_was_merged_once_reads_like_what_was_written_at_once(tmp_path: Path) -> None:
    begin = START // (6 * HOUR) * 6 * HOUR
    times = np.arange(begin, begin + 2 * HOUR, 15_000)
    whole = Samples.of([series("a", times, np.sqrt(times)), series("b", times, times * 0.5)])
    half = len(times) // 2
    parts = [
        Samples.of([(labels, t[some], v[some]) for labels, t, v in whole])
        for some in (slice(0, half), slice(half, None))
    ]
    write_store(tmp_path / "once", whole, provenance="")
    write_store(tmp_path / "twice", parts[0], provenance="")
    append_store(tmp_path / "twice", parts[1])
    (once,) = (tmp_path / "once").glob("*Z/values.parquet")
    (twice,) = (tmp_path / "twice").glob("*Z*/values.parquet")

    assert once.read_bytes() == twice.read_bytes()
    assert attrs.asdict(open_recording(tmp_path / "once").info) == attrs.asdict(
        open_recording(tmp_path / "twice").info
    )
