"""A histogram over time: how much fell into each bucket, as colour."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.frame import Values
from mixwright.preview.series import Series, numbers
from mixwright.preview.units import formatted
from mixwright.preview.view import View

_COLUMNS = 120


def draw(view: View) -> dict[str, Any]:
    """Return the cells, lowest bucket first; series with `le` are cumulative buckets and are taken apart."""
    series = view.all_series
    if not series:
        return {}
    per_cell = max(1, -(-series[0].values.shape[0] // _COLUMNS))
    if all("le" in one.labels for one in series):
        names, rows = _buckets(view, series)
    else:
        names = [one.name for one in view.series]
        rows = np.stack([one.values for one in view.series])
    return {
        "buckets": names,
        "cells": [numbers(row) for row in _averaged(rows, per_cell)],
        "perCell": per_cell,
    }


def _buckets(view: View, series: list[Series]) -> tuple[list[str], Values]:
    """Add up the series of each upper bound and subtract from each bucket the one below."""
    edges = sorted({_bound(one.labels["le"]) for one in series})
    cumulative = np.zeros((len(edges), len(series[0].values)))
    for one in series:
        cumulative[edges.index(_bound(one.labels["le"]))] += np.nan_to_num(one.values)
    missing = np.all([np.isnan(one.values) for one in series], axis=0)
    cells = np.maximum(np.diff(cumulative, axis=0, prepend=0), 0)
    cells[:, missing] = np.nan
    unit, decimals = view.panel.unit, view.panel.decimals
    names = [
        "∞" if edge == np.inf else str(formatted(edge, unit, decimals, view.now)) for edge in edges
    ]
    return names, cells


def _bound(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _averaged(rows: Values, per_cell: int) -> Values:
    """Average neighbouring steps into one cell."""
    columns = -(-rows.shape[1] // per_cell)
    padded = np.full((rows.shape[0], columns * per_cell), np.nan)
    padded[:, : rows.shape[1]] = rows
    cells = padded.reshape(rows.shape[0], columns, per_cell)
    there = ~np.isnan(cells)
    total = np.where(there, cells, 0).sum(axis=2)
    return np.where(there.any(axis=2), total / np.maximum(there.sum(axis=2), 1), np.nan)
