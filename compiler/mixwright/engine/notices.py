"""The warnings and infos that accompany results, in Prometheus' words.

Source: `util/annotations/annotations.go` of Prometheus; a text starts with its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mixwright.frame import Values
from mixwright.gofloat import format_float

WARNING = "PromQL warning: "
INFO = "PromQL info: "

SORT_IN_RANGE = (
    f"{WARNING}sort is ineffective for range queries since results are always ordered by labels"
)
MIXED_IN_AGGREGATION = f"{WARNING}encountered a mix of histograms and floats for aggregation"


def quantile(value: float) -> str:
    """A quantile outside [0, 1]."""
    return f"{WARNING}quantile value should be between 0 and 1, got {format_float(value)}"


def odd_quantiles(values: Values) -> Iterator[str]:
    """One warning for each quantile that is none."""
    for value in np.unique(values[~((values >= 0) & (values <= 1))]):
        yield quantile(float(value))


def ratio(value: float, cap: float) -> str:
    """A `limit_ratio` outside [-1, 1]."""
    return (
        f"{WARNING}ratio value should be between -1 and 1, "
        f"got {format_float(value)}, capping to {format_float(cap)}"
    )


def bad_bucket(label: str, name: str = "") -> str:
    """A classic bucket whose `le` is no number."""
    return f'{WARNING}bucket label "le" is missing or has a malformed value of "{label}"' + _for(
        name
    )


def forced_monotonicity(name: str = "") -> str:
    """Classic buckets whose counts fall with rising bounds."""
    return (
        f"{INFO}input to histogram_quantile needed to be fixed for monotonicity (see "
        "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
        + _for(name)
    )


def mixed_classic_native(name: str = "") -> str:
    """A classic and a native histogram of the same labels."""
    return f"{WARNING}vector contains a mix of classic and native histograms" + _for(name)


def mixed_floats(name: str) -> str:
    """Floats and histograms in one window of a function that cannot take both."""
    return f'{WARNING}encountered a mix of histograms and floats for metric name "{name}"'


def mixed_schemas(name: str) -> str:
    """Exponential and custom buckets in one operation."""
    return (
        f"{WARNING}vector contains a mix of histograms with exponential and custom buckets "
        f'schemas for metric name "{name}"'
    )


def not_counter(name: str) -> str:
    """A gauge histogram in a counter's function."""
    return f'{WARNING}this native histogram metric is not a counter: "{name}"'


def not_gauge(name: str) -> str:
    """A counter histogram in a gauge's function."""
    return f'{WARNING}this native histogram metric is not a gauge: "{name}"'


def ignored_in_range(name: str) -> str:
    """Histograms between the floats of a window."""
    return (
        f"{INFO}ignored histograms in a range containing both floats and histograms "
        f'for metric name "{name}"'
    )


def ignored_in_aggregation(op: str) -> str:
    """Histograms in an aggregation of floats."""
    return f"{INFO}ignored histogram in {op} aggregation"


def incompatible_types(left: str, op: str, right: str) -> str:
    """An operator between a histogram and something it cannot be combined with."""
    return (
        f'{INFO}incompatible sample types encountered for binary operator "{op}": '
        f"{left} {op} {right}"
    )


def incompatible_buckets(op: str) -> str:
    """An operator between exponential and custom buckets."""
    return f"{WARNING}incompatible bucket layout encountered for binary operator {op}"


def reset_collision(operation: str) -> str:
    """Histograms of which one says reset and one says no reset."""
    return f"{WARNING}conflicting counter resets during histogram {operation}"


def reconciled_bounds(operation: str) -> str:
    """Custom buckets whose bounds differ."""
    return f"{INFO}mismatched custom buckets were reconciled during {operation}"


def nan_result(name: str = "") -> str:
    """A quantile above all buckets because of NaN observations."""
    return f"{INFO}input to histogram_quantile has NaN observations, result is NaN" + _for(name)


def nan_skew(name: str = "") -> str:
    """A quantile of a histogram with NaN observations."""
    return (
        f"{INFO}input to histogram_quantile has NaN observations, result is skewed higher"
        + _for(name)
    )


def nan_fraction(name: str = "") -> str:
    """A fraction of a histogram with NaN observations."""
    return (
        f"{INFO}input to histogram_fraction has NaN observations, "
        "which are excluded from all fractions" + _for(name)
    )


def _for(name: str) -> str:
    return f' for metric name "{name}"' if name else ""
