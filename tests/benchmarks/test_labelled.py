"""The marks that `benchmarks/labelled.py` gives, by hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

_SPEC = importlib.util.spec_from_file_location(
    "labelled", Path(__file__).parents[2] / "benchmarks" / "labelled.py"
)
labelled = importlib.util.module_from_spec(_SPEC)
sys.modules["labelled"] = labelled
_SPEC.loader.exec_module(labelled)

TIMES = np.arange(100) * 300.0


def series(**fields):
    given = {"name": "s", "times": TIMES, "values": TIMES * 0, "windows": ((12_000.0, 14_700.0),)}
    return labelled.Series(**given | fields)


def test_a_page_as_a_window_begins_is_worth_all_of_it():
    marks = labelled.marked([(series(), [12_000.0])])
    assert (marks.nab, marks.f1) == (pytest.approx(100), 1)


def test_nothing_is_worth_nothing():
    marks = labelled.marked([(series(), [])])
    assert (marks.nab, marks.recall, marks.f1) == (0, 0, 0)


def test_a_page_at_the_end_of_a_window_is_worth_less():
    # Row 49 is the last of 10: sigmoid(-0.1) / sigmoid(-1) of one window, halved onto 50 … 100.
    (gain,) = [(2 / (1 + np.exp(-0.5)) - 1) / (2 / (1 + np.exp(-5)) - 1)]
    marks = labelled.marked([(series(), [14_700.0])])
    assert marks.nab == pytest.approx(100 * (gain + 1) / 2)


def test_false_pages_cost_a_ninth_of_a_window_and_precision():
    marks = labelled.marked([(series(), [300.0, 600.0, 12_000.0])])
    assert marks.nab == pytest.approx(100 * (1 - 0.22 + 1) / 2)
    assert marks.precision == pytest.approx(1 / 3)


def test_pages_on_probation_are_not_scored():
    assert labelled.marked([(series(probation=3), [300.0, 600.0])]).false == 0


def test_the_first_extreme_pages_through_the_engine():
    hours = np.arange(24 * 7) * 3600.0
    values = 100 + 10 * np.arange(len(hours)) % 24
    values[150] = 1000
    found = labelled.page_onsets(
        series(times=hours, values=values), labelled.FAMILIES[0].rules(0.4)
    )
    assert len(found) == 1
    assert hours[150] <= found[0] < hours[151]


def test_both_layouts_are_read(tmp_path):
    (tmp_path / "nab/a").mkdir(parents=True)
    (tmp_path / "nab/a/b.csv").write_text(
        "timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 00:05:00,2\n2014-01-01 00:10:00,3\n"
    )
    (tmp_path / "nab/windows.json").write_text(
        '{"a/b.csv": [["2014-01-01 00:05:00.000000", "2014-01-01 00:10:00.000000"]]}'
    )
    (tmp_path / "cloud/a").mkdir(parents=True)
    (tmp_path / "cloud/a/b.csv").write_text(
        "TimeStamp,Value,Label\n2018-01-01 00:00:00,1,0\n2018-01-01 01:00:00,2,1\n2018-01-01 02:00:00,2,0\n"
    )
    (one,), (other,) = labelled.read(tmp_path / "nab"), labelled.read(tmp_path / "cloud")
    assert (one.step, len(one.windows)) == (300, 1)
    assert other.windows == ((1514764800.0, 1514775600.0),)


@pytest.mark.parametrize("family", labelled.FAMILIES, ids=lambda family: family.name)
def test_every_family_runs(family):
    hours = np.arange(24 * 3) * 3600.0
    found = labelled.page_onsets(
        series(times=hours, values=100 + hours % 7200), family.rules(family.setting)
    )
    assert len(found) == (1 if family.name == "always firing" else 0)
