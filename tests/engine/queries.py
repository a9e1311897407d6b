"""Realistic series with everything that goes wrong, and random expressions over them."""

from __future__ import annotations

import random

import numpy as np

from mixwright.frame import STALE_NAN, Samples
from mixwright.values import Labels

START = 1_700_000_000_000
SPAN = 3_600_000

ODD = 137
"""Samples are never taken at whole seconds, so that closed and half-open windows hold the same."""


def recording(seed: int = 1) -> Samples:
    """Return counters with resets, gauges with NaN and infinities, buckets, gaps and staleness."""
    rng = np.random.default_rng(seed)
    series = []

    def times(period, jitter, gap):
        every = np.arange(START - SPAN, START + SPAN, period) + ODD
        every = every + (rng.integers(0, jitter, len(every)) if jitter else 0)
        if gap:
            first = int(rng.integers(len(every)))
            every = np.delete(every, slice(first, first + gap))
        return every.astype(np.int64)

    for number in range(3):
        for code in ("200", "500"):
            at = times(15_000, 0 if number else 900, 30 * number)
            values = np.cumsum(rng.integers(0, 50, len(at))).astype(float)
            if number:
                cut = int(rng.integers(len(at)))
                values[cut:] -= values[cut] * 0.9
                values = np.round(values)
            series.append(
                (_labels("http_requests_total", i=number, code=code, job="api"), at, values)
            )
        at = times(15_000, 0, 0)
        load = np.round(rng.gamma(2.0, 2.0, len(at)), 2)
        if number == 1:
            load[::17] = np.nan
            load[5::40] = np.inf
        if number == 2:
            load[60:64] = STALE_NAN
            load[200] = STALE_NAN
        series.append((_labels("node_load1", i=number, job="node"), at, load))
        free = 1e11 - np.cumsum(rng.random(len(at))) * 1e7
        series.append((_labels("free_bytes", i=number, job="node"), at, np.round(free)))
        series.append((_labels("up", i=number, job="node"), at, (rng.random(len(at)) > 0.1) * 1.0))
        flag = np.where(rng.random(len(at)) > 0.5, -1.0, 1.0)
        series.append((_labels("signed", i=number, job="node", zone="ab"[number % 2]), at, flag))
    at = times(60_000, 0, 0)
    total = np.zeros(len(at))
    for bound in ("0.1", "0.5", "1", "5", "+Inf"):
        total = total + np.cumsum(rng.integers(0, 9, len(at)))
        series.append((_labels("latency_seconds_bucket", le=bound, job="api"), at, total.copy()))
    sparse = times(400_000, 90_000, 0)
    series.append((_labels("sparse", job="batch"), sparse, rng.random(len(sparse))))
    return Samples.of(series)


def _labels(name, **labels):
    return Labels({"__name__": name, **{key: str(value) for key, value in labels.items()}})


GAUGES = ("node_load1", "free_bytes", "up", "signed", "sparse", 'node_load1{i=~"0|2"}')
COUNTERS = ("http_requests_total", 'http_requests_total{code!="200"}', "latency_seconds_bucket")
WINDOWS = ("47s", "1m", "5m", "13m", "1h")
MAPS = ("abs", "ceil", "floor", "exp", "ln", "sqrt", "sgn", "round", "deg", "minute", "day_of_week")
OVER_TIME = (
    "avg sum min max count stddev stdvar last present quantile",
    "rate increase irate delta idelta resets changes deriv predict_linear",
)
NEW_OVER_TIME = "first mad ts_of_first ts_of_last ts_of_max ts_of_min double_exponential_smoothing"
AGGREGATIONS = ("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar")


def expression(rng: random.Random, depth: int = 3, *, old: bool = False) -> str:
    """Return a random expression that is an instant vector.

    What Prometheus 2.42 computes otherwise than 3.x is left out for an `old` server: subqueries
    (which included their start), `predict_linear @`, extrapolation below zero in `rate` and
    `increase` of gauges, spreads of infinite values.
    """
    if depth == 0:
        return rng.choice(GAUGES + COUNTERS) + rng.choice(("", "", "", " offset 3m", " offset -1m"))
    deeper = lambda: expression(rng, depth - 1, old=old)  # noqa: E731
    match rng.randrange(9):
        case 0 | 1 | 2:
            return _ranged(rng, deeper, old)
        case 3:
            grouping = rng.choice(
                ("", " by (job)", " by (i)", " without (i)", " without (code, le)")
            )
            return f"{rng.choice(AGGREGATIONS[: 6 if old else 8])}{grouping} ({deeper()})"
        case 4:
            # Ties fall in the order of the server's series, which is not ours; these have none.
            tops = "topk(2, free_bytes * {})", "bottomk(1, free_bytes offset 4m + 0 * {})"
            if rng.random() < 0.3:
                return rng.choice(tops).format(rng.choice(("1", "2", "-1")))
            kinds = [
                "quantile(0.3, {})",
                "count(absent({}))",
                'count_values("v", round(clamp_max({}, 1e6)))',
            ]
            kinds += [] if old else ["limit_ratio(0.5, {})", "limit_ratio(-0.3, {})"]
            return rng.choice(kinds).format(deeper())
        case 5:
            return f"{rng.choice(MAPS)}({deeper()})"
        case 6:
            op = rng.choice(("+", "-", "*", "/", "^", ">", "<", "==", "!=", ">= bool"))
            scalar = rng.choice(("2", "0.5", "-1", "0", "scalar(sum(up))", "1e9"))
            # A large power makes whatever rounding there is visible.
            scalar = "2" if op == "^" else scalar
            return (
                f"({deeper()}) {op} {scalar}"
                if rng.random() < 0.7
                else f"{scalar} {op} ({deeper()})"
            )
        case 7:
            op = rng.choice(("+", "-", "*", "/", ">", "<", "and", "or", "unless"))
            on = rng.choice(("", " on (i)", " on (job)", " ignoring (code)", " on (i, job)"))
            group = rng.choice(("", "", " group_left ()", " group_right ()")) if on else ""
            group = "" if op in ("and", "or", "unless") else group
            if not old and op not in ("and", "or", "unless") and rng.random() < 0.2:
                group += rng.choice((" fill (0)", " fill_left (1)", " fill_right (-2)"))
            return f"({deeper()}) {op}{on}{group} ({deeper()})"
    return rng.choice(
        (
            f"-({deeper()})",
            f"clamp_max({deeper()}, 3)",
            f'label_replace({deeper()}, "x", "$1-", "i", "(.*)")',
            f"timestamp({deeper()})",
            f"histogram_quantile(0.9, {deeper()})",
            f"histogram_quantile(0.9, rate(latency_seconds_bucket[{rng.choice(WINDOWS)}]))",
            f"histogram_quantile(scalar(up) / 2, sum by (le, job) ({deeper()}))",
            f'label_join({deeper()}, "x", "/", "job", "i", "nope")',
            f"vector(scalar({deeper()}))",
            f"clamp({deeper()}, -1, scalar({deeper()}))",
            f"absent_over_time(({deeper()})[5m:])" if not old else f"absent({deeper()})",
            f"sort({deeper()})",
        )
    )


def _ranged(rng: random.Random, deeper, old: bool) -> str:
    names = " ".join(OVER_TIME).split() + ([] if old else NEW_OVER_TIME.split())
    function = rng.choice(names)
    name = function if function in OVER_TIME[1].split() else f"{function}_over_time"
    window = rng.choice(WINDOWS)
    inner = f"{rng.choice(GAUGES + COUNTERS)}[{window}]"
    if old and name in (
        "predict_linear",
        "rate",
        "increase",
        "stddev_over_time",
        "stdvar_over_time",
    ):
        return f"{name}({rng.choice(COUNTERS)}[{window}]{', 60' * (name == 'predict_linear')})"
    if not old and rng.random() < 0.2:
        inner = f"({deeper()})[{window}:{rng.choice(('', '30s', '77s'))}]"
    modifiers = ["", "", "", " offset 2m", f" @ {START // 1000}", " @ end()"]
    # Prometheus 3.14 finds nothing in a pinned subquery when the function varies with time; its
    # successor and its own newer scripts do.
    pinned = function == "predict_linear" and inner.startswith("(")
    inner += rng.choice(modifiers[: 4 if pinned else 6])
    if function.startswith("ts_of"):
        # Near the epoch, so that spreads and slopes of times do not consist of rounding alone.
        return f"({name}({inner}) - {START // 1000})"
    match function:
        case "double_exponential_smoothing":
            return f"{function}({inner}, 0.3, 0.1)"
        case "quantile":
            return f"{name}({rng.choice(('0', '0.5', '0.95', '1'))}, {inner})"
        case "predict_linear":
            return f"{name}({inner}, 3600)"
    return f"{name}({inner})"
