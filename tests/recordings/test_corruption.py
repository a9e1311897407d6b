"""A damaged recording is refused in one line, or read as if nothing had happened; samples never vanish silently."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings import open_recording
from mixwright.recordings.store import write_store

from .conftest import same

EVER = -(2**62), 2**62
QUICK = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def folders(
    prometheus: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Path, Samples]]:
    """One recording of each kind, and nothing else in its folder; and all that is in it."""
    root = tmp_path_factory.mktemp("sound")
    shutil.copytree(prometheus / "snappy-xor", root / "log")
    shutil.copytree(prometheus / "zstd-xor2", root / "blocks")
    shutil.rmtree(root / "blocks" / "wal")
    shutil.rmtree(root / "blocks" / "wbl")
    samples = open_recording(root / "blocks").select((), *EVER)
    write_store(root / "store", samples, provenance="")
    return {name: (root / name, read(root / name)[0]) for name in ("log", "blocks", "store")}


def flip(content: bytes, at: int) -> bytes:
    return content[: at // 8] + bytes([content[at // 8] ^ 1 << at % 8]) + content[at // 8 + 1 :]


def read(path: Path) -> tuple[Samples, tuple[str, ...]]:
    with open_recording(path) as recording:
        return recording.select((), *EVER), recording.info.notes


def refusal(path: Path, whole: Samples) -> str | None:
    """Return the message when `path` cannot be read; else it must be whole, or say what is lost."""
    try:
        found, notes = read(path)
    except RecordingError as error:
        return str(error)
    assert notes or same(whole, found)
    return None


@pytest.mark.parametrize("kind", ["log", "blocks", "store"])
@QUICK
@given(data=st.data())
def test_a_flipped_bit_is_noticed_or_harmless(
    kind: str, data: st.DataObject, folders: dict[str, tuple[Path, Samples]]
) -> None:
    _damage(data, *folders[kind], lambda content: flip(content, data.draw(_bit_of(content))))


@pytest.mark.parametrize("kind", ["blocks", "store"])
@QUICK
@given(data=st.data())
def test_a_shortened_file_is_noticed_or_harmless(
    kind: str, data: st.DataObject, folders: dict[str, tuple[Path, Samples]]
) -> None:
    _damage(data, *folders[kind], lambda content: content[: data.draw(_bit_of(content)) // 8])


@pytest.mark.parametrize("kind", ["blocks", "store"])
def test_a_missing_file_is_noticed_or_harmless(
    kind: str, folders: dict[str, tuple[Path, Samples]]
) -> None:
    folder, whole = folders[kind]
    for path in _files(folder):
        hidden = path.with_name("hidden")
        path.rename(hidden)
        try:
            if path.name == "tombstones":
                # Prometheus, too, takes a block without the file for one without deletions.
                continue
            with pytest.raises(RecordingError, match=str(folder)):
                read(folder)
        finally:
            hidden.rename(path)
    assert same(whole, read(folder)[0])


def _damage(
    data: st.DataObject, folder: Path, whole: Samples, change: Callable[[bytes], bytes]
) -> None:
    path = data.draw(st.sampled_from(_files(folder)))
    content = path.read_bytes()
    try:
        path.write_bytes(change(content))
        message = refusal(folder, whole)
    finally:
        path.write_bytes(content)
    assert message is None or (str(folder) in message and "\n" not in message)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


def _bit_of(content: bytes) -> st.SearchStrategy[int]:
    return st.integers(0, len(content) * 8 - 1)


def test_what_a_server_had_not_finished_writing_is_named(
    folders: dict[str, tuple[Path, Samples]],
) -> None:
    log, _ = folders["log"]
    segment = max((log / "wal").glob("0*"))
    content = segment.read_bytes()
    written = len(content.rstrip(b"\0"))
    try:
        segment.write_bytes(content[: written - 3])
        _, notes = read(log)
    finally:
        segment.write_bytes(content)

    assert any("breaks off in the middle of a record" in note for note in notes)


@pytest.mark.parametrize(
    ("word", "instead", "told"),
    [
        ('"maxTime"', '"maxThme"', "does not say `maxTime`"),
        ("1700002800000", "1700001800000", "later than the end that its `meta.json` says"),
    ],
)
def test_the_end_of_the_newest_block_is_not_lost_silently(
    word: str, instead: str, told: str, folders: dict[str, tuple[Path, Samples]]
) -> None:
    log, whole = folders["log"]
    (meta,) = (
        path
        for path in log.glob("*/meta.json")
        if '"minTime": 1700001600000,\n\t"maxTime": 1700002800000,\n\t"stats"' in path.read_text()
    )
    content = meta.read_text()
    try:
        meta.write_text(content.replace(word, instead))
        try:
            found, notes = read(log)
        except RecordingError as error:
            notes = (str(error),)
        else:
            assert not same(whole, found)
    finally:
        meta.write_text(content)

    assert any(told in note for note in notes)


def test_a_segment_in_the_middle_must_not_be_missing(prometheus: Path, tmp_path: Path) -> None:
    shutil.copytree(prometheus / "snappy-xor", tmp_path / "r")
    first, *_ = sorted((tmp_path / "r" / "wal").glob("0*"))
    first.rename(first.with_name(f"{int(first.name) + 5:08d}"))

    with pytest.raises(RecordingError, match="is missing; the log is not complete"):
        open_recording(tmp_path / "r")


def test_nothing_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="does not exist"):
        open_recording(tmp_path / "none")
    with pytest.raises(RecordingError, match="is not a recording; these can be read"):
        open_recording(tmp_path)
    (tmp_path / "empty").touch()
    with pytest.raises(RecordingError, match="is not a recording"):
        open_recording(tmp_path / "empty")
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    with pytest.raises(RecordingError, match="is not a recording"):
        open_recording(tmp_path / "binary")


def test_a_head_without_its_log_is_refused(prometheus: Path, tmp_path: Path) -> None:
    shutil.copytree(prometheus / "snappy-xor", tmp_path / "r")
    (tmp_path / "r" / "chunks_head").mkdir()
    (tmp_path / "r" / "chunks_head" / "000001").touch()
    shutil.rmtree(tmp_path / "r" / "wal")

    with pytest.raises(RecordingError, match="`chunks_head` has samples whose labels are in it"):
        open_recording(tmp_path / "r")


def test_a_block_that_claims_a_later_end_does_not_hide_the_log_silently(
    prometheus: Path, tmp_path: Path
) -> None:
    shutil.copytree(prometheus / "snappy-xor", tmp_path / "r")
    assert open_recording(tmp_path / "r").info.notes == ()
    for path in (tmp_path / "r").glob("*/meta.json"):
        meta = json.loads(path.read_text())
        path.write_text(json.dumps({**meta, "maxTime": meta["maxTime"] + 600_000}))

    (note,) = open_recording(tmp_path / "r").info.notes
    assert "are older than the end of the newest block and not in it" in note
