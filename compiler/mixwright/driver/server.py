"""The address of a live server, and what the user says about it → a `Server`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

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


def server(
    url: str,
    *,
    http_config: Path | None = None,
    bearer_token_file: Path | None = None,
    headers: Sequence[str] = (),
    evaluates: bool = False,
) -> Server:
    """Return a server, one that `evaluates` expressions or one that gives samples away.

    What an option says goes before the file, and that before the environment.
    """
    access = Access() if http_config is None else read_access(http_config)
    if not access.authorization:
        found = access_from_environment(os.environ)
        access = attrs.evolve(access, authorization=found.authorization)
    if bearer_token_file is not None:
        access = attrs.evolve(access, authorization=bearer(read_secret(bearer_token_file)))
    own = dict(map(_header, headers))
    return Server(url, attrs.evolve(access, headers={**access.headers, **own}), evaluates)


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
