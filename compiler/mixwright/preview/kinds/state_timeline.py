"""Discrete states over time: one track for each series, one span for each stretch of equal values."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.preview.series import Series
from mixwright.preview.view import View

_MOST_STATES = 20


def draw(view: View) -> dict[str, Any]:
    """Return the tracks, whose spans are [first step, length, number of the state], and the states."""
    series = view.series
    if not series:
        return {}
    found = sorted({float(value) for one in series for value in one.values[~np.isnan(one.values)]})
    numbers = {value: min(n, _MOST_STATES - 1) for n, value in enumerate(found)}
    states = [view.shown(value) for value in found[:_MOST_STATES]]
    if len(found) > _MOST_STATES:
        states[-1] = {"text": "other"}
    tracks = [
        {"name": one.name, "spans": _spans(one, numbers), "links": view.links(one)}
        for one in series
    ]
    return view.cut({"tracks": tracks, "states": states})


def _spans(one: Series, numbers: dict[float, int]) -> list[tuple[int, int, int]]:
    values = one.values
    missing = np.isnan(values)
    same = (values[1:] == values[:-1]) | (missing[1:] & missing[:-1])
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    ends = np.concatenate([starts[1:], [len(values)]])
    return [
        (int(start), int(end - start), numbers[float(values[start])])
        for start, end in zip(starts, ends, strict=True)
        if not missing[start]
    ]
