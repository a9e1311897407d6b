"""Requests to a live server: repeated when that helps, bounded in time and size, telling no secrets."""

from __future__ import annotations

import json
import random
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlencode

import attrs
import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError

from mixwright.errors import RecordingError
from mixwright.recordings.server.address import Server
from mixwright.recordings.server.pool import innermost, open_pool, own_headers

Read = TypeVar("Read")
Fields = Sequence[tuple[str, str]]

_PIECE: Final = 1 << 16
_COMPLAINT: Final = 1 << 12
"""So many bytes of an error's text are read."""
_LARGEST_JSON: Final = 64 << 20
_WARNINGS: Final = 20
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_ABSENT: Final = frozenset({404, 405, 501})
_LIMITS: Final = re.compile(
    r"too (many|large|much|long)|exceed|limit|would load|maximum|timed out|timeout", re.I
)
"""Words of Prometheus, Thanos, Mimir and VictoriaMetrics about an answer that would be too large."""


class RefusedError(RecordingError):
    """The server does not do what it is asked for, and says why."""


class DeniedError(RefusedError):
    """The server wants other credentials."""


class TooMuchError(RefusedError):
    """The server will not give that much at once; less of it may be had."""


class AbsentError(RefusedError):
    """The server does not have this part of the API."""


class _BusyError(Exception):
    """A request that failed in a way that may pass; `after` is how long the server wants to be left alone."""

    def __init__(self, why: str, *, after: float | None = None, slow: bool = False) -> None:
        self.why = why
        self.after = after
        self.slow = slow
        super().__init__(why)


@attrs.frozen
class Patience:
    """How long to wait and how often to try, in seconds.

    The pause doubles from `pause` to `longest_pause`, and at random is up to half of that shorter, so
    that many clients do not come back at once; what the server asks for is granted up to `granted`.
    """

    attempts: int = 6
    connect: float = 10.0
    silence: float = 120.0
    answer: float = 900.0
    pause: float = 0.5
    longest_pause: float = 30.0
    granted: float = 120.0

    def before(self, attempt: int, wanted: float | None) -> float:
        """Return the pause before an attempt, the second one being 1."""
        pause = min(self.longest_pause, self.pause * 2.0 ** (attempt - 1))
        pause *= random.uniform(0.5, 1.0)
        return pause if wanted is None else max(pause, min(wanted, self.granted))


PATIENT: Final = Patience()


class Answer:
    """The body of an answer as it arrives, decompressed, no longer than it may take."""

    def __init__(self, response: urllib3.BaseHTTPResponse, url: str, deadline: float) -> None:
        self.url = url
        self.content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
        self._response = response
        self._deadline = deadline

    def pieces(self) -> Iterator[bytes]:
        """Yield the body piece by piece."""
        while piece := self._response.read(_PIECE):
            if time.monotonic() > self._deadline:
                raise _BusyError("is still answering after the time that it had", slow=True)
            yield piece

    def whole(self, at_most: int) -> bytes:
        """Return the body; `TooMuchError` when it is longer than `at_most` bytes."""
        found = bytearray()
        for piece in self.pieces():
            found += piece
            if len(found) > at_most:
                raise TooMuchError(f"`{self.url}` answers with more than {at_most >> 20} MB")
        return bytes(found)

    def damaged(self, what: str) -> NoReturn:
        """Give up on this answer, and ask again."""
        raise _BusyError(f"answers with {what}")


class Client:
    """Speaks to one server, over connections that are kept."""

    def __init__(self, server: Server, patience: Patience = PATIENT) -> None:
        self.server = server
        self._patience = patience
        self._answered = False
        self.warnings: dict[str, None] = {}
        """What the server said beside its answers, each thing once."""
        self._pool = open_pool(
            server.access, (server.url,), connect=patience.connect, silence=patience.silence
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def data(self, path: str, fields: Fields = (), *, post: bool = True) -> Any:
        """Return the `data` of the API's JSON answer; a `RecordingError` when there is none."""

        def read(answer: Answer) -> Any:
            return _parsed(answer.whole(_LARGEST_JSON), answer.url)

        content = self.ask(path, read, fields=fields, post=post)
        if not isinstance(content, dict) or content.get("status") != "success":
            raise RecordingError(f"`{self._url(path)}` does not answer as Prometheus' API does")
        if content.get("isPartial"):
            raise RecordingError(f"`{self._url(path)}` answers with a part of what it has")
        warnings = content.get("warnings")
        for text in warnings[:_WARNINGS] if isinstance(warnings, list) else ():
            self.warnings.setdefault(self._clean(str(text)))
        return content.get("data")

    def ask(
        self,
        path: str,
        read: Callable[[Answer], Read],
        *,
        fields: Fields = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        post: bool = True,
    ) -> Read:
        """Return what `read` makes of the answer, asking again when the server is busy or the line breaks.

        Raises `TooMuchError`, `AbsentError`, or a `RecordingError` with the server's words.
        """
        url = self._url(path)
        content, sent = _request(fields, body, headers, post=post)
        if not post and fields:
            url += f"?{urlencode(fields)}"
        attempt = 0
        while True:
            try:
                return self._once(url, content, sent, read, post=post)
            except (_BusyError, HTTPError, OSError) as error:
                attempt += 1
                trouble = self._trouble(error)
                # Who has never been reached is more likely called by a wrong name than busy.
                hopeful = self._answered and not trouble.slow
                tries = self._patience.attempts if hopeful else 2
                if attempt >= tries:
                    kind = TooMuchError if trouble.slow else RecordingError
                    raise kind(
                        f"`{self._url(path)}` {trouble.why}, {attempt} times in a row"
                    ) from None
                time.sleep(self._patience.before(attempt, trouble.after))

    def _url(self, path: str) -> str:
        return f"{self.server.url}/{path}"

    def _once(
        self,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        read: Callable[[Answer], Read],
        *,
        post: bool,
    ) -> Read:
        deadline = time.monotonic() + self._patience.answer
        response = self._pool.request(
            "POST" if post else "GET",
            url,
            body=content,
            headers={**headers, **own_headers(self.server.access)},
            preload_content=False,
            redirect=False,
        )
        self._answered = True
        try:
            shown = url.partition("?")[0]
            if response.status != 200:
                self._refused(response, shown)
            found = read(Answer(response, shown, deadline))
            response.release_conn()
            return found
        finally:
            response.close()

    def _refused(self, response: urllib3.BaseHTTPResponse, url: str) -> NoReturn:
        """Raise what an answer without success deserves."""
        status = response.status
        if 300 <= status < 400:
            place = self._clean(response.headers.get("Location", "nowhere").partition("?")[0])
            raise RecordingError(f"`{url}` redirects to `{place}`; give the address that answers")
        words = self._clean(_complaint(response.read(_COMPLAINT)))
        said = f"`{url}` answers {status}" + (f": {words}" if words else "")
        if status in (401, 403):
            raise DeniedError(
                f"{said}; give credentials by `--http-config`, `--bearer-token-file` or the environment"
            )
        if status in _ABSENT:
            raise AbsentError(said)
        if status == 413 or (status not in (429, 502) and _LIMITS.search(words)):
            raise TooMuchError(said)
        if status in _BUSY:
            after = _seconds(response.headers.get("Retry-After"))
            raise _BusyError(said.partition("` ")[2], after=after, slow=status == 504)
        raise RefusedError(said)

    def _trouble(self, error: Exception) -> _BusyError:
        """Return why a request is repeated; raise what repeating cannot mend."""
        if isinstance(error, _BusyError):
            return error
        if isinstance(error, ReadTimeoutError):
            return _BusyError(f"sent nothing for {self._patience.silence:g} s", slow=True)
        reason = innermost(error)
        if isinstance(reason, ssl.SSLError) and not isinstance(reason, ssl.SSLEOFError):
            what = getattr(reason, "verify_message", "") or reason.reason or str(reason)
            raise RecordingError(
                f"`{self.server}` cannot be spoken to by TLS: {self._clean(str(what))}; "
                "`tls_config` in the file of `--http-config` says whom to trust"
            ) from None
        text = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
        return _BusyError(f"cannot be read: {self._clean(text)}")

    def _clean(self, text: str) -> str:
        """Return one printable line of a server's words, without our secrets in it."""
        for secret in self.server.access.secrets:
            text = text.replace(secret, "…")
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return text if len(text) <= 300 else f"{text[:300]}…"


def _request(
    fields: Fields, body: bytes | None, headers: Mapping[str, str] | None, *, post: bool
) -> tuple[bytes | None, dict[str, str]]:
    sent = {"Accept-Encoding": "gzip", "User-Agent": "mixwright", **(headers or {})}
    if post and body is None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
        return urlencode(fields).encode(), sent
    return body, sent


def _parsed(content: bytes, url: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise RecordingError(
            f"`{url}` answers with something that is not JSON; is a Prometheus API behind this address?"
        ) from None


def _complaint(content: bytes) -> str:
    """Return what an error's body says: the API's `error`, or its text."""
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        return re.sub(r"<[^>]*>", " ", content.decode("utf-8", "replace"))
    said = parsed.get("error", parsed.get("message", "")) if isinstance(parsed, dict) else ""
    return said if isinstance(said, str) else ""


def _seconds(after: str | None) -> float | None:
    """Return how long `Retry-After` asks to wait: seconds, or until a date."""
    if after is None:
        return None
    try:
        return max(0.0, float(after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
