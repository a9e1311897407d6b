"""How often series were scraped, told from their clocks."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np

from mixwright.frame import Samples, Times
from mixwright.values import Labels


def clock_interval(times: Times) -> int | None:
    """Return the usual distance of two samples in ms, or `None` for fewer than two.

    Scrapes that are a few milliseconds early or late count as on time.
    """
    if len(times) < 2:
        return None
    exact = int(np.median(np.diff(times)))
    rounded = round(exact / 1000) * 1000
    return rounded if rounded and abs(exact - rounded) <= rounded / 100 else exact


def series_intervals(samples: Samples) -> dict[Labels, int]:
    """Return the interval (ms) of each series that has two samples."""
    edges = samples.clock_starts.tolist()
    of_clock = [
        clock_interval(samples.times[first:last]) for first, last in itertools.pairwise(edges)
    ]
    found = zip(samples.labels, (of_clock[clock] for clock in samples.clock.tolist()), strict=True)
    return {labels: interval for labels, interval in found if interval is not None}


def scrape_intervals(samples: Samples) -> dict[int, int]:
    """Return how many series were scraped at which interval (ms)."""
    users = np.bincount(samples.clock, minlength=len(samples.clock_starts) - 1)
    found: Counter[int] = Counter()
    edges = samples.clock_starts.tolist()
    for count, first, last in zip(users.tolist(), edges, edges[1:], strict=False):
        interval = clock_interval(samples.times[first:last])
        if interval is not None:
            found[interval] += count
    return dict(sorted(found.items()))
