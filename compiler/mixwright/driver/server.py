"""The address of a live server, and what the user says about it → a `Server`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from mixwright.errors import MixwrightError
from mixwright.recordings.server import Server
from mixwright.recordings.server.address import (
    Access,
    access_from_environment,
    bearer,
    read_access,
    read_secret,
)


def server(url: str, *, evaluates: bool = False, **said: Any) -> Server:
    """Return a server, one that `evaluates` expressions or one that gives samples away; see `access`."""
    return Server(url, access(**said), evaluates)


def access(
    *,
    http_config: Path | None = None,
    bearer_token_file: Path | None = None,
    headers: Sequence[str] = (),
) -> Access:
    """Return what a server or target wants to see before it answers.

    What an option says goes before the file, and that before the environment.
    """
    found = Access() if http_config is None else read_access(http_config)
    if not found.authorization:
        found = attrs.evolve(found, authorization=access_from_environment(os.environ).authorization)
    if bearer_token_file is not None:
        found = attrs.evolve(found, authorization=bearer(read_secret(bearer_token_file)))
    return attrs.evolve(found, headers={**found.headers, **dict(map(_header, headers))})


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name = name.strip()
    if not colon or not name.replace("-", "").isalnum():
        raise MixwrightError("`--header` takes a name and a value, such as `X-Scope-OrgID: team`")
    if name.lower() in ("authorization", "cookie", "proxy-authorization"):
        raise MixwrightError(
            f"`--header {name}: …` would show a secret to everybody who sees the command; "
            "use `--bearer-token-file` or `--http-config`"
        )
    return name, value.strip()
