"""Logarithms are Go's, to the last bit."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mixwright.engine.logarithms import exp2, ln, log2, log2s, log10

AGREED = Path(__file__).with_name("logarithms_agreed.json")
"""What Go says of some numbers: their logarithms, and 2 to their power."""


def test_they_are_those_of_go() -> None:
    rows = json.loads(AGREED.read_text())["rows"]
    columns = {name: np.array([float.fromhex(row[name]) for row in rows]) for name in rows[0]}
    x, binary, natural, decimal, y, power = columns.values()

    np.testing.assert_array_equal(log2s(x), binary)
    np.testing.assert_array_equal(ln(x), natural)
    np.testing.assert_array_equal(log10(x), decimal)
    assert [log2(value) for value in x.tolist()] == binary.tolist()
    assert [exp2(value) for value in y.tolist()] == power.tolist()


@given(st.floats(min_value=2.0**-1022, allow_infinity=False))
def test_one_number_is_taken_as_many_are(value: float) -> None:
    assert log2(value) == log2s(np.array([value]))[0]
    assert math.isclose(log2(value), math.log2(value), rel_tol=1e-15, abs_tol=1e-15)


@given(st.integers(-1000, 1000))
def test_powers_of_two_are_exact(exponent: int) -> None:
    assert log2(2.0**exponent) == exponent
    assert exp2(exponent) == 2.0**exponent


def test_what_has_no_logarithm_is_no_number() -> None:
    values = np.array([0.0, -0.0, math.inf, -1.0, math.nan, -math.inf])

    for function in (ln, log2s, log10):
        with np.errstate(all="ignore"):
            found = function(values)
        np.testing.assert_array_equal(
            found, [-math.inf, -math.inf, math.inf, math.nan, math.nan, math.nan]
        )
    assert [exp2(2000), exp2(-2000)] == [math.inf, 0.0]
    assert math.isnan(exp2(math.nan))
    assert math.isnan(log2(-1.0))
