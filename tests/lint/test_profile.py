"""The target profile: read strictly, and what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.driver.profile import catalogue_for, profile_of
from mixwright.errors import MixwrightError
from mixwright.lint import Profile
from mixwright.lint.profile import read_profile
from mixwright.lint.versions import needs, older
from mixwright.promql import parse
from mixwright.values import Duration

TABLE = """\
prometheus = "2.42.0"
features = ["promql-experimental-functions"]
scrape_interval = "30s"
retention = "90d"
external_labels = { cluster = "eu-1" }
versions = { node_exporter = "1.5.0" }
"""


def test_a_project_says_what_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.mixwright.profile]\n{TABLE}")

    profile = profile_of(tmp_path)

    assert profile.prometheus == "2.42.0"
    assert profile.scrape_interval == Duration(30_000)
    assert profile.retention == Duration(90 * 86_400_000)
    assert profile.external_labels == {"cluster": "eu-1"}
    assert profile.versions == {"prometheus": "2.42.0", "node_exporter": "1.5.0"}


def test_a_file_says_it_at_its_top_or_under_the_heading(tmp_path: Path) -> None:
    top, heading = tmp_path / "top.toml", tmp_path / "heading.toml"
    top.write_text(TABLE)
    heading.write_text(f"[tool.mixwright.profile]\n{TABLE}")

    assert profile_of(tmp_path, top) == profile_of(tmp_path, heading)


def test_without_anything_said_the_usual_is_meant(tmp_path: Path) -> None:
    assert profile_of(tmp_path) == Profile()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert profile_of(tmp_path) == Profile()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"promtheus": "2"}, "did you mean `prometheus`?"),
        ({"prometheus": 2.42}, "`prometheus` must be a text: it is `2.42`"),
        ({"features": "x"}, "`features` must be a list of texts"),
        ({"retention": "90 days"}, "`retention` must be a duration such as `30s`"),
        ({"retention": 90}, "`retention` must be a duration such as `30s`"),
        ({"external_labels": ["a"]}, "`external_labels` must be a table of texts"),
        ({"native_histograms": "yes"}, "must be `true` or `false`"),
        ([], "the profile must be a table"),
    ],
)
def test_what_cannot_be_meant_gets_one_clear_line(said: object, message: str) -> None:
    with pytest.raises(MixwrightError) as raised:
        read_profile(said, "pyproject.toml")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_own_catalogues_come_before_the_packages(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(
        '{"system": "mine", "closed": ["queue_"], "metrics": {"queue_length": {"type": "gauge"}}}'
    )

    catalogue = catalogue_for(Profile(catalogues=("mine.json",)), tmp_path)

    assert catalogue.counts("queue_length") is False
    assert catalogue.counts("node_cpu_seconds_total") is True
    owner = catalogue.owner("queue_lenght")
    assert owner is not None
    assert owner.name == "mine"


@pytest.mark.parametrize(
    ("one", "other", "is_older"),
    [
        ("2.9", "2.10", True),
        ("2.42.0", "2.42", False),
        ("v3.0", "2.99", False),
        ("3.0.0-rc.1", "3.1", True),
    ],
)
def test_versions_are_compared_as_numbers(one: str, other: str, is_older: bool) -> None:
    assert older(one, other) is is_older


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("last_over_time(x[5m])", "2.26"),
        ("x @ 5", "2.33"),
        ("x offset -5m", "2.33"),
        ("group(x)", "2.20"),
        ("limitk(2, x)", "2.54"),
        ("x atan2 y", "2.31"),
        ("x + on (a) fill (0) y", "3.10"),
        ("x offset 5m", None),
        ("rate(x[5m])", None),
    ],
)
def test_it_is_known_what_needs_which_version(text: str, version: str | None) -> None:
    found = [since for _, _, since in needs(parse(text))]

    assert found == ([] if version is None else [version])
