from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixwright.preview.units import formatted, js_number, table

AGREED = json.loads(Path(__file__).with_name("units_agreed.json").read_text("utf-8"))


@pytest.mark.parametrize("unit", AGREED)
def test_numbers_read_as_in_grafana(unit: str):
    got = [
        [value, decimals, str(formatted(value, unit, decimals))]
        for value, decimals, _ in AGREED[unit]
    ]

    assert got == AGREED[unit]


def test_every_unit_of_the_table_was_compared():
    units = {unit for rule in table().values() for unit in rule}

    assert units <= AGREED.keys()


def test_prefix_and_suffix_are_apart_from_the_text():
    money = formatted(-1234.5, "currencyUSD")

    assert (money.prefix, money.text, money.suffix) == ("-$", "1.23", "K")


@pytest.mark.parametrize(
    ("value", "text"), [(float("inf"), "∞"), (float("-inf"), "-∞"), (float("nan"), "NaN")]
)
@pytest.mark.parametrize(
    "unit",
    ["short", "bytes", "s", "percentunit", "hex", "sci", "locale", "dtdurations", "clocks", ""],
)
def test_values_that_are_no_numbers_have_a_text(unit: str, value: float, text: str):
    assert text.strip("-") in str(formatted(value, unit)) or "date" in str(formatted(value, unit))


def test_relative_dates_are_relative_to_the_end_of_the_recording():
    assert (
        str(formatted(1_700_000_000_000, "dateTimeFromNow", now=1_700_000_000_000 + 7_200_000))
        == "2 hours ago"
    )
    assert (
        str(formatted(1_700_000_000_000, "dateTimeAsIsoNoDateIfToday", now=1_700_000_600_000))
        == "22:13:20"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (123456789012345680000.0, "123456789012345680000"),
        (0.1, "0.1"),
        (-2.0, "-2"),
    ],
)
def test_numbers_print_as_in_javascript(value: float, text: str):
    assert js_number(value) == text


@given(st.floats(), st.sampled_from(sorted(AGREED)), st.sampled_from([None, 0, 2, 20]))
def test_any_number_has_a_text_in_any_unit(value: float, unit: str, decimals: int | None):
    # Of less than one of its smallest units a duration in words is empty, as it is in Grafana.
    assert str(formatted(value, unit, decimals)) or (
        unit.startswith("dtduration") and abs(value) < 1
    )
