"""Compiling every kernel ahead of time, so that the first evaluation on a machine need not wait."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mixwright.engine.evaluate import Evaluation
from mixwright.frame import MemorySource, Samples, Steps
from mixwright.promql import FUNCTIONS, Expr, ValueType, parse
from mixwright.values import METRIC_NAME, Labels

_MINUTE = 60_000


def warm_up() -> None:
    """Run every kernel once on a little data; the machine code stays in the cache folder."""
    times = np.arange(60, dtype=np.int64) * _MINUTE
    values = np.arange(60.0)
    series = [
        (Labels({METRIC_NAME: "m_bucket", "le": bound}), times, values) for bound in ("1", "+Inf")
    ]
    steps = Steps(0, 59 * _MINUTE, _MINUTE)
    evaluation = Evaluation(tuple(_exprs()), MemorySource(Samples.of(series)), steps)
    # Nothing slides where a comparison is too close.
    for plain in (False, True):
        evaluation.over(steps, plain=plain)


def _exprs() -> Iterator[Expr]:
    for name, signature in FUNCTIONS.items():
        if ValueType.MATRIX in signature.args:
            # A short window is evaluated on its own, a long one slides.
            for window in ("m_bucket[2m]", "m_bucket[50m]"):
                args = (window if arg is ValueType.MATRIX else "0.5" for arg in signature.args)
                yield parse(f"{name}({', '.join(args)})")
    for op in ("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk"):
        yield parse(f"{op}({'1, ' * (op == 'topk')}m_bucket)")
    yield parse("histogram_quantile(0.5, m_bucket)")
    yield parse("histogram_fraction(0, 1, m_bucket)")
