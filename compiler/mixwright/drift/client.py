"""A Grafana server, read only: its dashboards, their folders, and how often they are looked at where it tells.

Source: Grafana's HTTP API, `Folder/Dashboard Search` and `Dashboard`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import attrs

from mixwright.dashboardfiles import as_dashboard
from mixwright.drift.compare import LiveDashboard
from mixwright.errors import MixwrightError

_PAGE = 1000
_MOST_BYTES = 64 * 2**20
_TIMEOUT = 30.0
_VIEWS = ("viewed-recently-desc", "viewed-desc")
"""Orders of search results that only editions with usage insights have; their results tell the views."""


@attrs.frozen
class Grafana:
    """A server by its address; the token is never printed."""

    url: str
    token: str = attrs.field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        """Check that the address is one of a server."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise MixwrightError(
                f"`{self.url}` is not the address of a Grafana; write `https://grafana.example.org`"
            )
        if parts.username or parts.password:
            raise MixwrightError(
                "the address of a Grafana holds no password; put a token into `GRAFANA_TOKEN`"
            )

    def dashboards(self) -> Iterator[LiveDashboard]:
        """Yield every dashboard that the token may see. Raises `MixwrightError` on any other answer."""
        views = self._views()
        for found in self._search({}):
            uid = _text(found, "uid")
            answer = self._get(f"/api/dashboards/uid/{quote(uid, safe='')}", allow=(404,))
            if answer is None:  # deleted meanwhile
                continue
            if not isinstance(answer, dict):
                raise self._unexpected(f"dashboard `{uid}`")
            content, meta = answer.get("dashboard"), answer.get("meta")
            if not isinstance(content, dict):
                raise self._unexpected(f"dashboard `{uid}`")
            meta = meta if isinstance(meta, dict) else {}
            version = meta.get("version", content.get("version"))
            yield LiveDashboard(
                view=as_dashboard({**content, "uid": uid}, f"{self.url}/d/{uid}"),
                folder=_text(found, "folderTitle") or _text(meta, "folderTitle"),
                version=version if isinstance(version, int) else 0,
                edited_by=_text(meta, "updatedBy"),
                provisioned=meta.get("provisioned") is True,
                views=views.get(uid, 0) if views is not None else None,
            )

    def _views(self) -> Mapping[str, int] | None:
        """Return how often dashboards were looked at; None where the server does not count."""
        options = self._get("/api/search/sorting", allow=(403, 404))
        options = options.get("sortOptions") if isinstance(options, dict) else None
        known = {_text(one, "name") for one in options or () if isinstance(one, dict)}
        order = next((name for name in _VIEWS if name in known), None)
        if order is None:
            return None
        found = self._search({"sort": order})
        return {
            _text(one, "uid"): one["sortMeta"]
            for one in found
            if isinstance(one.get("sortMeta"), int)
        }

    def _search(self, more: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for page in range(1, 1_000):
            query = urlencode({"type": "dash-db", "limit": _PAGE, "page": page, **more})
            answer = self._get(f"/api/search?{query}")
            if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
                raise self._unexpected("the search")
            yield from (one for one in answer if _text(one, "uid"))
            if len(answer) < _PAGE:
                return

    def _get(self, path: str, allow: tuple[int, ...] = ()) -> Any:
        # Imported here: only those who ask a server pay for it.
        import urllib3

        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            answer = urllib3.request(
                "GET",
                self.url.rstrip("/") + path,
                headers=headers,
                timeout=_TIMEOUT,
                # Another host would get the token.
                redirect=False,
                retries=urllib3.Retry(2, redirect=0, backoff_factor=0.5, raise_on_redirect=False),
                preload_content=False,
            )
            body = answer.read(_MOST_BYTES + 1, decode_content=True)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise MixwrightError(
                f"`{self.url}` cannot be reached: {type(reason).__name__}"
            ) from None
        if len(body) > _MOST_BYTES:
            raise MixwrightError(
                f"`{self.url}{path}` answers with more than {_MOST_BYTES >> 20} MiB"
            )
        if answer.status in allow:
            return None
        if answer.status in (401, 403):
            raise MixwrightError(
                f"`{self.url}` does not let this token read; put one of a viewer into `GRAFANA_TOKEN`"
            )
        if answer.status != 200:
            raise MixwrightError(f"`{self.url}{path}` answers with status {answer.status}")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise self._unexpected(f"`{path}`") from None

    def _unexpected(self, what: str) -> MixwrightError:
        return MixwrightError(f"`{self.url}` answers to {what} with what no Grafana answers")


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
