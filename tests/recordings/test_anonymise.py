"""Pseudonyms hide what names somebody or something, and nothing that rules go by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixwright.errors import MixwrightError
from mixwright.frame import Samples
from mixwright.recordings.anonymise import KEPT, Pseudonyms, anonymised
from mixwright.values import Labels

from .conftest import START, series

KEY = b"0123456789abcdef"


def shape(value: str) -> str:
    """Return a pseudonym with its digits replaced, so that the structure shows."""
    return re.sub(r"x[0-9a-f]{12}", "X", Pseudonyms(KEY).of(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("checkout-prod", "X"),
        ("db1.example.com:9100", "X:9100"),
        ("10.1.2.3:80", "X:80"),
        ("[fe80::1]:80", "X:80"),
        ("fe80::1234", "X"),
        ("/var/lib/customers", "/X/X/X"),
        ("/", "/"),
        ("/api/v1/users/42", "/X/X/X/42"),
        ("https://shop.example.com:8443/cart?id=7&u=bob", "https://X:8443/X?X=7&X=X"),
        ("registry:5000/team/app:1", "X:5000/X/X:1"),
        ("200", "200"),
        ("-0.5", "-0.5"),
        ("+Inf", "+Inf"),
        ("4915112345678", "X"),
        ("Müller & Söhne", "X"),
    ],
)
def test_structure_is_kept_and_names_are_not(value: str, expected: str) -> None:
    assert shape(value) == expected


@given(value=st.text(min_size=1))
def test_a_value_has_one_pseudonym_per_key(value: str) -> None:
    once, again = Pseudonyms(KEY).of(value), Pseudonyms(KEY).of(value)

    assert once == again != ""
    if "X" in shape(value):
        assert once != Pseudonyms(b"another key of 16 bytes").of(value)


@given(values=st.sets(st.text(min_size=1), max_size=50))
def test_different_values_stay_different(values: set[str]) -> None:
    pseudonyms = Pseudonyms(KEY)

    assert len({pseudonyms.of(value) for value in values}) == len(values)


def test_labels_that_rules_go_by_are_kept_unless_they_are_to_be_hidden() -> None:
    labels = Labels({"__name__": "up", "job": "shop", "le": "0.5", "instance": "a", "team": "b"})

    plain = Pseudonyms(KEY).labels(labels)
    assert {n for n in labels if plain[n] == labels[n]} == {"__name__", "job", "le"}
    told = Pseudonyms(KEY, keep=["team"], hide=["job"]).labels(labels)
    assert {n for n in labels if told[n] == labels[n]} == {"__name__", "le", "team"}
    assert {"__name__", "le", "quantile", "job", "severity", "code", "mode"} <= KEPT


def test_joins_still_join(samples: Samples) -> None:
    both = Samples.of(
        [
            series("info", [START], [1.0], node="a:1", instance="x"),
            series("load", [START], [2.0], instance="a:1"),
        ]
    )
    info, load = anonymised(both, Pseudonyms(KEY)).labels

    assert info["node"] == load["instance"] != "a:1"


def test_samples_stay_with_their_series(samples: Samples) -> None:
    pseudonyms = Pseudonyms(KEY)
    found = {labels: (t.tolist(), v.tolist()) for labels, t, v in anonymised(samples, pseudonyms)}

    assert found == {pseudonyms.labels(n): (t.tolist(), v.tolist()) for n, t, v in samples}


def test_a_short_key_is_refused_and_never_shown() -> None:
    with pytest.raises(MixwrightError, match="must have 16 bytes or more, it has 6"):
        Pseudonyms(b"secret")
    assert "0123456789" not in repr(Pseudonyms(KEY))
