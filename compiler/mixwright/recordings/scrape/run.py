"""Scrapes of several targets at once, at aligned times, gathered until they are written."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from mixwright.errors import MixwrightError, RecordingError
from mixwright.frame import Samples
from mixwright.recordings.recording import Metadata
from mixwright.recordings.scrape.fetching import Answer, Fetcher
from mixwright.recordings.scrape.loop import TargetLoop
from mixwright.recordings.scrape.target import Target
from mixwright.recordings.server.address import OPEN, Access
from mixwright.recordings.text import Gatherer

WRITE_EVERY: Final = 600.0
"""Seconds; more is not lost when the machine fails."""

_TOLERANCE: Final = 0.01
"""The part of the interval that a scrape may be late and still count as on time."""

Write = Callable[[Samples, Mapping[str, Metadata]], None]


@attrs.define
class Outcome:
    """How often a target was scraped, how often in vain, and why the last time."""

    scrapes: int = 0
    failures: int = 0
    reason: str = ""


class Scraping:
    """Scrapes `targets` every `interval` ms; each target has its own moment in the interval, as in Prometheus."""

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        interval: int,
        timeout: float,
        write: Write,
        access: Access = OPEN,
    ) -> None:
        self._fetcher = Fetcher((target.url for target in targets), access)
        self._interval = interval
        self._timeout = min(timeout, interval / 1000)
        self._write = write
        self._loops = [TargetLoop(target) for target in targets]
        names = {loop.target.labels for loop in self._loops}
        if len(names) != len(self._loops):
            raise MixwrightError(
                "two targets have the same `job` and `instance`; write `job=address` to tell them apart"
            )
        self.outcomes = {loop.target: Outcome() for loop in self._loops}
        self._lock = threading.Lock()
        self._gatherer: Gatherer | None = Gatherer()
        self._stop = threading.Event()

    def run(self, seconds: float | None, tell: Callable[[float], None]) -> None:
        """Scrape for so many seconds, or until a `KeyboardInterrupt`; what was scraped is written in either case.

        `tell` hears once a second how many seconds have gone.
        """
        begin = time.monotonic()
        written = begin
        for loop in self._loops:
            threading.Thread(target=self._each, args=(loop,), daemon=True).start()
        try:
            while seconds is None or time.monotonic() < begin + seconds:
                left = 1.0 if seconds is None else begin + seconds - time.monotonic()
                self._stop.wait(max(0.0, min(1.0, left)))
                tell(time.monotonic() - begin)
                if time.monotonic() >= written + WRITE_EVERY:
                    self._flush(Gatherer())
                    written = time.monotonic()
        except KeyboardInterrupt:
            pass
        finally:
            self._stop.set()
            self._flush(None)

    def _flush(self, fresh: Gatherer | None) -> None:
        """Write what was gathered and go on with `fresh`; without it, nothing more is taken."""
        with self._lock:
            full, self._gatherer = self._gatherer, fresh
            metadata = {n: m for loop in self._loops for n, m in loop.metadata.items()}
        samples = Samples.of([]) if full is None else full.samples()
        if len(samples):
            self._write(samples, metadata)

    def _each(self, loop: TargetLoop) -> None:
        offset = _offset(loop.target, self._interval)
        due = next_time(time.time(), offset, self._interval)
        while not self._stop.wait(due / 1000 - time.time()):
            begin = time.time()
            at = stamp(due, int(begin * 1000), self._interval)
            answer: Answer | RecordingError
            try:
                answer = self._fetcher.fetch(loop.target.url, self._timeout)
            except RecordingError as error:
                answer = error
            with self._lock:
                self._take(loop, answer, at, time.time() - begin)
            due = max(due + self._interval, next_time(time.time(), offset, self._interval))

    def _take(
        self, loop: TargetLoop, answer: Answer | RecordingError, at: int, duration: float
    ) -> None:
        gatherer = self._gatherer
        if gatherer is None:
            return
        samples, failure = loop.take(answer, at, duration)
        for labels, when, value in samples:
            gatherer.add(gatherer.number(labels), when, value)
        outcome = self.outcomes[loop.target]
        outcome.scrapes += 1
        if failure is not None:
            outcome.failures += 1
            outcome.reason = str(failure)


def _offset(target: Target, interval: int) -> int:
    digest = hashlib.sha256(f"{target.labels} {target.url}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % interval


def next_time(now: float, offset: int, interval: int) -> int:
    """Return the next time (ms) after `now` (s) that lies `offset` behind a whole multiple of `interval`."""
    return int((now * 1000 - offset) // interval + 1) * interval + offset


def stamp(due: int, now: int, interval: int) -> int:
    """Return the time (ms) that a scrape's samples get: when it was due, unless it is late."""
    return due if now - due <= interval * _TOLERANCE else now
