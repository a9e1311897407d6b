"""What is scraped: an address, and the labels that its series get."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import attrs

from mixwright.errors import MixwrightError
from mixwright.values import Labels

_JOB: Final = re.compile(r"([A-Za-z0-9_.-]+)=(.*)", re.S)
DEFAULT_JOB: Final = "scrape"


@attrs.frozen
class Target:
    """An exporter: where its metrics are, and the labels `job` and `instance`."""

    url: str
    labels: Labels


def parse_target(text: str) -> Target:
    """Read `[JOB=]ADDRESS`, where the address is a URL or `host:port`; the path is `/metrics` unless it is given."""
    match = _JOB.fullmatch(text)
    job, address = match.groups() if match else (DEFAULT_JOB, text)
    url = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not url.isprintable() or " " in url:
        raise MixwrightError(
            f"`{text}` is not an address to scrape; write `http://host:port/metrics` or `job=host:port`"
        )
    if "@" in parts.netloc:
        raise MixwrightError("a URL with a password in it is not scraped; it would be in every log")
    if parts.path in ("", "/"):
        parts = parts._replace(path="/metrics")
    return Target(
        parts._replace(fragment="").geturl(), Labels({"job": job, "instance": parts.netloc})
    )
