"""The Parquet tables of a stored recording, as numpy arrays go in and come out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mixwright.errors import RecordingError
from mixwright.frame import Index, Objects, Times, Values
from mixwright.frame.histogram import Histogram, ResetHint
from mixwright.frame.labelindex import LabelIndex
from mixwright.frame.slicing import offsets
from mixwright.recordings.remote import Place
from mixwright.recordings.spans import placed, spans
from mixwright.recordings.store.manifest import StoredFile
from mixwright.values import Labels

# Arrow's own allocator keeps what was freed for a while, which counts where memory is bounded.
pa.set_memory_pool(pa.system_memory_pool())

ROWS_PER_GROUP: Final = 1 << 17
"""Values that are compressed, and so read, together: about a megabyte."""

_UNREADABLE: Final = (pa.ArrowException, OSError, ValueError)
"""What pyarrow raises; a `ValueError` where not even its message can be read."""

_LABELS: Final = pa.map_(pa.string(), pa.string())
_SPANS: Final = pa.list_(pa.struct([("offset", pa.int32()), ("length", pa.uint32())]))
_HISTOGRAM: Final = pa.schema(
    [
        ("row", pa.int64()),
        ("schema", pa.int32()),
        ("count", pa.float64()),
        ("sum", pa.float64()),
        ("zero_threshold", pa.float64()),
        ("zero_count", pa.float64()),
        ("positive_spans", _SPANS),
        ("positive_buckets", pa.list_(pa.float64())),
        ("negative_spans", _SPANS),
        ("negative_buckets", pa.list_(pa.float64())),
        ("custom_values", pa.list_(pa.float64())),
        ("counter_reset", pa.int8()),
    ]
)


def write_table(path: Path, table: pa.Table, encodings: dict[str, str] | None = None) -> None:
    """Write one file; equal tables give equal bytes.

    Values are split into byte streams before compression (`BYTE_STREAM_SPLIT`), numbers that rise
    are stored as differences: what changes little then costs little.
    """
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=9,
        row_group_size=ROWS_PER_GROUP,
        use_dictionary=not encodings,
        column_encoding=encodings,
        write_statistics=False,
        store_schema=False,
    )


class VerifiedFile:
    """A Parquet file whose size and SHA-256 are those that the manifest says."""

    def __init__(self, path: Place, expected: StoredFile | None) -> None:
        self._path = path
        if expected is None:
            raise RecordingError(
                f"`{path}` is not listed in the manifest; the recording is damaged"
            )
        try:
            found = StoredFile.of(path)
        except FileNotFoundError:
            raise RecordingError(
                f"`{path}` is missing; the recording is not complete, copy it again"
            ) from None
        if found.bytes != expected.bytes:
            raise RecordingError(
                f"`{path}` has {found.bytes} bytes, the manifest says {expected.bytes}; copy it again"
            )
        if found != expected:
            raise RecordingError(
                f"`{path}` does not match its SHA-256; it is damaged, copy it again"
            )
        self._metadata = self._opened().metadata

    @property
    def row_groups(self) -> Index:
        """Where each row group begins, and where the last one ends."""
        groups = range(self._metadata.num_row_groups)
        sizes = [self._metadata.row_group(group).num_rows for group in groups]
        return offsets(np.array(sizes, np.int64))

    def expect_rows(self, rows: int) -> None:
        """Raise a `RecordingError` unless the file has so many rows."""
        if self._metadata.num_rows != rows:
            raise RecordingError(
                f"`{self._path}` has {self._metadata.num_rows} rows, the manifest says {rows}"
            )

    def read(self, *, rows: int | None = None) -> pa.Table:
        """Read the whole file, which must have `rows` rows."""
        if rows is not None:
            self.expect_rows(rows)
        try:
            return self._opened().read()
        except _UNREADABLE as error:
            raise self._unreadable(error) from None

    def read_group(self, group: int) -> pa.Table:
        """Read one row group; threads may do so at the same time."""
        try:
            return self._opened().read_row_group(group, use_threads=False)
        except _UNREADABLE as error:
            raise self._unreadable(error) from None

    def _opened(self) -> pq.ParquetFile:
        try:
            here = isinstance(self._path, Path)
            return pq.ParquetFile(
                self._path if here else self._path.open(),
                metadata=getattr(self, "_metadata", None),
                memory_map=here,
            )
        except _UNREADABLE as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> RecordingError:
        reason = str(error).replace("\n", " ")
        return RecordingError(f"`{self._path}` is not a Parquet file that can be read: {reason}")


@contextlib.contextmanager
def laid_out(path: Place) -> Iterator[None]:
    """Turn what goes wrong with a table that has other columns than it must into a `RecordingError`."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        reason: Exception = error
    except (EOFError, pa.ArrowException) as error:
        reason = error
    else:
        return
    raise RecordingError(
        f"`{path}` is not laid out as it must be ({type(reason).__name__}); "
        "it was not written by this program"
    )


def series_table(labels: Sequence[Labels], ids: Index) -> pa.Table:
    """Return labels as one column of maps; and the numbers of the series, unless they only count the rows."""
    pairs = [pair for series in labels for pair in series.pairs]
    starts = np.cumsum([0, *(len(series.pairs) for series in labels)]).astype(np.int32)
    names = pa.array([name for name, _ in pairs], pa.string())
    values = pa.array([value for _, value in pairs], pa.string())
    columns = {"labels": pa.MapArray.from_arrays(starts, names, values)}
    if not np.array_equal(ids, np.arange(len(ids))):
        columns["id"] = pa.array(ids.astype(np.int32))
    return pa.table(columns)


def series_ids(table: pa.Table) -> Index:
    """Return the numbers of the series, as `series_table` was told them."""
    return numbers(table, "id") if "id" in table.column_names else np.arange(table.num_rows)


def label_index(table: pa.Table) -> LabelIndex:
    """Return what `series_table` made, as numbers."""
    maps = pa.concat_arrays([pa.array([], _LABELS), *table.column("labels").chunks])
    names = maps.keys.dictionary_encode()
    values = maps.items.dictionary_encode()
    starts = maps.offsets.to_numpy().astype(np.int64)
    return LabelIndex(
        names.dictionary.to_pylist(),
        values.dictionary.to_pylist(),
        starts - starts[0],
        names.indices.to_numpy().astype(np.int64),
        values.indices.to_numpy().astype(np.int64),
    )


def runs_table(series: Index, clock: Index) -> pa.Table:
    """Return which series have samples in a partition, and their clocks."""
    return pa.table({"series": series.astype(np.int32), "clock": clock.astype(np.int32)})


def clocks_table(times: Times, clock_starts: Index) -> pa.Table:
    """Return the times of all clocks, one row each."""
    clock = np.repeat(np.arange(len(clock_starts) - 1, dtype=np.int32), np.diff(clock_starts))
    return pa.table({"clock": clock, "time": pa.array(times, pa.timestamp("ms", "UTC"))})


def values_table(values: Values) -> pa.Table:
    """Return the values of a partition."""
    return pa.table({"value": values})


def numbers(table: pa.Table, column: str) -> Index:
    """Return a column of whole numbers or times as int64."""
    found = table.column(column)
    if found.null_count:
        raise TypeError
    return np.asarray(found.cast(pa.int64()).to_numpy(), np.int64)


def floats(table: pa.Table, column: str) -> Values:
    """Return a column of floats."""
    found = table.column(column)
    if found.type != pa.float64() or found.null_count:
        raise TypeError
    return np.asarray(found.to_numpy(), np.float64)


def histograms_table(histograms: Objects) -> pa.Table:
    """Return the native histograms among samples, each with the row of its sample."""
    rows = [(row, found) for row, found in enumerate(histograms.tolist()) if found is not None]
    return pa.Table.from_pylist([_to_row(row, found) for row, found in rows], schema=_HISTOGRAM)


def read_histograms(table: pa.Table) -> tuple[Index, Objects]:
    """Return the rows and the histograms that `histograms_table` wrote."""
    rows = table.to_pylist()
    found = np.empty(len(rows), object)
    found[:] = [_from_row(row) for row in rows]
    return np.array([row["row"] for row in rows], np.int64), found


_HINTS: Final = (ResetHint.UNKNOWN, ResetHint.RESET, ResetHint.NOT_RESET, ResetHint.GAUGE)
"""Numbered as in Prometheus (`CounterResetHint`)."""


def _to_row(row: int, histogram: Histogram) -> dict[str, Any]:
    fields = {
        "row": row,
        "schema": histogram.schema,
        "count": histogram.count,
        "sum": histogram.sum,
        "zero_threshold": histogram.zero_threshold,
        "zero_count": histogram.zero_count,
        "custom_values": histogram.custom,
        "counter_reset": _HINTS.index(histogram.hint),
    }
    for side in ("positive", "negative"):
        found, counts = spans(getattr(histogram, side))
        fields[f"{side}_spans"] = [{"offset": offset, "length": size} for offset, size in found]
        fields[f"{side}_buckets"] = counts
    return fields


def _from_row(row: dict[str, Any]) -> Histogram:
    sides = {
        side: placed(
            [(span["offset"], span["length"]) for span in row[f"{side}_spans"]],
            row[f"{side}_buckets"],
        )
        for side in ("positive", "negative")
    }
    return Histogram(
        schema=row["schema"],
        count=row["count"],
        sum=row["sum"],
        zero_threshold=row["zero_threshold"],
        zero_count=row["zero_count"],
        custom=tuple(row["custom_values"]),
        hint=_HINTS[row["counter_reset"]],
        **sides,
    )
