"""Compiled inner loops; the only place that knows numba.

Importing a kernel compiles nothing: that happens on the first call, and the machine code is kept
on disk, so that only the first run on a machine pays for it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mixwright" / "kernels"
os.environ.setdefault("NUMBA_CACHE_DIR", str(_CACHE))

import numba  # noqa: E402  (its cache folder is read when it is imported)

_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(function: _Function) -> _Function:
    """Compile a function when it is first called: cached, without interpreter lock, dividing as IEEE 754."""
    compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast("_Function", compiled)


_WORTH_A_THREAD = 200_000


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_rows(function: Callable[..., None], rows: int, cost: int, *args: object) -> None:
    """Call `function(first, last, *args)` over all rows, split over the cores when `cost` is worth it."""
    workers = min(_cores(), rows, max(1, cost // _WORTH_A_THREAD))
    if workers <= 1:
        function(0, rows, *args)
        return
    borders = [rows * number // workers for number in range(workers + 1)]
    with ThreadPoolExecutor(workers) as pool:
        futures = [
            pool.submit(function, first, last, *args) for first, last in itertools.pairwise(borders)
        ]
        for future in futures:
            future.result()
