"""Go's logarithms and `math.Exp2`, to the last bit; what numpy says depends on the processor.

All reduce their argument and evaluate a minimax polynomial. Of subnormal numbers Go makes something else on some
processors.
Source: FreeBSD's `e_log.c` and `e_exp.c`, as Go's `math` has them (`log.go`, `log10.go`, `exp.go`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np

from mixwright.frame import Values

Number = TypeVar("Number", float, Values)

_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
"""The natural logarithm of 2 in two parts; the first has so few bits that its small multiples are exact."""
_PER_LN2: Final = 1.4426950408889634
_PER_LN10: Final = 0.43429448190325182
_LOWEST: Final = math.sqrt(2) / 2
_ODD: Final = (
    *(6.666666666666735130e-01, 2.857142874366239149e-01),
    *(1.818357216161805012e-01, 1.479819860511658591e-01),
)
_EVEN: Final = 3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01
_EXP: Final = (
    *(1.66666666666666657415e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05),
    *(-1.65339022054652515390e-06, 4.13813679705723846039e-08),
)


def ln(x: Values) -> Values:
    """Return natural logarithms."""
    fraction, exponent = np.frexp(x)
    return _special(x, _log(fraction, exponent))


def log2s(x: Values) -> Values:
    """Return binary logarithms; exact for powers of two."""
    fraction, exponent = np.frexp(x)
    found = _log(fraction, np.zeros_like(exponent)) * _PER_LN2 + exponent
    return _special(x, np.where(fraction == 0.5, exponent - 1.0, found))


def log10(x: Values) -> Values:
    """Return decimal logarithms."""
    return ln(x) * _PER_LN10


def log2(x: float) -> float:
    """Return the binary logarithm of one number above 0."""
    if not 0 < x < math.inf:
        return -math.inf if x == 0 else x if x > 0 else math.nan
    fraction, exponent = math.frexp(x)
    if fraction == 0.5:
        return float(exponent - 1)
    if fraction < _LOWEST:
        return _around_one(fraction * 2, -1.0) * _PER_LN2 + exponent
    return _around_one(fraction, 0.0) * _PER_LN2 + exponent


def exp2(x: float) -> float:
    """Return 2 to the power of one number."""
    if math.isnan(x) or x > 1023.9999999999999 or x < -1074:
        return math.nan if math.isnan(x) else math.inf if x > 0 else 0.0
    whole = int(x + math.copysign(0.5, x))
    rest = x - whole
    high, low = rest * _LN2_HIGH, -rest * _LN2_LOW
    r = high - low
    t = r * r
    c = r - t * _polynomial(_EXP, t)
    return math.ldexp(1 - ((low - (r * c) / (2 - c)) - high), whole)


def _special(x: Values, found: Values) -> Values:
    """Return what was found, and for what is not a positive number what Go says."""
    found = np.where(x > 0, found, math.nan)
    return np.where(x == math.inf, math.inf, np.where(x == 0, -math.inf, found))


def _log(fraction: Values, exponent: Values) -> Values:
    """Return the natural logarithm of fractions in [0.5, 1) times powers of two."""
    low = fraction < _LOWEST
    return _around_one(
        np.where(low, fraction * 2, fraction), np.where(low, exponent - 1.0, exponent)
    )


def _around_one(x: Number, exponent: Number) -> Number:
    """Return the natural logarithm of `x`, near 1, times 2 to the power of `exponent`."""
    f = x - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    rest = s2 * _polynomial(_ODD, s4) + s4 * _polynomial(_EVEN, s4)
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + rest) + exponent * _LN2_LOW)) - f)


def _polynomial(coefficients: Sequence[float], x: Number) -> Number:
    value = coefficients[-2] + x * coefficients[-1]
    for coefficient in coefficients[-3::-1]:
        value = coefficient + x * value
    return value
