"""The shop behind the web servers, whose pages are late or fail when told to, and probes of them from outside."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from typing import Final

from recordings.load import serve
from recordings.rig import Incident, Rig, meanwhile, wait_for

HOST: Final = "127.0.0.1"
SHOP, BLACKBOX = 8090, 9115
PAGES: Final = ("/cart", "/search", "/login")
MIXINS: Final = ("blackbox",)
TARGETS: Final[dict[str, list[str]]] = {}
"""The exporter is not watched itself; what it probes is in `web.PROBED`."""
EXPORTER: Final = f"{HOST}:{BLACKBOX}"
QUICK: Final = 0.02
"""Seconds that a page takes."""
BLACKBOX_CONFIG: Final = """\
modules:
  http_2xx:
    prober: http
    timeout: 8s
    http:
      preferred_ip_protocol: ip4
      tls_config: {insecure_skip_verify: true}
"""


def page(path: str) -> str:
    """Return the address of a page."""
    return f"http://{HOST}:{SHOP}{path}"


def probed(url: str) -> dict[str, str]:
    """Return the labels of a probe."""
    return {"job": "blackbox", "instance": re.escape(url)}


class Pages:
    """The shop, the exporter that probes it, and the incidents; `waits` says which page takes how many seconds."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.waits: dict[str, float] = {}
        self._fails: set[str] = set()
        serve(rig, (HOST, SHOP), self._answer)
        config = rig.out / "blackbox.yml"
        config.write_text(BLACKBOX_CONFIG)
        rig.spawn(
            "blackbox-exporter",
            "prometheus-blackbox-exporter",
            f"--config.file={config}",
            f"--web.listen-address={EXPORTER}",
        )
        wait_for(f"http://{EXPORTER}/metrics")

    def _answer(self, path: str, _body: bytes) -> tuple[int, bytes]:
        time.sleep(self.waits.get(path, QUICK))
        return 500 if path in self._fails else 200, b""

    @contextlib.contextmanager
    def slow(self, path: str, seconds: float) -> Iterator[None]:
        """Let a page take so many seconds."""
        self.waits[path] = seconds
        yield
        self.waits[path] = QUICK

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        self._fails.add("/cart")
        yield
        self._fails.discard("/cart")

    @contextlib.contextmanager
    def _flapping(self) -> Iterator[None]:
        """Let a page fail for three quarters of a minute, and work for as long."""

        def turn(over: threading.Event) -> None:
            while not over.wait(self._rig.seconds(0.75)):
                self._fails.symmetric_difference_update({"/search"})
            self._fails.discard("/search")

        with meanwhile(turn):
            yield

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        cart, search, login = map(page, PAGES)
        return (
            Incident(
                "page_failing",
                12,
                4,
                "a page answered with status 500",
                probed(cart),
                self._failing,
                ("ProbeFailing",),
            ),
            Incident(
                "page_flapping",
                18,
                10,
                "a page failed for three quarters of a minute, and worked for as long, again and again",
                probed(search),
                self._flapping,
                ("ProbeFlapping",),
            ),
            Incident(
                "page_slow",
                30,
                14,
                "a page took three seconds",
                probed(login),
                lambda: self.slow("/login", 3.0),
                ("ProbeSlow",),
            ),
        )
