"""Remote read: samples as Prometheus stores them, with staleness markers and native histograms.

Source: prometheus, `prompb/{remote,types}.proto`, `storage/remote/{read_handler,chunked}.go`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from mixwright.frame import Histogram, Objects, Samples, Times, Values
from mixwright.frame.slicing import between
from mixwright.recordings.pieces import SeriesPieces
from mixwright.recordings.server import protobuf
from mixwright.recordings.server.chunks import ReceivedChunks
from mixwright.recordings.server.client import AbsentError, Answer, Client, TooMuchError
from mixwright.recordings.server.external import external_labels, without_labels
from mixwright.recordings.server.histograms import read_histogram
from mixwright.recordings.server.kernels import plain_samples
from mixwright.recordings.server.protobuf import WireError, fields, message, number, signed, text
from mixwright.recordings.server.ways import LARGEST, selecting
from mixwright.recordings.tsdb import kernels
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

_PATH: Final = "api/v1/read"
_HEADERS: Final = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "Accept-Encoding": "snappy",
    "X-Prometheus-Remote-Read-Version": "0.1.0",
}
_SAMPLES, _CHUNKS = 0, 1
_OPS: Final = {
    MatchOp.EQUAL: 0,
    MatchOp.NOT_EQUAL: 1,
    MatchOp.REGEX: 2,
    MatchOp.NOT_REGEX: 3,
}
_LARGEST_FRAME: Final = 64 << 20
_LARGEST_MESSAGE: Final = 256 << 20


class RemoteRead:
    """Streamed chunks where the server has them, else plain samples."""

    name = "remote read"
    marked = True

    def __init__(self, client: Client, *, streamed: bool = True) -> None:
        self._client = client
        self._types = (_CHUNKS, _SAMPLES) if streamed else (_SAMPLES,)
        self._unwanted, self._left = external_labels(client)

    @classmethod
    def of(cls, client: Client, time: int) -> RemoteRead:
        """Return this way to a server; an error when it does not answer a small request as it should."""
        way = cls(client)
        way.fetch((Matcher(METRIC_NAME, MatchOp.EQUAL, "up"),), time - 1, time)
        return way

    def fetch(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers`, with samples in [start, end] (ms), sorted."""
        import pyarrow

        body = pyarrow.compress(
            _request(selecting(matchers), start, end, self._types), codec="snappy", asbytes=True
        )

        def read(answer: Answer) -> Samples:
            try:
                match answer.content_type:
                    case "application/x-streamed-protobuf":
                        return _read_chunks(answer, start, end)
                    case "application/x-protobuf":
                        return between(_read_samples(answer), start, end)
            except WireError as error:
                answer.damaged(f"bytes that are no message of remote read ({error})")
            raise AbsentError(
                f"`{answer.url}` answers with `{answer.content_type}`, not by remote read"
            )

        samples = self._client.ask(_PATH, read, body=body, headers=_HEADERS)
        return without_labels(samples, self._unwanted)

    def notes(self) -> tuple[str, ...]:
        """Say which labels series may have that they do not have on the server."""
        if not self._left:
            return ()
        return (
            f"the server puts its external labels `{self._left}` onto series that do not have these "
            "labels; its own rules do not see them",
        )


WAY = RemoteRead


def _request(matchers: Sequence[Matcher], start: int, end: int, types: Sequence[int]) -> bytes:
    query = protobuf.write_number(1, start) + protobuf.write_number(2, end)
    for matcher in matchers:
        query += protobuf.write_bytes(
            3,
            protobuf.write_number(1, _OPS[matcher.op])
            + protobuf.write_bytes(2, matcher.name.encode())
            + protobuf.write_bytes(3, matcher.value.encode()),
        )
    accepted = b"".join(protobuf.write_number(2, kind) for kind in types)
    return protobuf.write_bytes(1, query) + accepted


def _read_chunks(answer: Answer, start: int, end: int) -> Samples:
    """Read a stream of frames with a few series and some of their chunks each."""
    received = ReceivedChunks()
    for frame in _frames(answer):
        for field, _, value in fields(frame):
            if field == 1:
                read_series(message(value), received)
        if received.sample_count > LARGEST:
            raise TooMuchError(f"`{answer.url}` answers with more than {LARGEST} samples")
    return received.samples(start, end)


def _frames(answer: Answer) -> Iterator[memoryview]:
    """Yield the frames of a stream: length, CRC-32C of what follows, and that (`chunked.go`)."""
    buffer = bytearray()
    for piece in answer.pieces():
        buffer += piece
        position = 0
        while True:
            head = memoryview(bytes(buffer[position : position + 10]))
            try:
                length, width = protobuf.uvarint(head, 0)
            except WireError:
                if len(head) == 10:
                    raise
                break
            if length > _LARGEST_FRAME:
                raise WireError(f"a frame of {length} bytes")
            begin = position + width + 4
            if len(buffer) < begin + length:
                break
            frame = bytes(buffer[begin : begin + length])
            checksum = int.from_bytes(buffer[begin - 4 : begin], "big")
            if kernels.crc32c(np.frombuffer(frame, np.uint8), 0, length) != checksum:
                raise WireError("a frame that does not match its checksum")
            yield memoryview(frame)
            position = begin + length
        del buffer[:position]
    if buffer:
        raise WireError("a frame that ends too soon")


def read_series(data: memoryview, received: ReceivedChunks) -> None:
    """Take what a message `ChunkedSeries` has; a `WireError` when it is none."""
    pairs: list[tuple[str, str]] = []
    chunks = []
    for field, _, value in fields(data):
        if field == 1:
            pairs.append(_label(bytes(message(value))))
        elif field == 2:
            chunks.append(_chunk(message(value)))
    labels = Labels(pairs)
    for chunk in chunks:
        received.add(labels, *chunk)


@functools.lru_cache(maxsize=1 << 16)
def _label(data: bytes) -> tuple[str, str]:
    """Read a message `Label`; most are those of other series too."""
    found = {field: text(value) for field, _, value in fields(memoryview(data))}
    return found.get(1, ""), found.get(2, "")


def _chunk(data: memoryview) -> tuple[int, int, bytes]:
    first = encoding = 0
    content = b""
    for field, _, value in fields(data):
        match field:
            case 1:
                first = signed(number(value))
            case 3:
                encoding = number(value)
            case 4:
                content = bytes(message(value))
    return first, encoding, content


def _read_samples(answer: Answer) -> Samples:
    """Read one message, compressed as a whole, with all series."""
    import pyarrow

    packed = answer.whole(_LARGEST_MESSAGE)
    size, _ = protobuf.uvarint(memoryview(packed), 0)
    if size > _LARGEST_MESSAGE:
        raise TooMuchError(f"`{answer.url}` answers with {size >> 20} MB")
    try:
        content = pyarrow.decompress(packed, decompressed_size=size, codec="snappy", asbytes=True)
    except OSError:
        raise WireError("not compressed by Snappy") from None
    gathered = SeriesPieces()
    for field, _, result in fields(memoryview(content)):
        if field == 1:
            for part, _, series in fields(message(result)):
                if part == 1:
                    gathered.add(*read_plain_series(message(series)))
    return gathered.samples()


def read_plain_series(data: memoryview) -> tuple[Labels, Times, Values, Objects | None]:
    """Read a message `TimeSeries`: labels, times (ms), values, histograms if there are any; or a `WireError`."""
    most = len(data) // 2 + 1
    times, bits = np.empty(most, np.int64), np.empty(most, np.uint64)
    count, first, last = plain_samples(np.frombuffer(data, np.uint8), times, bits)
    times, values = times[:count].copy(), bits[:count].copy().view(np.float64)
    pairs: list[tuple[str, str]] = []
    histograms: list[tuple[int, Histogram]] = []
    for field, _, value in chain(fields(data[:first]), fields(data[last:])):
        match field:
            case 1:
                pairs.append(_label(bytes(message(value))))
            case 2:
                raise WireError("a sample that is not laid out as Prometheus lays it out")
            case 4:
                histograms.append(read_histogram(message(value)))
    if not histograms:
        return Labels(pairs), times, values, None
    objects = np.full(count + len(histograms), None, object)
    objects[count:] = [histogram for _, histogram in histograms]
    times = np.append(times, [time for time, _ in histograms])
    return Labels(pairs), times, np.append(values, np.full(len(histograms), np.nan)), objects
