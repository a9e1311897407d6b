"""What Prometheus adds to histograms of which it reads count and sum only.

Source: `HistogramStatsIterator` of Prometheus' `promql/histogram_stats_iterator.go`.
"""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine.histogram.arithmetic import detects_reset
from mixwright.frame import Samples
from mixwright.frame.histogram import Histogram, ResetHint


def with_found_resets(samples: Samples) -> Samples:
    """Return the samples with every unknown reset hint but a series' first one settled."""
    assert samples.histograms is not None
    histograms = samples.histograms.copy()
    for row in range(len(samples)):
        before: Histogram | None = None
        for place in range(int(samples.starts[row]), int(samples.starts[row + 1])):
            now = histograms[place]
            if now is None or now.is_stale:
                continue
            if before is not None and now.hint is ResetHint.UNKNOWN:
                reset = detects_reset(now, before)
                hint = ResetHint.RESET if reset else ResetHint.NOT_RESET
                histograms[place] = attrs.evolve(now, hint=hint)
            before = now
    return attrs.evolve(samples, histograms=np.asarray(histograms))
