"""Recall: what is known to be broken is found, by the check that is there for it, and nothing else is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from recall import CORRECT, DEAD, PINT, SEEDED, Case, findings

from mixwright.recordings import Recording, open_recording


@pytest.fixture(scope="module")
def cluster(shared: Path) -> Recording:
    return open_recording(shared / "recordings" / "cluster")


def test_nothing_is_found_in_a_correct_rule_set() -> None:
    assert findings(CORRECT) == ()


@pytest.mark.parametrize("case", [*PINT, *SEEDED], ids=lambda case: case.what)
def test_a_defect_is_found(case: Case) -> None:
    assert case.code in {finding.code for finding in case.found()}


@pytest.mark.parametrize(
    "case", [case for case in DEAD if not case.needs_recording], ids=lambda case: case.what
)
def test_a_dead_alert_is_found(case: Case) -> None:
    assert case.code in {finding.code for finding in case.found()}


@pytest.mark.parametrize(
    "case", [case for case in DEAD if case.needs_recording], ids=lambda case: case.what
)
def test_a_dead_alert_is_found_with_a_recording(case: Case, cluster: Recording) -> None:
    assert case.code in {finding.code for finding in case.found(cluster)}
