"""The report for programs: everything that the scores are made of, so that they can be recomputed.

Times are RFC 3339 in UTC, lengths of time are seconds. A page is known by its number in `pages`.
"""

from __future__ import annotations

import json
import math
from typing import Any

import attrs

from mixwright.alertmanager import Flush, Notification
from mixwright.backtest import AlertResult, Backtest, Episode, Failure, Outcome, Page, Score
from mixwright.coverage import Coverage, to_object
from mixwright.report.facts import is_true, iso
from mixwright.templating import GoHistogram, TemplateValue

VERSION = 2
"""The version of this format; it changes when a field changes its meaning."""


def render(result: Backtest, coverage: Coverage | None = None) -> str:
    """Return the report as one JSON document, with what the recording exercised of the rules, if known."""
    numbers = {id(page): number for number, page in enumerate(result.pages)}
    document: dict[str, Any] = {
        "version": VERSION,
        "mixins": list(result.mixins),
        "start": iso(result.start),
        "end": iso(result.end),
        "interval": result.interval.seconds,
        "tolerance": {
            "early": result.tolerance.early.seconds,
            "late": result.tolerance.late.seconds,
            "deadline": None
            if result.tolerance.deadline is None
            else result.tolerance.deadline.seconds,
        },
        "score": score(result.score),
        "by_severity": {s.value: score(own) for s, own in result.by_severity.items()},
        "incidents": [_outcome(outcome, numbers) for outcome in result.outcomes],
        "ignored": [
            {"name": i.name, "start": iso(i.start), "end": iso(i.end), "labels": dict(i.labels)}
            for i in result.incidents
            if i.ignore
        ],
        "pages": [_page(page, result) for page in result.pages],
        "notifications": [
            _notification(flush, sent) for flush in result.flushes for sent in flush.notifications
        ],
        "alerts": [_alert(alert, numbers) for alert in result.alerts],
        "recordings": [
            {
                "mixin": rule.scheduled.mixin,
                "group": rule.scheduled.group.name,
                "name": rule.scheduled.rule.name,
                "series": rule.series,
                "failures": [_failure(failure) for failure in rule.failures],
            }
            for rule in result.recordings
        ],
    }
    if coverage is not None:
        document["coverage"] = to_object(coverage)
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def score(given: Score) -> dict[str, Any]:
    """Return a score with its lengths of time in seconds."""
    fields = attrs.asdict(given) | {"false_pages": given.false_pages}
    lengths = ("delay_median", "delay_p90", "reset_median")
    found = {
        name: value / 1000 if name in lengths and value is not None else value
        for name, value in fields.items()
    }
    return found | {
        "recall_within": [[delay / 1000, share] for delay, share in given.recall_within]
    }


def _outcome(outcome: Outcome, numbers: dict[int, int]) -> dict[str, Any]:
    incident = outcome.incident
    return {
        "name": incident.name,
        "start": iso(incident.start),
        "end": iso(incident.end),
        "what": incident.what,
        "labels": dict(incident.labels),
        "alerts": list(incident.alerts),
        "severity": None if incident.severity is None else incident.severity.value,
        "detected": outcome.detected,
        "delay": _seconds(outcome.delay),
        "reset": _seconds(outcome.reset),
        "pages": [numbers[id(page)] for page in outcome.pages],
    }


def _page(page: Page, result: Backtest) -> dict[str, Any]:
    return {
        "alerts": list(page.alerts),
        "receiver": page.receiver,
        "severity": page.severity.value,
        "onset": iso(page.onset),
        "resolved_at": iso(page.resolved_at),
        "repeats": [iso(time) for time in page.repeats],
        "explained": is_true(page, result),
        "labels": [dict(episode.labels) for episode in page.episodes],
    }


def _notification(flush: Flush, sent: Notification) -> dict[str, Any]:
    return {
        "time": iso(flush.at),
        "receiver": sent.receiver,
        "integration": sent.integration,
        "group": dict(flush.group),
        "reason": sent.reason.value,
        "firing": [dict(alert.labels) for alert in sent.firing],
        "resolved": [dict(alert.labels) for alert in sent.resolved],
    }


def _alert(result: AlertResult, numbers: dict[int, int]) -> dict[str, Any]:
    alert = result.alert
    return {
        "mixin": result.mixin,
        "group": result.group,
        "name": alert.name,
        "severity": alert.severity.value,
        "expr": str(alert.expr),
        "for": alert.hold.seconds,
        "keep_firing_for": alert.keep_firing.seconds,
        "evaluations": {
            "first": iso(result.steps.start),
            "last": iso(result.steps.end),
            "interval": result.steps.step / 1000,
            "failures": [_failure(failure) for failure in result.failures],
        },
        "silence": None
        if result.silence is None
        else {"kind": result.silence.kind.value, "evidence": result.silence.evidence},
        "told": [outcome.incident.name for outcome in result.told],
        "pages": [numbers[id(page)] for page in result.pages],
        "held": result.held,
        "near_misses": len(result.near_misses),
        "episodes": [_episode(episode) for episode in result.episodes],
        "score": score(result.score),
    }


def _episode(episode: Episode) -> dict[str, Any]:
    return {
        "labels": dict(episode.labels),
        "active_at": iso(episode.active_at),
        "fired_at": iso(episode.fired_at),
        "resolved_at": iso(episode.resolved_at),
        "value": _number(episode.value),
        "fired_value": _number(episode.fired_value),
        "last_value": _number(episode.last_value),
        "annotations": dict(episode.annotations),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"time": iso(failure.time), "message": failure.message}


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _number(value: TemplateValue | None) -> float | str | None:
    """Return a number, or the word for one that JSON does not have, or the text of a native histogram."""
    if isinstance(value, GoHistogram):
        return str(value)
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
