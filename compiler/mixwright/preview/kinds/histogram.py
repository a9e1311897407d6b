"""How often which values occurred, in buckets of one size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mixwright.frame import Values
from mixwright.model.panels.histogram import Histogram
from mixwright.preview.view import View

_LARGEST = 1e300
"""From here on the distance between two numbers may be none that there is."""
_ROUND = (1, 2, 2.5, 4, 5)


def draw(view: View) -> dict[str, Any]:
    """Return the first bucket's start, the size of each, and how many values of each series fell into them."""
    look = view.panel.look
    assert isinstance(look, Histogram)
    known = [(one, one.values[np.abs(one.values) < _LARGEST]) for one in view.series]
    known = [(one, values) for one, values in known if len(values)]
    if not known:
        return {}
    everything = np.concatenate([values for _, values in known])
    size = look.bucket_size or bucket_size(everything, look.bucket_count)
    low = math.floor((float(everything.min()) - look.bucket_offset) / size)
    high = math.floor((float(everything.max()) - look.bucket_offset) / size)
    count = min(high - low + 1, 1000)

    def counted(values: Values) -> list[int]:
        places = np.floor((values - look.bucket_offset) / size).astype(int) - low
        return [int(n) for n in np.bincount(np.clip(places, 0, count - 1), minlength=count)]

    if look.combine:
        series = [{"name": "count", "counts": counted(everything), "links": []}]
    else:
        series = [
            {
                "name": one.name,
                "counts": counted(values),
                "links": view.links(one),
                **view.settings(one),
            }
            for one, values in known
        ]
    start = low * size + look.bucket_offset
    return view.cut({"start": start, "size": size, "series": series})


def bucket_size(values: Values, count: int) -> float:
    """Return the smallest round size of which `count` buckets hold all values (`buildHistogram` of Grafana)."""
    spread = float(values.max() - values.min()) / count
    if spread <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(spread))
    return next((step * power for step in _ROUND if step * power >= spread * 0.999999), 10 * power)
