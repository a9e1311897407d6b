"""What servers send, damaged on its way or on purpose: read, or refused in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.errors import RecordingError
from mixwright.frame import Samples, is_stale
from mixwright.recordings import Server
from mixwright.recordings.server import remoteread
from mixwright.recordings.server.chunks import ReceivedChunks
from mixwright.recordings.server.client import Patience
from mixwright.recordings.server.export import Export
from mixwright.recordings.server.protobuf import WireError, write_bytes, write_number
from mixwright.recordings.server.reading import ServerRecording
from mixwright.recordings.server.remoteread import RemoteRead
from mixwright.recordings.tsdb import kernels

from .conftest import START
from .servers import Reply, Request, Scripted

HURRIED = Patience(attempts=2, pause=0.001)
END = START + 600_000


def _read(url: str, way: type) -> Samples:
    recording = ServerRecording(Server(url), start=START, end=END, way=way, patience=HURRIED)
    return recording.fetch((), START, END)


def _frame(content: bytes, *, checksum: int | None = None) -> bytes:
    found = kernels.crc32c(np.frombuffer(content, np.uint8), 0, len(content))
    return _uvarint(len(content)) + (found if checksum is None else checksum).to_bytes(4) + content


def _uvarint(value: int) -> bytes:
    return write_number(0, value)[1:]


def _chunked(content: bytes, encoding: int = 1, labels: bytes = b"") -> bytes:
    chunk = write_number(1, START) + write_number(3, encoding) + write_bytes(4, content)
    name = write_bytes(1, write_bytes(1, b"__name__") + write_bytes(2, b"up"))
    return write_bytes(1, name + labels + write_bytes(2, chunk))


ONE = b"\x00\x01" + _uvarint(START * 2) + np.float64(1.5).tobytes()[::-1]
"""An XOR chunk with one sample."""
SOUND = _frame(_chunked(ONE))


def _streaming(body: bytes) -> Callable[[Request], Reply]:
    """Answer remote read with `body`, but for the probe at the end of the time."""
    kind = {"Content-Type": "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"}
    replies = iter([Reply(headers=kind)])

    def answer(request: Request) -> Reply:
        if request.path != "/api/v1/read":
            return Reply(404)
        return next(replies, Reply(body=body, headers=kind))

    return answer


def test_a_small_stream_is_read() -> None:
    with Scripted(_streaming(SOUND + SOUND)) as server:
        found = _read(server.url, RemoteRead)

    assert [str(labels) for labels in found.labels] == ["up"]
    assert (found.times.tolist(), found.values.tolist()) == ([START], [1.5])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (_frame(_chunked(ONE), checksum=1), "does not match its checksum"),
        (SOUND[:-1], "ends too soon"),
        (_uvarint(1 << 40) + SOUND, "a frame of 1099511627776 bytes"),
        (b"\xff" * 20, "a number that does not end"),
        (_frame(_chunked(ONE, encoding=9)), "has a chunk of encoding 9"),
        (_frame(_chunked(b"\xff\xff" + ONE[2:])), "a chunk of encoding 1 with 65535 samples in"),
        (_frame(_chunked(b"\x00\x05" + ONE[2:])), "is not encoded as Prometheus encodes it"),
        (_frame(_chunked(b"\x00\x03\x00", encoding=2)), "is not encoded as Prometheus encodes it"),
        (_frame(_chunked(b"")), "a chunk of encoding 1 with 0 samples in 0 bytes"),
        (_frame(write_number(1, 5)), "a number in the place of a message"),
        (_frame(b"\x0f"), "wire type 7"),
        (_frame(write_bytes(1, b"abc")[:-1]), "a field beyond the end"),
        (b"expanding series: disk full", "ends too soon"),
    ],
)
def test_a_damaged_stream_is_told_in_one_line(body: bytes, message: str) -> None:
    with (
        Scripted(_streaming(body)) as server,
        pytest.raises(RecordingError, match=message) as error,
    ):
        _read(server.url, RemoteRead)

    assert len(str(error.value).splitlines()) == 1


@settings(max_examples=300)
@given(data=st.data())
def test_no_stream_is_worse_than_a_wire_error(data: st.DataObject) -> None:
    body = bytearray(_chunked(ONE)[2:])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    received = ReceivedChunks()
    try:
        remoteread.read_series(
            memoryview(bytes(body[: data.draw(st.integers(0, len(body)))])), received
        )
        received.samples(START, END)
    except WireError:
        pass


def _plain(*samples: bytes) -> bytes:
    name = write_bytes(1, write_bytes(1, b"__name__") + write_bytes(2, b"up"))
    return name + b"".join(write_bytes(2, sample) for sample in samples)


def _sample(value: float, time: int) -> bytes:
    """A message `Sample`; zeros are left out, as Protocol Buffers do."""
    double = b"\x09" + np.float64(value).tobytes() if value else b""
    return double + (write_number(2, time) if time else b"")


@given(
    st.lists(st.tuples(st.floats(allow_nan=False), st.integers(-(2**63), 2**63 - 1)), max_size=20)
)
def test_plain_samples_are_what_they_were(samples: list[tuple[float, int]]) -> None:
    message = _plain(*(_sample(value, time) for value, time in samples))
    labels, times, values, histograms = remoteread.read_plain_series(memoryview(message))

    assert str(labels) == "up"
    assert list(zip(values.tolist(), times.tolist(), strict=True)) == samples
    assert histograms is None


@given(data=st.data())
def test_no_message_is_worse_than_a_wire_error(data: st.DataObject) -> None:
    message = bytearray(_plain(_sample(1.5, START), _sample(0.0, START + 1)))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        remoteread.read_plain_series(memoryview(bytes(message)))


@pytest.mark.parametrize(
    "body",
    [
        b"not snappy at all",
        _uvarint(1 << 60) + b"\x00",
        pyarrow.compress(b"\x0a\xff", codec="snappy", asbytes=True),
        pyarrow.compress(write_bytes(1, b"\x08\x01"), codec="snappy", asbytes=True),
    ],
)
def test_a_damaged_message_is_told_in_one_line(body: bytes) -> None:
    kind = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"}
    replies = iter([pyarrow.compress(b"", codec="snappy", asbytes=True)])

    def answer(request: Request) -> Reply:
        read = request.path == "/api/v1/read"
        return Reply(body=next(replies, body), headers=kind) if read else Reply(404)

    with Scripted(answer) as server, pytest.raises(RecordingError) as error:
        _read(server.url, RemoteRead)

    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b"[]",
        b'{"metric": {"a": "b"}, "values": [1]}',
        b'{"metric": {"a": "b"}, "values": [1], "timestamps": []}',
        b'{"metric": {"a": "b"}, "values": [1], "timestamps": [1.5]}',
        b'{"metric": {"a": "b"}, "values": [1], "timestamps": [1e300]}',
        b'{"metric": {"a": "b"}, "values": [1], "timestamps": [99999999999999999999]}',
        b'{"metric": {"a": "b"}, "values": [1], "timestamps": [[1]]}',
        b'{"metric": {"a": "b"}, "values": ["x"], "timestamps": [1]}',
        b'{"metric": {"a": 1}, "values": [1], "timestamps": [1]}',
    ],
)
def test_a_line_of_another_shape_is_refused_in_one_line(line: bytes) -> None:
    with Scripted(lambda _: Reply(body=line)) as server, pytest.raises(RecordingError) as error:
        _read(server.url, Export)

    assert "that is not of VictoriaMetrics' export" in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_infinity_is_read_as_old_and_new_releases_write_it() -> None:
    body = (
        b'{"metric":{"__name__":"up","k":"+Inf"},"values":[+Inf,-Inf,"Infinity",null,NaN],"timestamps":[%d,%d,%d,%d,%d]}'
        % tuple(range(START, START + 5))
    )
    with Scripted(lambda _: Reply(body=body)) as server:
        found = _read(server.url, Export)

    assert found.values[:3].tolist() == [np.inf, -np.inf, np.inf]
    assert is_stale(found.values).tolist() == [False, False, False, True, True]
    assert found.labels[0]["k"] == "+Inf"
