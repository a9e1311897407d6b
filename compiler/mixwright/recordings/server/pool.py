"""Connections to whatever speaks HTTP, with the TLS that it wants; they are kept."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import urllib3

from mixwright.errors import RecordingError
from mixwright.recordings.server.address import Access, Tls


def open_pool(
    access: Access, urls: Iterable[str], *, connect: float, silence: float
) -> urllib3.PoolManager:
    """Return a pool for `urls` that gives up connecting, and waiting for more of an answer, after so many seconds.

    Raises `RecordingError` when TLS is spoken and a file of its configuration cannot be used.
    """
    options: dict[str, Any] = {}
    if any(url.startswith("https:") for url in urls):
        options["ssl_context"] = _context(access.tls)
        if access.tls.server_name:
            options["server_hostname"] = access.tls.server_name
        if not access.tls.verified:
            options["assert_hostname"] = False
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=connect, read=silence), retries=False, **options
    )


def own_headers(access: Access) -> dict[str, str]:
    """Return the headers that every request carries, the secret one among them."""
    own = dict(access.headers)
    if access.authorization:
        own["Authorization"] = access.authorization
    return own


def innermost(error: BaseException) -> BaseException:
    """Return what an exception wraps."""
    seen = {id(error)}
    while True:
        inner = getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            inner = error.__cause__ or error.__context__
        if inner is None or id(inner) in seen:
            return error
        seen.add(id(inner))
        error = inner


def _context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.cert_file is not None:
            # An empty password keeps OpenSSL from asking the terminal for that of an encrypted key.
            context.load_cert_chain(tls.cert_file, tls.key_file, password="")
    except OSError as error:
        files = [str(file) for file in (tls.ca_file, tls.cert_file, tls.key_file) if file]
        raise RecordingError(
            f"`{'`, `'.join(files)}` cannot be used for TLS: {error.strerror or error}"
        ) from None
    if not tls.verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
