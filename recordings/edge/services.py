"""Two instances each of two HTTP services, their load, and what goes wrong with them."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from recordings.load import Load
from recordings.rig import Incident, Rig, meanwhile, wait_for

SERVICE: Final = Path(__file__).resolve().parents[1] / "loopback" / "service.py"
HOSTS: Final = ("127.0.0.1", "127.0.0.2")
PORTS: Final = {"checkout": 18080, "catalogue": 18081}
PATHS: Final = {"checkout": "/cart", "catalogue": "/search"}
SLOTS: Final = {"checkout": 15, "catalogue": 64}
FILES: Final = 160
TARGETS: Final = {name: [f"{host}:{port}" for host in HOSTS] for name, port in PORTS.items()}


class Services:
    """The instances and the incidents."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for name, targets in TARGETS.items():
            for target in targets:
                self._start(name, target)
            Load(rig, partial(self._ask, name, itertools.count()), rate=20, workers=64)

    def _start(self, name: str, target: str) -> None:
        host, port = target.split(":")
        self._running[target] = self._rig.spawn(
            f"{name}-{host}",
            *("prlimit", f"--nofile={FILES}", sys.executable, SERVICE, name),
            *("--host", host, "--port", port, "--slots", str(SLOTS[name])),
            *("--control", self._control(name)),
        )
        wait_for(f"http://{target}/metrics")

    def _kill(self, target: str) -> None:
        self._running[target].kill()
        self._running[target].wait()

    def _control(self, name: str) -> Path:
        return self._rig.folder("control") / name

    def _ask(self, name: str, count: Iterator[int]) -> None:
        """Ask one instance after the other, and the next one when it refuses."""
        targets, number = TARGETS[name], next(count)
        for turn in range(len(targets)):
            url = f"http://{targets[(number + turn) % len(targets)]}{PATHS[name]}"
            try:
                with urllib.request.urlopen(url, timeout=15) as answer:
                    answer.read()
            except ConnectionRefusedError:
                continue
            break

    @contextlib.contextmanager
    def _mode(self, name: str, word: str) -> Iterator[None]:
        """Let a service be slow or wrong; `service.py` says how."""
        draft = self._control(f".{name}")
        draft.write_text(word, encoding="ascii")
        draft.replace(self._control(name))
        yield
        self._control(name).unlink()

    @contextlib.contextmanager
    def _down(self) -> Iterator[None]:
        for target in TARGETS["checkout"]:
            self._kill(target)
        yield
        for target in TARGETS["checkout"]:
            self._start("checkout", target)

    @contextlib.contextmanager
    def _flapping(self) -> Iterator[None]:
        """Kill an instance, and start it anew, every half a minute."""
        target = TARGETS["checkout"][1]

        def turn(over: threading.Event) -> None:
            while not over.is_set():
                self._kill(target)
                over.wait(self._rig.seconds(0.5))
                self._start("checkout", target)
                over.wait(self._rig.seconds(0.5))

        with meanwhile(turn):
            yield

    @contextlib.contextmanager
    def _files(self) -> Iterator[None]:
        """Hold connections to an instance until it has hardly a file descriptor left; it gives each up after 30 s."""
        host, port = TARGETS["catalogue"][1].split(":")

        def hold(over: threading.Event) -> None:
            held: list[socket.socket] = []
            for place in itertools.count():
                if len(held) == round(0.85 * FILES):
                    held[place % len(held)].close()
                    held[place % len(held)] = socket.create_connection((host, int(port)))
                else:
                    held.append(socket.create_connection((host, int(port))))
                if over.wait(0.12):
                    break
            for connection in held:
                connection.close()

        with meanwhile(hold):
            yield

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        # The proxies in front of it notice, too.
        checkout, catalogue = {"job": "checkout|envoy"}, {"job": "catalogue"}
        return (
            Incident(
                "checkout_down",
                5,
                4,
                "both instances of checkout were killed, and later started anew",
                checkout,
                self._down,
                (
                    "HttpServiceDown",
                    "HttpInstanceDown",
                    "EnvoyCannotConnect",
                    "EnvoyUpstreamFailing",
                ),
            ),
            Incident(
                "checkout_flapping",
                14,
                9,
                "an instance of checkout was killed and started anew every half a minute",
                checkout,
                self._flapping,
                ("HttpInstanceFlapping", "HttpInstanceDown", "EnvoyCannotConnect"),
            ),
            Incident(
                "checkout_saturated",
                32,
                8,
                "checkout took about a second for a request and had hardly a worker slot left",
                checkout,
                lambda: self._mode("checkout", "slow"),
                (
                    "HttpSlotsSaturated",
                    "HttpLatencyHigh",
                    "HttpErrorBudgetBurnsFast",
                    "EnvoyUpstreamFailing",
                ),
            ),
            Incident(
                "catalogue_tail",
                3,
                20,
                "three in a hundred requests to catalogue took more than a second and a half",
                catalogue,
                lambda: self._mode("catalogue", "tail"),
                ("HttpTailLatencyHigh", "HttpLatencyUnusual"),
            ),
            Incident(
                "catalogue_files",
                28,
                10,
                "an instance of catalogue had hardly a file descriptor left",
                {**catalogue, "instance": re.escape(TARGETS["catalogue"][1])},
                self._files,
                ("HttpFileDescriptorsSaturated",),
            ),
        )
