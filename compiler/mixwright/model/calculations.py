"""The names of Grafana's calculations: what makes one value of many."""

from __future__ import annotations

CALCULATIONS = (
    *("lastNotNull", "last", "firstNotNull", "first", "min", "max", "mean", "median", "sum"),
    *("count", "range", "delta", "step", "diff", "diffperc", "logmin", "allIsZero", "allIsNull"),
    *("changeCount", "distinctCount", "variance", "stdDev", "allValues", "uniqueValues"),
    *("p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99"),
)
"""Ids of `fieldReducers` (@grafana/data 13.2, `transformations/fieldReducer`); percentiles are p1 to p99."""
