"""What `benchmarks/mixins.py` counts, by hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from mixwright.backtest import Incident, Page
from mixwright.model import Severity
from mixwright.replay.states import Episode
from mixwright.values import Labels

_SPEC = importlib.util.spec_from_file_location(
    "mixins_benchmark", Path(__file__).parents[2] / "benchmarks" / "mixins.py"
)
mixins = importlib.util.module_from_spec(_SPEC)
sys.modules["mixins_benchmark"] = mixins
_SPEC.loader.exec_module(mixins)

MINUTE = 60_000
INCIDENTS = mixins.with_public(
    (
        Incident(name="frozen", start=10 * MINUTE, end=20 * MINUTE, alerts=("Down",)),
        Incident(name="always", start=0, end=60 * MINUTE, alerts=("Broken",)),
        Incident(name="elsewhere", start=0, end=60 * MINUTE, alerts=("Other",)),
    ),
    {"frozen": ("TheirDown",)},
)


def told(alert, minute):
    labels = Labels({"alertname": alert})
    onset = minute * MINUTE
    episode = Episode(
        alert=alert,
        labels=labels,
        active_at=onset,
        fired_at=onset,
        resolved_at=None,
        value=1.0,
        fired_value=1.0,
        last_value=1.0,
        sample=labels,
    )
    return Page(receiver="page", severity=Severity.PAGE, onset=onset, episodes=(episode,))


def side(name, *pages, alerts=("Down", "Broken", "TheirDown")):
    return mixins.Side(name=name, alerts=alerts, told=pages)


def test_only_alerts_that_are_for_an_incident_find_it():
    assert mixins.delays([told("Noise", 12)], INCIDENTS) == {}
    assert mixins.delays([told("TheirDown", 14), told("Down", 12)], INCIDENTS) == {
        "frozen": 2 * MINUTE
    }


def test_what_is_told_while_something_else_lasts_is_false():
    pages = [told("Noise", 12), told("Down", 12), told("Down", 40)]
    assert mixins.false(pages, INCIDENTS) == (pages[0], pages[2])


def test_the_rows_of_both_sides():
    ours = side("ours", told("Down", 12), told("Broken", 5))
    public = side("public", told("TheirDown", 15), told("Noise", 12))
    assert list(mixins.rows("node", (ours, public), INCIDENTS)) == [
        "| node | ours | 3 | 2 of 2 | 2 of 2 | 2 | 0 | 3:30 | 2:00 |",
        "| node | public | 3 | 1 of 2 | 1 of 2 | 2 | 1: `Noise` | 5:00 | 5:00 |",
    ]


def test_all_systems_together():
    first, second = side("ours", told("Down", 12)), side("ours", told("Broken", 5))
    both = mixins.together((first, second))
    assert (len(both.alerts), both.told) == (6, (*first.told, *second.told))


def test_nothing_has_no_delay():
    assert mixins.clock(()) == "–"


def test_every_incident_that_is_named_is_in_a_recording():
    files = (Path(__file__).parents[2] / "recordings").glob("*/incidents.yaml")
    known = {incident.name for file in files for incident in mixins.read_incidents(file)}
    assert set(mixins.TELLING) <= known
