"""Text formats are read sample for sample, and the line that cannot be read is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings import Metadata, open_recording
from mixwright.values import Labels

from .conftest import START, dump, openmetrics, same

EVER = -(2**62), 2**62


@pytest.mark.parametrize("write", [openmetrics, dump])
def test_text_holds_what_it_was_made_of(
    write: Callable[[Samples], str], samples: Samples, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text(write(samples))

    assert same(samples, open_recording(tmp_path / "text").select((), *EVER))


NAMES = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,5}", fullmatch=True)
LABELS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,3}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    max_size=3,
)


@pytest.mark.parametrize("write", [openmetrics, dump])
@settings(max_examples=60, deadline=None)
@given(name=NAMES, labels=LABELS, values=st.lists(st.floats(), min_size=1, max_size=3))
def test_any_label_value_survives(
    write: Callable[[Samples], str],
    name: str,
    labels: dict[str, str],
    values: list[float],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    times = np.arange(START, START + len(values))
    given = Samples.of([(Labels({**labels, "__name__": name}), times, np.array(values))])
    path = tmp_path_factory.mktemp("text") / "text"
    path.write_text(write(given), newline="\n")
    found = open_recording(path).select((), *EVER)

    assert found.labels == given.labels
    assert np.array_equal(found.times, given.times)
    assert np.array_equal(found.values, given.values, equal_nan=True)


def test_a_dump_of_promtool_is_read(
    promtool: Callable[..., str], block: Path, samples: Samples, tmp_path: Path
) -> None:
    (block / "wal").mkdir()
    (tmp_path / "dump").write_text(promtool("tsdb", "dump", block))

    assert same(samples, open_recording(tmp_path / "dump").select((), *EVER))


def test_openmetrics_counts_in_seconds_and_prometheus_in_milliseconds(tmp_path: Path) -> None:
    (tmp_path / "om").write_text("up 1 1700000000.25\n# EOF\n")
    (tmp_path / "prom").write_text("up 1 1700000000250\n")

    assert open_recording(tmp_path / "om").span() == open_recording(tmp_path / "prom").span()


def test_types_and_help_are_kept_and_exemplars_skipped(tmp_path: Path) -> None:
    (tmp_path / "om").write_text(
        '# TYPE a_seconds histogram\n# HELP a_seconds How long \\"it\\" took.\n'
        'a_seconds_bucket{le="+Inf"} 3 1700000000 # {trace_id="x} y"} 0.5 1700000000\n# EOF\n'
    )
    recording = open_recording(tmp_path / "om")

    assert recording.info.metadata == {"a_seconds": Metadata("histogram", 'How long "it" took.')}
    assert recording.info.samples == 1


def test_samples_in_any_order_are_sorted_and_the_last_of_equal_times_counts(tmp_path: Path) -> None:
    (tmp_path / "prom").write_text("up 3 1700000003000\nup 1 1700000001000\nup 2 1700000003000\n")
    times, values = open_recording(tmp_path / "prom").select((), *EVER).series(0)

    assert (times.tolist(), values.tolist()) == ([1700000001000, 1700000003000], [1.0, 2.0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("up 1\n", "line 1 has no timestamp"),
        ("# HELP up\nup 1 1700000000000\nup one 1700000001000\n", "line 3 has `one`"),
        ("up 1 1700000000\n", "line 1 has the time `1700000000`, which is 1970"),
        ('up{job="x} 1 1700000000000\n', "line 1 "),
        ('up{job="x",job="y"} 1 1700000000000\n', "line 1 has the label `job` twice"),
        ("up 1 1700000000000 7\n", "line 1 has `7` after the timestamp"),
        ('{a="b"} 1 1700000000000\n{a="b"} 1\n', "line 2 "),
        ('{a="b"} {count:1, sum:2} 1700000000000\n', "line 1 holds a native histogram"),
        ("up 1" + "0" * (1 << 21), "line 1 is longer than"),
    ],
)
def test_the_line_that_cannot_be_read_is_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(text)

    with pytest.raises(RecordingError) as raised:
        open_recording(tmp_path / "text")
    assert f"`{tmp_path / 'text'}` {message}" in str(raised.value)


def test_what_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b'up{a="\xff"} 1 1700000000000\n')

    with pytest.raises(RecordingError, match="line 1 is not UTF-8"):
        open_recording(tmp_path / "text")


def test_a_dump_says_that_staleness_markers_are_lost(tmp_path: Path) -> None:
    (tmp_path / "dump").write_text('{a="b"} NaN 1700000000000\n')

    assert "1 NaN samples are read as values" in open_recording(tmp_path / "dump").info.notes[0]
