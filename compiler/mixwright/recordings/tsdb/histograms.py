"""Native histograms in chunks and in write-ahead logs, integer and float.

Source: `tsdb/chunkenc/{histogram,float_histogram,histogram_meta,varbit}.go` and
`tsdb/record/record.go` of Prometheus.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import attrs
import numpy as np

from mixwright.frame import STALE_NAN_BITS
from mixwright.frame.histogram import CUSTOM_BUCKETS, Histogram, ResetHint
from mixwright.recordings.spans import Span, indexes, placed
from mixwright.recordings.tsdb.records import Decoder, RecordType, wrapped
from mixwright.recordings.tsdb.wal import Record

INTEGER, FLOAT, INTEGER_FROM, FLOAT_FROM = 2, 3, 5, 6
"""The chunk encodings (`tsdb/chunkenc/chunk.go`); the last two tell since when each sample counts."""
HISTOGRAMS: Final = (INTEGER, FLOAT, INTEGER_FROM, FLOAT_FROM)
WITH_START_TIMES: Final = (INTEGER_FROM, FLOAT_FROM)
COUNT_WITH_START_TIMES: Final = 0x3FFF
"""The bits of the first two bytes that count samples, where those above say what the third byte else does."""

_WIDTHS: Final = (0, 3, 6, 9, 12, 18, 25, 56, 64)
"""Bits behind a prefix of so many ones (`varbit.go`)."""
_MASK: Final = (1 << 64) - 1


class BitReader:
    """A stream of bits, most significant first; `EOFError` when it ends too soon."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "big")
        self._left = len(data) * 8

    @property
    def left(self) -> int:
        """How many bits are left."""
        return self._left

    def bits(self, count: int) -> int:
        """Read an unsigned number of `count` bits."""
        self._left -= count
        if self._left < 0:
            raise EOFError
        return (self._number >> self._left) & ((1 << count) - 1)

    def _width(self) -> int:
        ones = 0
        while ones < 8 and self.bits(1):
            ones += 1
        return _WIDTHS[ones]

    def unsigned(self) -> int:
        """Read a varbit-encoded unsigned number."""
        return self.bits(self._width())

    def signed(self) -> int:
        """Read a varbit-encoded signed number."""
        width = self._width()
        if not width:
            return 0
        raw = self.bits(width)
        limit = 1 << (width - 1)
        # Two's complement in 64 bits; below, the range is shifted up by one.
        negative = raw >= limit if width == 64 else raw > limit
        return raw - (1 << width) if negative else raw

    def float64(self) -> float:
        """Read a float with all its bits."""
        return _float(self.bits(64))


class _Xor:
    """A float that is stored as the difference of its bits to the one before (`xor.go`)."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self._trailing = 0
        self._width = 0

    def next(self, reader: BitReader) -> float:
        if reader.bits(1):
            if reader.bits(1):
                leading = reader.bits(5)
                self._width = reader.bits(6) or 64
                self._trailing = 64 - leading - self._width
                if self._trailing < 0:
                    raise EOFError
            self.bits ^= reader.bits(self._width) << self._trailing
        return _float(self.bits)


class _Delta:
    """A whole number whose differences, or the differences of these, are stored."""

    def __init__(self, value: int) -> None:
        self.value = value
        self._delta: int | None = None

    def next(self, reader: BitReader) -> int:
        step = reader.signed()
        self._delta = step if self._delta is None else self._delta + step
        self.value += self._delta
        return self.value


def decode_chunk(data: bytes, encoding: int) -> tuple[list[int], list[Histogram]]:
    """Decode a histogram chunk's data into times (ms) and histograms; `EOFError` when it is not sound."""
    if len(data) < _HEADER_SIZE:
        raise EOFError
    count = int.from_bytes(data[:2], "big")
    header = _HEADERS[data[2] >> 6]
    reader = BitReader(data[_HEADER_SIZE:])
    starts = _StartTimes(0)
    if encoding in WITH_START_TIMES:
        header = _HEADERS[count >> 14]
        count &= COUNT_WITH_START_TIMES
        starts = _StartTimes(data[2])
    layout = _Layout(reader)
    read = _integer_samples if encoding in (INTEGER, INTEGER_FROM) else _float_samples
    times: list[int] = []
    found: list[Histogram] = []
    for number, fields in enumerate(read(reader, layout, count)):
        starts.skip(reader, number)
        times.append(wrapped(fields.time))
        found.append(layout.histogram(fields, _hint(header, number)))
    return times, found


_HEADER_SIZE: Final = 3


@attrs.frozen
class _StartTimes:
    """Since when each sample counts (`tsdb/chunkenc/st.go`), which nothing here needs: it is read over.

    The upper bit of `said` tells whether the first sample says it, the others from which sample on
    each one does, as the difference to what was expected.
    """

    said: int

    def skip(self, reader: BitReader, number: int) -> None:
        """Read over what follows sample `number`, the first one 0."""
        if number == 0 and self.said & 0x80:
            while reader.bits(8) & 0x80:
                pass
        if 0 < self.said & 0x7F <= number:
            reader.signed()


_HEADERS: Final = (ResetHint.UNKNOWN, ResetHint.NOT_RESET, ResetHint.RESET, ResetHint.GAUGE)
"""What the first two bits of a chunk's third byte say (`CounterResetHeader`)."""


def _hint(header: ResetHint, number: int) -> ResetHint:
    """Return what a chunk's header says about its sample `number` (`counterResetHint`)."""
    if header is ResetHint.GAUGE:
        return header
    if number > 0:
        return ResetHint.NOT_RESET
    return ResetHint.RESET if header is ResetHint.RESET else ResetHint.UNKNOWN


class _Layout:
    """What all histograms of a chunk share: schema, zero threshold, spans, custom bounds."""

    def __init__(self, reader: BitReader) -> None:
        threshold = reader.bits(8)
        match threshold:
            case 0:
                self.zero_threshold = 0.0
            case 255:
                self.zero_threshold = reader.float64()
            case _:
                self.zero_threshold = math.ldexp(0.5, threshold - 243)
        self.schema = reader.signed()
        self.positive = _read_indexes(reader)
        self.negative = _read_indexes(reader)
        self.custom: tuple[float, ...] = ()
        if self.schema == CUSTOM_BUCKETS:
            self.custom = tuple(_custom_bound(reader) for _ in range(reader.unsigned()))

    def histogram(self, fields: _Fields, hint: ResetHint) -> Histogram:
        if _is_stale(fields.sum):
            return Histogram(schema=0, count=0.0, sum=fields.sum)
        return Histogram(
            schema=self.schema,
            count=float(fields.total),
            sum=fields.sum,
            zero_threshold=self.zero_threshold,
            zero_count=float(fields.zeros),
            positive=dict(zip(self.positive, fields.positive, strict=True)),
            negative=dict(zip(self.negative, fields.negative, strict=True)),
            custom=self.custom,
            hint=hint,
        )


def _read_indexes(reader: BitReader) -> tuple[int, ...]:
    spans: list[Span] = []
    for _ in range(reader.unsigned()):
        length = reader.unsigned()
        spans.append((reader.signed(), length))
    if sum(length for _, length in spans) > reader.left:
        raise EOFError
    return indexes(spans)


def _custom_bound(reader: BitReader) -> float:
    """Read a bound: small multiples of a thousandth as a number, all else with its bits."""
    value = reader.unsigned()
    return reader.float64() if value == 0 else (value - 1) / 1000


class _Fields(NamedTuple):
    """What changes from sample to sample; buckets are absolute counts."""

    time: int
    total: float
    zeros: float
    sum: float
    positive: Sequence[float] = ()
    negative: Sequence[float] = ()


def _integer_samples(reader: BitReader, layout: _Layout, count: int) -> Iterator[_Fields]:
    if not count:
        return
    time, total = _Delta(reader.signed()), _Delta(reader.unsigned())
    zeros, sum_ = _Delta(reader.unsigned()), _Xor(reader.bits(64))
    positive = [_Delta(reader.signed()) for _ in range(len(layout.positive))]
    negative = [_Delta(reader.signed()) for _ in range(len(layout.negative))]
    yield _Fields(
        time.value,
        total.value,
        zeros.value,
        _float(sum_.bits),
        _absolute([bucket.value for bucket in positive]),
        _absolute([bucket.value for bucket in negative]),
    )
    for _ in range(count - 1):
        fields = _Fields(
            time.next(reader), total.next(reader), zeros.next(reader), sum_.next(reader)
        )
        if not _is_stale(fields.sum):
            # A staleness marker has no buckets, and leaves those before it as they were.
            fields = fields._replace(
                positive=_absolute([bucket.next(reader) for bucket in positive]),
                negative=_absolute([bucket.next(reader) for bucket in negative]),
            )
        yield fields


def _float_samples(reader: BitReader, layout: _Layout, count: int) -> Iterator[_Fields]:
    if not count:
        return
    time = _Delta(reader.signed())
    total, zeros, sum_ = (_Xor(reader.bits(64)) for _ in range(3))
    positive = [_Xor(reader.bits(64)) for _ in range(len(layout.positive))]
    negative = [_Xor(reader.bits(64)) for _ in range(len(layout.negative))]
    yield _Fields(
        time.value,
        _float(total.bits),
        _float(zeros.bits),
        _float(sum_.bits),
        [_float(bucket.bits) for bucket in positive],
        [_float(bucket.bits) for bucket in negative],
    )
    for _ in range(count - 1):
        fields = _Fields(
            time.next(reader), total.next(reader), zeros.next(reader), sum_.next(reader)
        )
        if not _is_stale(fields.sum):
            fields = fields._replace(
                positive=[bucket.next(reader) for bucket in positive],
                negative=[bucket.next(reader) for bucket in negative],
            )
        yield fields


def _absolute(deltas: Sequence[int]) -> list[float]:
    """Return the counts of buckets that are stored as differences to the bucket before."""
    return [float(count) for count in itertools.accumulate(deltas)]


def _float(bits: int) -> float:
    return float(np.uint64(bits & _MASK).view(np.float64))


def _is_stale(value: float) -> bool:
    return bool(np.float64(value).view(np.uint64) == STALE_NAN_BITS)


def read_wal_histograms(record: Record, kind: RecordType) -> Iterator[tuple[int, int, Histogram]]:
    """Yield series reference, time (ms) and histogram of each sample of a record."""
    decoder = Decoder(record)
    try:
        yield from _wal_histograms(decoder, kind)
    except EOFError:
        decoder.fail()


def _wal_histograms(decoder: Decoder, kind: RecordType) -> Iterator[tuple[int, int, Histogram]]:
    if not decoder:
        return
    floats = kind in (
        RecordType.FLOAT_HISTOGRAMS,
        RecordType.CUSTOM_FLOAT_HISTOGRAMS,
        RecordType.FLOAT_HISTOGRAMS_V2,
    )
    if kind in (RecordType.HISTOGRAMS_V2, RecordType.FLOAT_HISTOGRAMS_V2):
        reference, first_time, _ = decoder.varint(), decoder.varint(), decoder.varint()
        yield reference, first_time, _wal_histogram(decoder, floats)
        while decoder:
            reference = wrapped(reference + decoder.varint())
            time = wrapped(first_time + decoder.varint())
            if decoder.byte() > 1:
                decoder.varint()
            yield reference, time, _wal_histogram(decoder, floats)
        return
    first_reference, first_time = decoder.int64(), decoder.int64()
    while decoder:
        reference = wrapped(first_reference + decoder.varint())
        time = wrapped(first_time + decoder.varint())
        yield reference, time, _wal_histogram(decoder, floats)


_HINTS: Final = (ResetHint.UNKNOWN, ResetHint.RESET, ResetHint.NOT_RESET, ResetHint.GAUGE)
"""`CounterResetHint` (`model/histogram/histogram.go`)."""


def _wal_histogram(decoder: Decoder, floats: bool) -> Histogram:
    number = decoder.float64 if floats else decoder.uvarint
    hint = _HINTS[decoder.byte() & 0b11]
    schema, threshold = decoder.varint(), decoder.float64()
    zero_count, count, total = number(), number(), decoder.float64()
    positive_spans = _wal_spans(decoder)
    negative_spans = _wal_spans(decoder)
    positive = _wal_buckets(decoder, floats)
    negative = _wal_buckets(decoder, floats)
    custom: tuple[float, ...] = ()
    if schema == CUSTOM_BUCKETS:
        custom = tuple(decoder.float64() for _ in range(decoder.count()))
    if _is_stale(total):
        return Histogram(schema=0, count=0.0, sum=total)
    return Histogram(
        schema=schema,
        count=float(count),
        sum=total,
        zero_threshold=threshold,
        zero_count=float(zero_count),
        positive=placed(positive_spans, positive),
        negative=placed(negative_spans, negative),
        custom=custom,
        hint=hint,
    )


def _wal_spans(decoder: Decoder) -> tuple[Span, ...]:
    return tuple((decoder.varint(), decoder.uvarint()) for _ in range(decoder.count()))


def _wal_buckets(decoder: Decoder, floats: bool) -> list[float]:
    count = decoder.count()
    if floats:
        return [decoder.float64() for _ in range(count)]
    return _absolute([decoder.varint() for _ in range(count)])
