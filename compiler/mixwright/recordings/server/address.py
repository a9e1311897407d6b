"""Where a live server is, and what it wants to see before it answers; secrets are never printed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs

from mixwright.errors import RecordingError
from mixwright.yamlnodes import Node, read_documents

TOKEN: Final = "MIXWRIGHT_BEARER_TOKEN"
USERNAME: Final = "MIXWRIGHT_USERNAME"
PASSWORD: Final = "MIXWRIGHT_PASSWORD"
"""Environment variables."""

_SHORTEST_SECRET: Final = 6

_CREDENTIALS: Final = ("basic_auth", "authorization", "bearer_token_file")
_OTHERS: Final = ("tls_config", "http_headers")
_BASIC: Final = ("username", "username_file", "password", "password_file")
_AUTHORIZATION: Final = ("type", "credentials", "credentials_file")
_TLS: Final = ("ca_file", "cert_file", "key_file", "server_name", "insecure_skip_verify")
"""Fields of an HTTP client configuration."""


@attrs.frozen
class Tls:
    """How a TLS connection is made: whom to trust, who we are, and whom we expect."""

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    server_name: str = ""
    verified: bool = True


@attrs.frozen
class Access:
    """Headers that every request carries, the secret one among them, and TLS."""

    authorization: str = attrs.field(default="", repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    tls: Tls = Tls()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be printed, should a server repeat it; shorter words are found in any text."""
        kind, _, credentials = self.authorization.partition(" ")
        words = [credentials, *self.headers.values()]
        if kind == "Basic":
            words.append(base64.b64decode(credentials).decode().partition(":")[2])
        return tuple(word for word in words if len(word) >= _SHORTEST_SECRET)


OPEN: Final = Access()
"""For those who ask nobody who they are."""


def _without_slash(url: str) -> str:
    return url.rstrip("/")


@attrs.frozen
class Server:
    """The address of a Prometheus-compatible API, with its path prefix if it has one.

    One that `evaluates` is asked for the values of expressions, and not for what they are made of.
    """

    url: str = attrs.field(converter=_without_slash)
    access: Access = OPEN
    evaluates: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what is not the address of a server, and secrets in it, which would not stay secret."""
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise RecordingError(f"`{_shown(self.url)}` is not a URL: {error}") from None
        if parts.username is not None or parts.password is not None:
            raise RecordingError(
                f"`{_shown(self.url)}` has credentials in it, which process lists and shell histories "
                f"show; put them into the environment ({USERNAME}, {PASSWORD}) or a file (`--http-config`)"
            )
        if parts.scheme not in ("http", "https") or not host:
            raise RecordingError(
                f"`{self.url}` is not the address of a server; write `https://prometheus.example:9090`"
            )
        if parts.query or parts.fragment:
            raise RecordingError(
                f"`{self.url.split('?')[0].split('#')[0]}` is followed by a query; "
                "give the address that `/api/v1/…` comes behind"
            )

    def __str__(self) -> str:
        return self.url


def _shown(url: str) -> str:
    """Return a URL without what stands before its host."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.rpartition("@")[2]


def bearer(token: str) -> str:
    """Return the header's value for a token."""
    return f"Bearer {token.strip()}"


def basic(username: str, password: str) -> str:
    """Return the header's value for a name and a password."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def access_from_environment(environment: Mapping[str, str]) -> Access:
    """Return the access that environment variables give."""
    if token := environment.get(TOKEN):
        return Access(bearer(token))
    if username := environment.get(USERNAME):
        return Access(basic(username, environment.get(PASSWORD, "")))
    return Access()


def read_secret(path: Path) -> str:
    """Return the content of a secret's file without the line's end."""
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise RecordingError(f"`{path}` cannot be read: {reason}") from None


def read_access(path: Path) -> Access:
    """Read the HTTP client configuration that promtool's `--http.config.file` takes too.

    Known are `basic_auth`, `authorization`, `bearer_token_file`, `tls_config` and `http_headers`;
    paths are relative to the file (prometheus/common, `config/http_config.go`).
    """
    documents = read_documents(path)
    if not documents:
        return Access()
    fields = documents[0].fields("an HTTP configuration", (*_CREDENTIALS, *_OTHERS))
    given = [name for name in _CREDENTIALS if name in fields]
    if len(given) > 1:
        raise fields[given[1]].error(f"`{given[0]}` and `{given[1]}` cannot both be given")
    return Access(
        _authorization(fields, path.parent),
        _headers(fields["http_headers"], path.parent) if "http_headers" in fields else {},
        _tls(fields["tls_config"], path.parent) if "tls_config" in fields else Tls(),
    )


def _authorization(fields: Mapping[str, Node], folder: Path) -> str:
    if "basic_auth" in fields:
        own = fields["basic_auth"].fields("`basic_auth`", _BASIC)
        return basic(_secret(own, "username", folder), _secret(own, "password", folder))
    if "authorization" in fields:
        own = fields["authorization"].fields("`authorization`", _AUTHORIZATION)
        kind = own["type"].text("`type`").strip() if "type" in own else "Bearer"
        return f"{kind} {_secret(own, 'credentials', folder)}"
    if "bearer_token_file" in fields:
        return bearer(read_secret(folder / fields["bearer_token_file"].text("`bearer_token_file`")))
    return ""


def _secret(fields: Mapping[str, Node], name: str, folder: Path) -> str:
    if name in fields:
        return fields[name].text(f"`{name}`")
    if file := fields.get(f"{name}_file"):
        return read_secret(folder / file.text(f"`{name}_file`"))
    return ""


def _headers(node: Node, folder: Path) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, header in node.fields("`http_headers`").items():
        found: list[str] = []
        for kind, values in header.fields(f"`{name}`", ("values", "secrets", "files")).items():
            texts = [value.text(f"a value of `{name}`") for value in values.items(f"`{kind}`")]
            found += [read_secret(folder / t) for t in texts] if kind == "files" else texts
        headers[name] = ", ".join(found)
    return headers


def _tls(node: Node, folder: Path) -> Tls:
    fields = node.fields("`tls_config`", _TLS)

    def file(name: str) -> Path | None:
        return folder / fields[name].text(f"`{name}`") if name in fields else None

    skipped = fields.get("insecure_skip_verify")
    return Tls(
        file("ca_file"),
        file("cert_file"),
        file("key_file"),
        fields["server_name"].text("`server_name`") if "server_name" in fields else "",
        verified=skipped is None or not skipped.flag("`insecure_skip_verify`"),
    )
