"""Units that Grafana formats."""

from __future__ import annotations

import pytest

from mixwright.model.units import known_unit, unit_ids


def test_all_units_of_grafanas_picker_are_known() -> None:
    assert len(unit_ids()) == 273
    assert {"bytes", "percentunit", "s", "reqps", "short", "none"} <= unit_ids()


@pytest.mark.parametrize("unit", ["suffix:jobs", "prefix:#", "si:W", "time:YYYY", "currency:kr"])
def test_forms_for_units_of_ones_own_are_known(unit: str) -> None:
    assert known_unit(unit)


@pytest.mark.parametrize("unit", ["", "number", "errps", "Bytes", "suffix:", "jobs:x", "/ sec"])
def test_text_that_grafana_only_prints_is_not_known(unit: str) -> None:
    assert not known_unit(unit)
