"""Quantiles and fractions of the native histograms in a vector, beside its classic ones."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block, stacked
from mixwright.engine.histogram.statistics import fraction, quantile
from mixwright.engine.run import Run
from mixwright.frame import Values


def with_native(
    vector: Block, classic: Block, run: Run, one: Values, other: Values | None
) -> tuple[Block, list[str]]:
    """Return classic and native results, and annotations.

    Where a classic and a native histogram have the same labels, there is no result.
    """
    assert vector.histograms is not None
    late = run.options.late_names
    present = vector.present & ~vector.floats
    rows = np.flatnonzero(present.any(axis=1))
    texts: dict[str, None] = {}
    native = attrs.evolve(vector, present=present, annotations=()).take(rows)
    classic_row = {labels: row for row, labels in enumerate(classic.labels)}
    classic_present, native_present = classic.present.copy(), native.present.copy()
    values = np.full(native.values.shape, np.nan)
    assert native.histograms is not None
    for row, labels in enumerate(native.labels):
        name = labels.name if late else ""
        rival = classic_row.get(labels)
        if rival is not None:
            both = classic.present[rival] & native.present[row]
            if both.any():
                texts[notices.mixed_classic_native(name)] = None
                classic_present[rival] &= ~both
                native_present[row] &= ~both
        for step in np.flatnonzero(native_present[row]):
            histogram = native.histograms[row, step]
            if other is None:
                value, more = quantile(float(one[step]), histogram, name)
            else:
                value, more = fraction(float(one[step]), float(other[step]), histogram, name)
            values[row, step] = value
            texts.update(dict.fromkeys(more))
    native = attrs.evolve(native, values=values, present=native_present, histograms=None)
    return stacked((attrs.evolve(classic, present=classic_present), native)), list(texts)
