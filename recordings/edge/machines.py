"""Two node_exporters, and what goes wrong with their machine."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recordings.rig import Incident, Rig, meanwhile, stop

from recordings import nodes

HOSTS: Final = ("127.0.0.1", "127.0.0.2")
TARGETS: Final = {"node": [f"{host}:{nodes.PORT}" for host in HOSTS]}
FULL, MANY, PLAIN = "/srv/data", "/srv/mail", "/srv/archive"
FILES: Final = 2000
FILESYSTEMS: Final = {
    FULL: nodes.Filesystem(64),
    MANY: nodes.Filesystem(64, inodes=FILES),
    PLAIN: nodes.Filesystem(64),
}


class Machines:
    """The exporters, the filesystems of the second, and the incidents."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._first = nodes.start_exporter(rig, HOSTS[0])
        self._root = nodes.start_with_filesystems(rig, HOSTS[1], FILESYSTEMS)

    def _inside(self, mountpoint: str) -> Path:
        return self._root / mountpoint[1:]

    def _stop(self) -> None:
        stop(self._first)

    def _start(self) -> None:
        self._first = nodes.start_exporter(self._rig, HOSTS[0])

    @contextlib.contextmanager
    def _down(self) -> Iterator[None]:
        self._stop()
        yield
        self._start()

    @contextlib.contextmanager
    def _flapping(self) -> Iterator[None]:
        """Stop the exporter for half a minute, and let it run for half a minute, again and again."""

        def turn(over: threading.Event) -> None:
            while not over.is_set():
                self._stop()
                over.wait(self._rig.seconds(0.5))
                self._start()
                over.wait(self._rig.seconds(0.5))

        with meanwhile(turn):
            yield

    @contextlib.contextmanager
    def _almost_full(self) -> Iterator[None]:
        """Fill nineteen twentieths of what is free."""
        file = self._inside(FULL) / "dump.sql"
        room = os.statvfs(file.parent)
        with file.open("wb") as dump:
            for _ in range(int(0.95 * room.f_bavail * room.f_frsize / 2**20)):
                dump.write(os.urandom(2**20))
        yield
        file.unlink()

    @contextlib.contextmanager
    def _many_files(self) -> Iterator[None]:
        """Make nearly as many files as there can be."""
        files = [
            self._inside(MANY) / f"{number}"
            for number in range(int(0.95 * os.statvfs(self._inside(MANY)).f_ffree))
        ]
        for file in files:
            file.touch()
        yield
        for file in files:
            file.unlink()

    @contextlib.contextmanager
    def _read_only(self) -> Iterator[None]:
        """Let a filesystem refuse writes, as one does that met an error."""
        self._remount("ro")
        yield
        self._remount("rw")

    def _remount(self, how: str) -> None:
        process = self._root.parent.name
        command = ("nsenter", "--mount", "--target", process)
        subprocess.run((*command, "mount", "-o", f"remount,{how}", PLAIN), check=True)

    def incidents(self) -> tuple[Incident, ...]:
        """Return what is done on purpose, and when."""
        first = {"job": "node", "instance": re.escape(f"{HOSTS[0]}:{nodes.PORT}")}
        second = {"job": "node", "instance": re.escape(f"{HOSTS[1]}:{nodes.PORT}")}
        return (
            Incident(
                "node_down",
                4,
                5,
                "a node_exporter did not run",
                first,
                self._down,
                ("NodeDown",),
            ),
            Incident(
                "node_flapping",
                22,
                10,
                "a node_exporter was stopped and started every half a minute",
                first,
                self._flapping,
                ("NodeFlapping",),
            ),
            Incident(
                "filesystem_almost_full",
                4,
                20,
                "a filesystem was filled to nineteen twentieths",
                {**second, "mountpoint": FULL},
                self._almost_full,
                ("NodeFilesystemAlmostFull", "NodeFilesystemFillsWithinHour"),
            ),
            Incident(
                "filesystem_many_files",
                6,
                20,
                "a filesystem held nineteen twentieths of the files that it can have",
                {**second, "mountpoint": MANY},
                self._many_files,
                ("NodeInodesAlmostUsed",),
            ),
            Incident(
                "filesystem_read_only",
                28,
                8,
                "a filesystem was remounted so that it refuses writes",
                {**second, "mountpoint": PLAIN},
                self._read_only,
                ("NodeFilesystemReadOnly",),
            ),
        )
