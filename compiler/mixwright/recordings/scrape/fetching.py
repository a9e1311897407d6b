"""One HTTP request for metrics, bounded in time and size."""

from __future__ import annotations

import time
import zlib
from typing import Any, Final

import attrs

from mixwright.errors import RecordingError

ACCEPT: Final = (
    "application/openmetrics-text;version=1.0.0;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
)
"""What is understood, most wanted first. Native histograms come over protobuf only, which is not."""

LARGEST_BODY: Final = 1 << 28
"""Bytes; Prometheus has no limit unless it is told one, but a quarter of a gigabyte is no exposition."""

_PIECE: Final = 1 << 16


@attrs.frozen
class Answer:
    """The body of an answer, uncompressed, and whether it says that it is OpenMetrics."""

    body: bytes
    openmetrics: bool


def fetch(url: str, timeout: float) -> Answer:
    """Fetch `url` within `timeout` seconds; a `RecordingError` says why there is no answer."""
    import http.client
    import urllib.error
    import urllib.request

    deadline = time.monotonic() + timeout
    request = urllib.request.Request(
        url,
        headers={
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip",
            "User-Agent": "mixwright",
            "X-Prometheus-Scrape-Timeout-Seconds": f"{timeout:g}",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            if response.status != 200:
                raise RecordingError(f"`{url}` answered with status {response.status}")
            zipped = response.headers.get("Content-Encoding") == "gzip"
            kind = response.headers.get_content_type()
            body = _read(response, url, deadline, zipped=zipped)
    except urllib.error.HTTPError as error:
        error.close()
        raise RecordingError(f"`{url}` answered with status {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise RecordingError(f"`{url}` does not answer: {reason}".replace("\n", " ")) from None
    return Answer(body, kind == "application/openmetrics-text")


def _read(response: Any, url: str, deadline: float, *, zipped: bool) -> bytes:
    unzip = zlib.decompressobj(wbits=31) if zipped else None
    body = bytearray()
    while piece := response.read1(_PIECE):
        if time.monotonic() > deadline:
            raise TimeoutError("timed out")
        while piece:
            try:
                body += unzip.decompress(piece, _PIECE) if unzip else piece
            except zlib.error as error:
                raise RecordingError(f"`{url}` answers with broken gzip: {error}") from None
            piece = unzip.unconsumed_tail if unzip else b""
            if len(body) > LARGEST_BODY:
                raise RecordingError(f"`{url}` answers with more than {LARGEST_BODY} bytes")
    if unzip and not unzip.eof:
        raise RecordingError(f"`{url}` breaks off in the middle of its answer")
    return bytes(body)
