"""The charts of a report: what an alert watches against its threshold, as data that plotly draws in the browser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mixwright.backtest import AlertResult, Backtest, Condition, brief, readable
from mixwright.frame import Mask, Matrix, Values
from mixwright.report import facts
from mixwright.values import METRIC_NAME, Labels

MOST_POINTS = 1500
"""Points of a line: a longer one is drawn by the least and the greatest of each stretch."""


def charts(alert: AlertResult, result: Backtest) -> list[dict[str, Any]]:
    """Return one chart per condition of an alert that had any values."""
    return [
        _chart(condition, alert, result) for condition in alert.conditions if len(condition.values)
    ]


def _chart(condition: Condition, alert: AlertResult, result: Backtest) -> dict[str, Any]:
    comparison, values, thresholds = condition.comparison, condition.values, condition.thresholds
    shared = _shared(values.labels)
    alerted = [episode.labels for episode in alert.episodes if episode.fired]
    lines = [_line(values, row, shared, alerted) for row in range(len(values))]
    limits = []
    if thresholds is not None:
        many = _shared(thresholds.labels)
        limits = [_line(thresholds, row, many, []) for row in range(len(thresholds))]
    more = condition.series - len(values)
    limit = comparison.constant
    return {
        "title": brief(comparison.watched),
        "note": f"{facts.count(more, 'more series')[:-1] if more > 1 else '1 more series'} not drawn"
        if more
        else "",
        "op": comparison.op,
        "limit": limit,
        "limitText": "" if limit is None else f"{comparison.op} {readable(limit)}",
        "lines": lines,
        "limits": limits,
        "range": [result.start, result.end],
        "incidents": [[i.name, i.start, i.end] for i in result.incidents],
        "firing": [
            [episode.fired_at, result.end if episode.resolved_at is None else episode.resolved_at]
            for episode in alert.episodes
            if episode.fired
        ],
        "pages": [page.onset for page in alert.pages],
        "severity": alert.alert.severity.value,
    }


def _shared(labels: tuple[Labels, ...]) -> frozenset[str]:
    """Return the names of labels that say nothing, because all series have the same."""
    if len(labels) < 2:
        return frozenset()
    first = labels[0]
    return frozenset(n for n in first if all(other.get(n) == first[n] for other in labels))


def _line(
    matrix: Matrix, row: int, shared: frozenset[str], alerted: list[Labels]
) -> dict[str, Any]:
    labels = matrix.labels[row].drop((METRIC_NAME,))
    name = ", ".join(f"{n}={v}" for n, v in labels.drop(shared).items()) or str(labels)
    # An alert has its series' labels unless the rule overwrites them.
    loud = any(all(alert.get(n) == v for n, v in labels.items()) for alert in alerted)
    times, values = _thinned(matrix, row)
    return {"name": name if name != "{}" else "value", "loud": loud, "x": times, "y": values}


def _thinned(matrix: Matrix, row: int) -> tuple[list[int], list[float | None]]:
    """Return times in ms and values, `None` where there is none; few enough to draw."""
    times, values, present = matrix.steps.times, matrix.values[row], matrix.present[row]
    if len(times) <= MOST_POINTS:
        return times.tolist(), _numbers(values, present)
    size = math.ceil(len(times) / (MOST_POINTS // 2))
    picked: list[int] = []
    for start in range(0, len(times), size):
        own = np.flatnonzero(present[start : start + size]) + start
        if not own.size:
            picked.append(start)
            continue
        ends = {int(own[values[own].argmin()]), int(own[values[own].argmax()])}
        picked += sorted(ends)
    return times[picked].tolist(), _numbers(values[picked], present[picked])


def _numbers(values: Values, present: Mask) -> list[float | None]:
    drawn = present & np.isfinite(values)
    return [
        float(f"{value:.6g}") if there else None
        for value, there in zip(values.tolist(), drawn.tolist(), strict=True)
    ]
