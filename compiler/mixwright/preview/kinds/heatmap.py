"""A histogram over time: how much fell into each bucket, as colour."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.frame import Values
from mixwright.preview.series import Series, numbers
from mixwright.preview.units import formatted
from mixwright.preview.view import MOST_SERIES, View

_COLUMNS = 120


def draw(view: View) -> dict[str, Any]:
    """Return the cells, lowest bucket first; series with `le` are cumulative buckets and are taken apart."""
    columns = max((len(one.values) for one in view.all_series), default=0)
    series = [one for one in view.all_series if len(one.values) == columns]
    if not series:
        return {}
    per_cell = max(1, -(-columns // _COLUMNS))
    bounded = [(_bound(one.labels.get("le", "")), one) for one in series]
    if all(bound is not None for bound, _ in bounded):
        names, rows = _buckets(view, [(bound, one) for bound, one in bounded if bound is not None])
    else:
        names = [one.name for one in series[:MOST_SERIES]]
        rows = np.stack([one.values for one in series[:MOST_SERIES]])
    return {
        "buckets": names,
        "cells": [numbers(row) for row in _averaged(rows, per_cell)],
        "perCell": per_cell,
    }


def _buckets(view: View, series: list[tuple[float, Series]]) -> tuple[list[str], Values]:
    """Add up the series of each upper bound and subtract from each bucket the one below."""
    edges = sorted({bound for bound, _ in series})
    values = np.stack([one.values for _, one in series])
    cumulative = np.zeros((len(edges), values.shape[1]))
    for (bound, _), row in zip(series, np.where(np.isfinite(values), values, 0), strict=True):
        cumulative[edges.index(bound)] += row
    cells = np.maximum(np.diff(cumulative, axis=0, prepend=0), 0)
    cells[:, np.isnan(values).all(axis=0)] = np.nan
    unit, decimals = view.panel.unit, view.panel.decimals
    names = [
        "∞" if edge == np.inf else str(formatted(edge, unit, decimals, view.now)) for edge in edges
    ]
    return names, cells


def _bound(text: str) -> float | None:
    """Return the number that an `le` label says, if it says one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if np.isnan(number) else number


def _averaged(rows: Values, per_cell: int) -> Values:
    """Average neighbouring steps into one cell."""
    columns = -(-rows.shape[1] // per_cell)
    padded = np.full((rows.shape[0], columns * per_cell), np.nan)
    padded[:, : rows.shape[1]] = rows
    cells = padded.reshape(rows.shape[0], columns, per_cell)
    there = np.isfinite(cells)
    total = np.where(there, cells, 0).sum(axis=2)
    return np.where(there.any(axis=2), total / np.maximum(there.sum(axis=2), 1), np.nan)
