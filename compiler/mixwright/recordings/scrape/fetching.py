"""One HTTP request for metrics, bounded in time and size."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable
from typing import Final

import attrs
from urllib3 import BaseHTTPResponse, Retry
from urllib3.exceptions import HTTPError

from mixwright.errors import RecordingError
from mixwright.recordings.server.address import OPEN, Access
from mixwright.recordings.server.pool import innermost, open_pool, own_headers

ACCEPT: Final = (
    "application/openmetrics-text;version=1.0.0;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
)
"""What is understood, most wanted first. Native histograms come over protobuf only, which is not."""

LARGEST_BODY: Final = 1 << 28
"""Bytes; Prometheus has no limit unless it is told one, but a quarter of a gigabyte is no exposition."""

_PIECE: Final = 1 << 16
_PATIENCE: Final = 10.0
_REDIRECTS: Final = 10


@attrs.frozen
class Answer:
    """The body of an answer, uncompressed, and whether it says that it is OpenMetrics."""

    body: bytes
    openmetrics: bool


class Fetcher:
    """Fetches metrics of `urls` with what targets want to see, over connections that are kept.

    Raises `RecordingError` when TLS is spoken and a file of its configuration cannot be used.
    """

    def __init__(self, urls: Iterable[str], access: Access = OPEN) -> None:
        self._pool = open_pool(access, urls, connect=_PATIENCE, silence=_PATIENCE)
        self._headers = {
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip",
            "User-Agent": "mixwright",
            **own_headers(access),
        }

    def fetch(self, url: str, timeout: float) -> Answer:
        """Fetch `url` within `timeout` seconds; a `RecordingError` says why there is no answer."""
        deadline = time.monotonic() + timeout
        try:
            response = self._pool.request(
                "GET",
                url,
                headers={**self._headers, "X-Prometheus-Scrape-Timeout-Seconds": f"{timeout:g}"},
                timeout=timeout,
                redirect=True,
                retries=Retry(connect=0, read=0, other=0, redirect=_REDIRECTS),
                preload_content=False,
                decode_content=False,
            )
            try:
                if response.status != 200:
                    raise RecordingError(f"`{url}` answered with status {response.status}")
                body = _read(response, url, deadline)
                response.release_conn()
            finally:
                response.close()
        except (OSError, HTTPError) as error:
            reason = " ".join(str(innermost(error)).split())
            raise RecordingError(f"`{url}` does not answer: {reason}") from None
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(body, kind == "application/openmetrics-text")


def _read(response: BaseHTTPResponse, url: str, deadline: float) -> bytes:
    zipped = response.headers.get("Content-Encoding") == "gzip"
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
