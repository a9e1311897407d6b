"""Servers that are busy, slow, broken or hostile: asked again where that helps, one clear line where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings import Server
from mixwright.recordings.server import client
from mixwright.recordings.server.address import Access, basic
from mixwright.recordings.server.client import Patience
from mixwright.recordings.server.rangequery import RangeQuery
from mixwright.recordings.server.reading import ServerRecording

from .conftest import START, same, series
from .servers import Reply, Request, Scripted, failure, query_api, success

HURRIED = Patience(attempts=4, connect=1, silence=0.3, answer=2, pause=0.001, longest_pause=0.002)
END = START + 600_000
TIMES = np.arange(START, END, 1_000)
SAMPLES = Samples.of(
    series("load", TIMES, np.arange(len(TIMES)) * (0.1 + number), instance="a", **cpu)
    for number, cpu in enumerate(({"cpu": "0"}, {"cpu": "1"}, {"cpu": "a.b"}, {}))
)
API = query_api(SAMPLES)
NOBODY = Access()


def _read(url: str, way: type | None = RangeQuery, access: Access = NOBODY) -> Samples:
    recording = ServerRecording(
        Server(url, access), start=START, end=END, way=way, patience=HURRIED
    )
    return recording.fetch((), START, END)


def _first(replies: list[Reply], then: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
    """Answer with `replies`, and then as `then` does."""
    waiting = iter(replies)
    return lambda request: next(waiting, None) or then(request)


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(503, b"try later", {"Retry-After": "0"}),
        Reply(503, b"try later", {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        Reply(429, b"slow down", {"Retry-After": "soon"}),
        Reply(500, b"oops"),
        Reply(502, b"<html><h1>Bad Gateway</h1></html>"),
        Reply(body=b'{"status": "success"}', cut=7),
        Reply(cut=0, body=b"nothing"),
    ],
    ids=lambda reply: f"{reply.status}-{reply.cut}",
)
def test_what_may_pass_is_asked_again(trouble: Reply) -> None:
    with Scripted(_first([trouble, trouble, trouble], API)) as server:
        assert same(SAMPLES, _read(server.url))


def test_what_does_not_pass_is_told_in_the_end() -> None:
    with (
        Scripted(lambda _: failure(500, "internal", "disk full")) as server,
        pytest.raises(RecordingError, match="answers 500: disk full, 4 times in a row"),
    ):
        _read(server.url)


def test_the_server_says_how_long_to_wait_within_reason() -> None:
    patience = Patience()

    assert patience.before(1, 7.0) == 7.0
    assert patience.before(1, 1e9) == patience.granted
    assert patience.before(99, None) <= patience.longest_pause


def test_a_server_that_is_too_slow_for_much_is_asked_for_less() -> None:
    def answer(request: Request) -> Reply:
        wide = "[60" in request.fields.get("query", "") or "[10m" in request.fields.get("query", "")
        return API(request)._replace(pause=1.0 if wide else 0.0)

    with Scripted(answer) as server:
        assert same(SAMPLES, _read(server.url))


@pytest.mark.parametrize(
    "refusal",
    [
        failure(422, "execution", "query processing would load too many samples into memory"),
        failure(503, "timeout", "query timed out in expression evaluation"),
        Reply(413, b""),
        Reply(400, b"exceeded sample limit (1000)"),
    ],
    ids=lambda reply: reply.status,
)
def test_a_refused_range_is_split(refusal: Reply) -> None:
    def answer(request: Request) -> Reply:
        reply = API(request)
        return refusal if reply.body.count(b"], [") > 400 else reply

    with Scripted(answer) as server:
        assert same(SAMPLES, _read(server.url))


def test_too_many_series_are_split_by_the_label_that_has_most_values() -> None:
    def answer(request: Request) -> Reply:
        reply = API(request)
        many = request.path.endswith("query") and reply.body.count(b'"metric"') > 1
        return failure(422, "execution", "maximum number of series (limit: 1)") if many else reply

    with Scripted(answer) as server:
        assert same(SAMPLES, _read(server.url))
        # The probe, everything, two halves, four quarters, and the series to choose the halves from.
        assert len(server.requests) == 1 + 1 + 2 + 4 + 3


def test_one_series_that_has_too_many_samples_is_split_by_time() -> None:
    # The words are about series, and yet fewer of them do not help.
    words = "the query exceeded the maximum number of chunks; reduce the number of series"

    def answer(request: Request) -> Reply:
        reply = API(request)
        much = request.path.endswith("query") and reply.body.count(b"], [") > 100
        return failure(422, "execution", words) if much else reply

    with Scripted(answer) as server:
        assert same(SAMPLES, _read(server.url))


def test_one_series_that_is_too_much_is_told() -> None:
    def answer(request: Request) -> Reply:
        query = request.path.endswith("query") and "load" not in request.fields["query"]
        probe = '"up"' in request.fields.get("query", "")
        return Reply(413, b"too large") if query and not probe else API(request)

    with (
        Scripted(answer) as server,
        pytest.raises(RecordingError, match="it was asked for one series in"),
    ):
        _read(server.url)


def test_an_answer_that_does_not_end_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_LARGEST_JSON", 20_000)
    with Scripted(API) as server:
        assert same(SAMPLES, _read(server.url))


def test_redirects_are_not_followed_and_carry_nothing_elsewhere() -> None:
    with Scripted(API) as elsewhere:
        place = Reply(302, headers={"Location": f"{elsewhere.url}/login?next=token"})
        with (
            Scripted(lambda _: place) as server,
            pytest.raises(RecordingError, match=f"redirects to `{elsewhere.url}/login`; give"),
        ):
            _read(server.url, access=Access("Bearer abc"))

        assert elsewhere.requests == []
        assert server.requests[0].headers["Authorization"] == "Bearer abc"


def test_headers_go_with_every_request() -> None:
    access = Access("Bearer abc", {"X-Scope-OrgID": "team"})
    with Scripted(API) as server:
        _read(server.url, way=None, access=access)

        assert {request.headers["X-Scope-OrgID"] for request in server.requests} == {"team"}
        assert {request.headers["Authorization"] for request in server.requests} == {"Bearer abc"}


@pytest.mark.parametrize(
    ("access", "secret"),
    [
        (Access("Bearer abc123"), "abc123"),
        (Access(basic("ali", "open sesame")), "open sesame"),
        (Access(headers={"X-Api-Key": "abc123"}), "abc123"),
    ],
)
def test_secrets_that_a_server_repeats_are_not_told(access: Access, secret: str) -> None:
    def answer(request: Request) -> Reply:
        return Reply(400, f"bad token {secret} in {request.headers}\n\x1b[31m".encode())

    with Scripted(answer) as server, pytest.raises(RecordingError) as error:
        _read(server.url, access=access)

    assert secret not in str(error.value)
    assert "bad token" in str(error.value)
    assert str(error.value).isprintable()


def test_a_partial_answer_is_refused() -> None:
    def answer(request: Request) -> Reply:
        return Reply(body=API(request).body.replace(b"{", b'{"isPartial": true, ', 1))

    with Scripted(answer) as server, pytest.raises(RecordingError, match="a part of what it has"):
        _read(server.url)


def test_what_a_server_warns_of_is_passed_on() -> None:
    def answer(request: Request) -> Reply:
        reply = API(request)
        warned = b'{"warnings": ["remote storage is down"], '
        return reply._replace(body=reply.body.replace(b"{", warned, 1))

    with Scripted(answer) as server:
        recording = ServerRecording(Server(server.url), start=START, end=END, patience=HURRIED)
        recording.select((), START, END)

    assert "the server warns: remote storage is down" in recording.notes


SERIES = {"metric": {"__name__": "up"}, "values": [[1, "1"]]}


@pytest.mark.parametrize(
    "body",
    [
        b"<html>log in</html>",
        b"[" * 100_000,
        b"{}",
        b"[]",
        b"null",
        b'{"status": "success"}',
        json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}}).encode(),
        *(
            success({"resultType": "matrix", "result": [SERIES | broken]}).body
            for broken in (
                {"metric": None},
                {"metric": {"a": 1}},
                {"values": 5},
                {"values": [[1]]},
                {"values": [[1, "x"]]},
                {"values": [[1, None]]},
                {"values": [[1e300, "1"]]},
                {"values": [["1", ["2"]]]},
            )
        ),
    ],
)
def test_answers_of_another_shape_are_refused_in_one_line(body: bytes) -> None:
    with Scripted(lambda _: Reply(body=body)) as server, pytest.raises(RecordingError) as error:
        _read(server.url)

    assert server.url in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("way", [None, RangeQuery])
def test_a_server_that_is_something_else_is_refused(way: type | None) -> None:
    with Scripted(lambda _: Reply(body=b"hello")) as server, pytest.raises(RecordingError):
        _read(server.url, way)
