"""A diff for programs. Times are RFC 3339 in UTC, lengths of time are seconds."""

from __future__ import annotations

import json
from typing import Any

from mixwright.backtest import Page
from mixwright.backtest.changes import Behaviour
from mixwright.report.changes import words
from mixwright.report.changes.words import Differing
from mixwright.report.facts import iso
from mixwright.report.json import score

VERSION = 1
"""The version of this format; it changes when a field changes its meaning."""


def render(found: Differing) -> str:
    """Return the diff as one JSON document."""
    document = {
        "version": VERSION,
        "old": found.old.name,
        "new": found.new.name,
        "summary": words.sentence(found).replace("`", ""),
        "changes": [
            {
                "mixin": change.unit,
                "kind": change.kind,
                "name": change.name,
                "text": change.text,
                "level": change.level.name.lower(),
                "before": change.before or None,
            }
            for change in found.changes
        ],
        "versions": [
            {
                "mixin": bump.unit,
                "old": bump.old,
                "new": bump.new,
                "level": bump.level.name.lower(),
                "deserved": bump.deserved or None,
                "enough": bump.enough,
            }
            for bump in found.bumps
        ],
        "behaviour": None if found.behaviour is None else _behaviour(found.behaviour),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _behaviour(behaviour: Behaviour) -> dict[str, Any]:
    mean = behaviour.mean_shift
    return {
        "old": score(behaviour.old.score),
        "new": score(behaviour.new.score),
        "incidents": [
            {
                "name": incident.name,
                "old": _delay(incident.old.delay) if incident.old.detected else None,
                "new": _delay(incident.new.delay) if incident.new.detected else None,
            }
            for incident in behaviour.incidents
        ],
        "pages": [
            {
                "kind": change.kind.value,
                "explained": change.explained,
                "old": _page(change.old),
                "new": _page(change.new),
            }
            for change in behaviour.pages
        ],
        "tests": {
            "detected": behaviour.detection_test,
            "delay": behaviour.delay_test,
            "false_pages": behaviour.false_test,
        },
        "mean_delay_change": None
        if mean is None
        else {"mean": mean[0] / 1000, "low": mean[1][0] / 1000, "high": mean[1][1] / 1000},
    }


def _page(page: Page | None) -> dict[str, Any] | None:
    if page is None:
        return None
    return {
        "alerts": list(page.alerts),
        "severity": page.severity.value,
        "onset": iso(page.onset),
        "resolved_at": iso(page.resolved_at),
        "labels": [dict(episode.labels) for episode in page.episodes],
    }


def _delay(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
