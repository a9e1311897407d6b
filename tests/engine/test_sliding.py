"""Sliding kernels say what the plain ones say, which follow Prometheus' code step by step."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mixwright.engine.kernels import extremes, lookup, order, regression, spread, sums
from mixwright.engine.kernels.compensated import SLIDE_FROM

EPSILON = np.finfo(float).eps
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # exact fractions are slow

numbers = st.one_of(
    st.integers(-50, 50).map(float),
    st.floats(-1e6, 1e6),
    st.floats(1e9, 1e9 + 100),
    st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e300, -1e300, 1e-300]),
)
tame = st.one_of(st.integers(-50, 50).map(float), st.floats(-1e6, 1e6), st.floats(1e9, 1e9 + 1e5))


@st.composite
def recordings(draw, values=numbers):
    size = draw(st.integers(2, 120))
    gaps = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
    sample = draw(st.lists(values, min_size=size, max_size=size))
    times = np.cumsum(np.array(gaps, np.int64)) * 1000
    step = draw(st.integers(1, 90)) * 1000
    width = draw(st.integers(1, 900)) * 1000
    ends = np.arange(0, int(times[-1]) + width + step, step, dtype=np.int64)
    return times, np.array(sample, float), ends, width


def _both(module, recording, *extra, clocked=False):
    times, values, ends, width = recording
    clock_starts = np.array([0, len(times)])
    lo, middle, hi = (np.empty((1, len(ends)), np.int64) for _ in range(3))
    lookup.windows(times, clock_starts, ends, width, lo, hi)
    lookup.borders(times, clock_starts, ends, width, lo, hi, middle)
    clock, starts = np.zeros(1, np.int64), clock_starts
    head = (clock_starts, times, clock) if clocked else (clock,)
    longest = int((hi - lo).max())
    results = []
    for kernel, cuts in (
        (module.plain, (lo, hi)),
        (module.sliding, (lo, middle, hi, longest)),
    ):
        out, present = np.zeros((1, len(ends))), np.zeros((1, len(ends)), bool)
        slack = () if kernel is module.plain else (np.zeros(out.shape),)
        kernel(0, 1, *head, starts, values, *cuts, *extra, out, present, *slack)
        results.append((out[0], present[0]))
    (plain, here), (sliding, there) = results
    assert (here == there).all()
    return plain[here], sliding[here], [(values[a:b]) for a, b in zip(lo[0], hi[0], strict=True)]


def _assert_close(plain, sliding, slack=0.0):
    assert (np.isnan(plain) == np.isnan(sliding)).all()
    finite = np.isfinite(plain)
    assert (plain[~finite & ~np.isnan(plain)] == sliding[~finite & ~np.isnan(plain)]).all()
    slack = np.broadcast_to(slack, plain.shape)[finite]
    plain, sliding = plain[finite], sliding[finite]
    assert (np.abs(plain - sliding) <= 1e-12 * np.abs(plain) + slack).all()


@settings(max_examples=60, deadline=None)
@given(recordings(), st.booleans())
def test_sums_and_averages_slide(recording, average):
    plain, sliding, _ = _both(sums, recording, average)
    _assert_close(plain, sliding)


@settings(max_examples=60, deadline=None)
@given(recordings(), st.sampled_from([1.0, -1.0]))
def test_extremes_slide_exactly(recording, sign):
    plain, sliding, _ = _both(extremes, recording, sign)
    np.testing.assert_array_equal(plain, sliding)


@settings(max_examples=60, deadline=None)
@given(recordings(tame))
def test_variance_slides(recording):
    plain, sliding, windows = _both(spread, recording, False)
    # Prometheus' own method rounds every difference to the mean to the mean's precision: nothing
    # can agree with it more closely than that.
    rounding = [
        4 * EPSILON * np.abs(window).max() * (np.ptp(window) + EPSILON * np.abs(window).max())
        for window in windows
        if len(window)
    ]
    _assert_close(plain, sliding, np.array(rounding))


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_odd_numbers_have_no_variance_in_either_kernel(recording):
    plain, sliding, windows = _both(spread, recording, True)
    odd = np.array([not np.isfinite(window).all() for window in windows if len(window)], bool)
    assert np.isnan(sliding[odd]).all()
    assert np.isnan(plain[odd]).all()


@settings(max_examples=40, deadline=None, phases=NO_SHRINKING)
@given(recordings(tame), st.booleans())
def test_the_sliding_line_is_the_exact_one(recording, predict):
    times, values, ends, _ = recording
    ahead = np.full(len(ends), 3600.0)
    _, sliding, _ = _both(regression, recording, ends, ahead, predict, clocked=True)
    at = [end for end, window in zip(ends, _windows(recording), strict=True) if len(window) > 1]
    spans = [window for window in _windows(recording) if len(window) > 1]
    for result, end, window in zip(sliding, at, spans, strict=True):
        if len(window) < SLIDE_FROM:
            continue
        slope, height, scale = _exact_line(times[window], values[window], int(end))
        reach = (3600 + (end - times[window[0]]) / 1000) / ((np.ptp(times[window])) / 1000)
        expected = height + slope * 3600 if predict else slope
        # Relative to what the line is made of: the level, and the spread over the window's length.
        if predict:
            allowed = 1e-12 * float(abs(height) + scale * reach)
        else:
            allowed = 1e-12 * float(scale) / (np.ptp(times[window]) / 1000)
        assert abs(result - expected) <= allowed + 1e-12 * abs(expected)


def _windows(recording):
    times, _, ends, width = recording
    for end in ends:
        yield np.flatnonzero((times > end - width) & (times <= end))


def _exact_line(times, values, at):
    """Slope, height at `at` and largest distance to the mean, in exact fractions."""
    xs = [Fraction(int(time) - at, 1000) for time in times]
    ys = [Fraction(float(value)) for value in values]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )
    return slope, y - slope * x, max(abs(b - y) for b in ys) + abs(y) * Fraction(1, 10**4)


@settings(max_examples=60, deadline=None)
@given(recordings(tame), st.booleans())
def test_the_plain_line_is_the_sliding_one_where_its_sums_do_not_cancel(recording, predict):
    times, values, ends, width = recording
    values = values - values.mean()
    ahead = np.full(len(ends), 60.0)
    recording = times, values, ends, width
    plain, sliding, windows = _both(regression, recording, ends, ahead, predict, clocked=True)
    scale = np.array([np.abs(window).max() for window in windows if len(window) > 1])
    gap = np.diff(times).min() / 1000
    rounding = 64 * EPSILON * scale * ((width / 1000 + 60) / gap) ** 2
    _assert_close(plain, sliding, rounding)


@settings(max_examples=60, deadline=None)
@given(recordings(), st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0, -1.0, 2.0, np.nan]))
def test_quantiles_from_the_rank_tree_are_those_of_sorted_windows(recording, wanted):
    _times, _values, ends, _width = recording
    out, present, windows = _ordered(order.quantile, recording, np.full(len(ends), wanted))
    for result, window in zip(out[present], windows, strict=True):
        np.testing.assert_array_equal(result, _quantile(wanted, window))


@settings(max_examples=60, deadline=None)
@given(recordings(st.one_of(tame, st.just(np.nan))))
def test_deviations_from_the_rank_tree_are_those_of_sorted_windows(recording):
    out, present, windows = _ordered(order.deviation, recording)
    for result, window in zip(out[present], windows, strict=True):
        expected = np.nan
        if not np.isnan(window).any():
            expected = _quantile(0.5, np.abs(window - _quantile(0.5, window)))
        np.testing.assert_array_equal(result, expected)


def _ordered(kernel, recording, *extra):
    times, values, ends, width = recording
    clock_starts = np.array([0, len(times)])
    lo, hi = (np.empty((1, len(ends)), np.int64) for _ in range(2))
    lookup.windows(times, clock_starts, ends, width, lo, hi)
    ranked_order = np.roll(np.argsort(values, kind="stable"), int(np.isnan(values).sum()))
    ranks = np.empty(len(values), np.int64)
    ranks[ranked_order] = np.arange(len(values))
    out, present = np.zeros((1, len(ends))), np.zeros((1, len(ends)), bool)
    clock = np.zeros(1, np.int64)
    ranked = values[ranked_order]
    kernel(0, 1, clock, clock_starts, ranks, ranked, lo, hi, *extra, out, present)
    windows = [values[a:b] for a, b in zip(lo[0], hi[0], strict=True) if b > a]
    return out[0], present[0], windows


def _quantile(wanted, window):
    if np.isnan(wanted):
        return np.nan
    if not 0 <= wanted <= 1:
        return np.copysign(np.inf, wanted)
    ordered = sorted(window, key=lambda value: (not np.isnan(value), value))
    rank = wanted * (len(ordered) - 1)
    lower = int(np.floor(rank))
    upper = min(lower + 1, len(ordered) - 1)
    weight = rank - lower
    with np.errstate(all="ignore"):
        return ordered[lower] * (1 - weight) + ordered[upper] * weight


def test_a_spike_that_leaves_takes_its_rounding_with_it():
    values = np.concatenate([[1e17], np.full(50, 0.1)])
    recording = (np.arange(1, 52) * 1000, values, np.arange(1, 52) * 1000, 20_000)
    plain, sliding, _ = _both(sums, recording, False)
    np.testing.assert_array_equal(plain[25:], sliding[25:])


@pytest.mark.parametrize("value", [0.1, 1e17, -3.0])
def test_a_flat_line_has_no_spread(value):
    recording = (np.arange(1, 60) * 1000, np.full(59, value), np.arange(1, 60) * 1000, 30_000)
    _, sliding, _ = _both(spread, recording, True)
    assert (sliding == 0).all()
