"""Tuning for programs: every setting with what came of it. Lengths of time are seconds, times RFC 3339 in UTC."""

from __future__ import annotations

import json
from typing import Any

from mixwright.backtest.score import WEEK
from mixwright.backtest.tune import Point, Tuned
from mixwright.backtest.tune.parameters import Value
from mixwright.report.facts import iso
from mixwright.values import Duration

VERSION = 1
"""The version of this format; it changes when a field changes its meaning."""


def render(tuned: Tuned) -> str:
    """Return all of it as one JSON document; `points` are rows of `columns`, in the order of the axes."""
    sweep = tuned.sweep
    names = [axis.name for axis in sweep.axes]
    document = {
        "version": VERSION,
        "alert": sweep.alert.name,
        "expr": str(sweep.alert.expr),
        "start": iso(sweep.start),
        "end": iso(sweep.end),
        "weeks": sweep.exposure / WEEK,
        "budget": tuned.budget,
        "incidents": [incident.name for incident in sweep.incidents],
        "axes": [
            {
                "name": axis.name,
                "where": axis.tunable.where,
                "now": _plain(axis.tunable.now),
                "values": list(map(_plain, axis.values)),
            }
            for axis in sweep.axes
        ],
        "now": _point(tuned, sweep.now),
        "chosen": None if tuned.chosen is None else _point(tuned, tuned.chosen),
        "room": {n: list(map(_plain, r)) for n, r in zip(names, tuned.room, strict=False)},
        "front": [_point(tuned, point) for point in tuned.front],
        "validation": _validation(tuned),
        "columns": [*names, "pages", "true", "false", "detected", "time_in_alert"],
        "points": [
            [*map(_plain, p.values), p.pages, p.true, len(p.false), p.detected, p.time_in_alert]
            for p in sweep.points
        ],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def _point(tuned: Tuned, point: Point) -> dict[str, Any]:
    sweep = tuned.sweep
    return {
        "values": {
            axis.name: _plain(given) for axis, given in zip(sweep.axes, point.values, strict=True)
        },
        "pages": point.pages,
        "true": point.true,
        "false": [iso(time) for time in point.false],
        "delays": {
            incident.name: None if delay is None else delay / 1000
            for incident, delay in zip(sweep.incidents, point.delays, strict=True)
        },
        "recall": sweep.recall(point),
        "false_per_week": sweep.false_per_week(point),
        "time_in_alert": point.time_in_alert,
    }


def _validation(tuned: Tuned) -> dict[str, Any] | None:
    found = tuned.validation
    if found is None:
        return None
    return {
        "recall": found.recall,
        "false_per_week": found.false_per_week,
        "folds": [
            {
                "start": iso(fold.start),
                "end": iso(fold.end),
                "chosen": list(map(_plain, fold.chosen.values)),
                "incidents": fold.incidents,
                "detected": fold.detected,
                "false": fold.false,
            }
            for fold in found.folds
        ],
    }


def _plain(given: Value) -> float:
    return given.seconds if isinstance(given, Duration) else given
