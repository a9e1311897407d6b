"""Tuning: thousands of settings of one alert, scored over a recording that is evaluated once a window."""

from mixwright.backtest.tune.choose import (
    Fold,
    Tuned,
    Validation,
    best,
    front,
    plateau,
    validate,
)
from mixwright.backtest.tune.parameters import Axis, Tunable, read_axis, tunables
from mixwright.backtest.tune.prepare import curve_axis, prepare
from mixwright.backtest.tune.sweep import Point, Sweep, sweep

__all__ = [
    "Axis",
    "Fold",
    "Point",
    "Sweep",
    "Tunable",
    "Tuned",
    "Validation",
    "best",
    "curve_axis",
    "front",
    "plateau",
    "prepare",
    "read_axis",
    "sweep",
    "tunables",
    "validate",
]
