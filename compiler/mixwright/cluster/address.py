"""Where a cluster is, and how many processes share this machine's memory."""

from __future__ import annotations

import re
from typing import Final, Self

import attrs

from mixwright.errors import MixwrightError

_LOCAL: Final = re.compile(r"local:([1-9]\d{0,3})")
_SCHEDULER: Final = re.compile(r"(tcp|tls)://\S+:\d+")


@attrs.frozen
class Cluster:
    """A scheduler at `address`, or else as many `workers` to be started on this machine."""

    address: str | None
    workers: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `tcp://host:port` or `local:N`."""
        if local := _LOCAL.fullmatch(text):
            return cls(None, int(local[1]))
        if _SCHEDULER.fullmatch(text):
            return cls(text)
        raise MixwrightError(
            f"`{text}` is not a cluster; name a dask scheduler, `tcp://host:8786`, "
            "or how many workers to start here, `local:4`"
        )

    def __str__(self) -> str:
        return self.address or f"local:{self.workers}"

    def share(self, memory: int) -> int:
        """Return how much of a budget is for each process: workers elsewhere have as much as this one."""
        return memory // (self.workers + 1)
