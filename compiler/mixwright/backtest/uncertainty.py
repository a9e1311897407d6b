"""How sure the scores are: exact intervals of rates, resampled ones of shares, and what chance alone would score."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import attrs
import numpy as np

from mixwright.frame import Values

_ALPHA: Final = 0.05
_RESAMPLES: Final = 2000
_SEED: Final = 20261126
DAY: Final = 86_400_000
LEAST_BLOCKS: Final = 5
"""With fewer blocks of time, resampling says nothing."""
_MOST_BLOCKS: Final = 24

Interval = tuple[float, float]


@attrs.frozen
class Counts:
    """What happened in blocks of time, one number a block: pages by kind, incidents, and those detected."""

    true: Values
    false: Values
    incidents: Values
    detected: Values


def blocks(start: int, end: int) -> int:
    """Return into how many blocks a span (ms) is cut: days, or for a short span two dozen pieces of it."""
    days = (end - start) // DAY
    return int(days) if days >= LEAST_BLOCKS else _MOST_BLOCKS


def block_of(time: int, start: int, end: int, count: int) -> int:
    """Return the block that a time lies in; times outside count for the nearest."""
    return min(max(int((time - start) * count / max(end - start, 1)), 0), count - 1)


def bootstrap(counts: Counts) -> dict[str, Interval | None]:
    """Return 95 % intervals of precision, recall and F1 by resampling whole blocks of time.

    What happens at one time hangs together, so blocks are drawn with replacement, not pages (Künsch 1989); the
    interval is that of the 2.5th and 97.5th percentile. Where all blocks agree, as when every incident was told
    of, resampling knows no doubt; then it is the exact binomial interval. `None` where a number cannot be told from
    the data. The draw is always the same.
    """
    size = len(counts.true)
    drawn = np.random.default_rng(_SEED).multinomial(size, np.full(size, 1 / size), _RESAMPLES)
    true, false, incidents, detected = (
        drawn @ part for part in (counts.true, counts.false, counts.incidents, counts.detected)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = true / (true + false), detected / incidents
        f1 = np.where(precision + recall > 0, 2 * precision * recall / (precision + recall), 0.0)
        f1[np.isnan(precision) | np.isnan(recall)] = np.nan
    told, known = counts.true.sum(), counts.incidents.sum()
    return {
        "precision": _percentiles(precision)
        or _exact(counts.true.sum(), told + counts.false.sum()),
        "recall": _percentiles(recall) or _exact(counts.detected.sum(), known),
        "f1": _percentiles(f1) if known and told else None,
    }


def _exact(successes: float, trials: float) -> Interval | None:
    return binomial_interval(round(successes), round(trials)) if trials else None


def _percentiles(values: Values) -> Interval | None:
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    low, high = np.quantile(known, [_ALPHA / 2, 1 - _ALPHA / 2])
    return (float(low), float(high)) if low < high else None


def chance_recall(windows: Sequence[tuple[int, int]], pages: int, exposure: int) -> float | None:
    """Return the recall of a pager that sends as many pages at random times.

    An incident with a window of w is hit with probability 1 − e^(−λw), λ being pages / exposure; windows and
    exposure are ms.
    """
    if not windows or exposure <= 0:
        return None
    rate = pages / exposure
    hits = (-math.expm1(-rate * max(end - start, 0)) for start, end in windows)
    return math.fsum(hits) / len(windows)


def poisson_interval(count: int) -> Interval:
    """Return the exact 95 % interval of the mean of a Poisson variable that was `count` once.

    [χ²(α/2; 2n) / 2, χ²(1 − α/2; 2n + 2) / 2] (Garwood 1936), found as the means at which so few, or so
    many, have probability α/2.
    """
    low = 0.0 if count == 0 else _solve(lambda mean: 1 - _at_most(count - 1, mean), _ALPHA / 2)
    return low, _solve(lambda mean: -_at_most(count, mean), -_ALPHA / 2)


def _at_most(count: int, mean: float) -> float:
    """Return P(X ≤ count) of a Poisson variable."""
    if mean == 0:
        return 1.0
    # Terms a dozen deviations below the mean are nothing, and there may be thousands of them.
    first = max(0, int(mean - 40 - 12 * math.sqrt(mean + 1)))
    return math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(first, count + 1)
    )


def _solve(rising: Callable[[float], float], target: float, most: float = math.inf) -> float:
    """Return where a rising function of a number from 0 to `most` reaches `target`, by bisection."""
    low, high = 0.0, 1.0
    while high < most and rising(high) < target:
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return high


def binomial_interval(successes: int, trials: int) -> Interval:
    """Return the exact 95 % interval of a share of which so many of so many trials were seen.

    Its ends are the shares at which as many, or as few, have probability α/2 (Clopper and Pearson 1934).
    """

    def at_most(count: int, share: float) -> float:
        if share in (0.0, 1.0):
            return 1.0 if share == 0 or count >= trials else 0.0
        return math.fsum(
            math.exp(
                math.lgamma(trials + 1)
                - math.lgamma(k + 1)
                - math.lgamma(trials - k + 1)
                + k * math.log(share)
                + (trials - k) * math.log1p(-share)
            )
            for k in range(count + 1)
        )

    low = 0.0
    if successes:
        low = _solve(lambda share: 1 - at_most(successes - 1, share), _ALPHA / 2, 1.0)
    high = 1.0
    if successes < trials:
        high = _solve(lambda share: -at_most(successes, share), -_ALPHA / 2, 1.0)
    return low, high


def binomial_test(successes: int, trials: int) -> float:
    """Return the two-sided exact probability of a split at least as uneven, were both sides equally likely.

    The sign test; on pairs that changed it is McNemar's test in its exact form. 1 without trials.
    """
    if not trials:
        return 1.0
    tail = min(successes, trials - successes)
    share: float = sum(math.comb(trials, k) for k in range(tail + 1)) / 2**trials
    return min(1.0, 2 * share)
