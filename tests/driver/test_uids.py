"""Uids that stay when titles change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mixwright import Dashboard, Mixin, Panel
from mixwright.driver.compile import compile_project
from mixwright.driver.project import resolved
from mixwright.driver.uids import keep_uids

_MIXIN = """
from mixwright import Dashboard, Mixin, Panel
MIXIN = Mixin("web", version="0.1.0", dashboards=({dashboards}))
"""


def dashboard(title: str, *panels: str, **more: str) -> str:
    shown = ", ".join(f"Panel({panel!r}, 'up')" for panel in panels)
    extra = "".join(f", {name}={value!r}" for name, value in more.items())
    return f"Dashboard({title!r}, panels=({shown},){extra}), "


def write(root: Path, *dashboards: str) -> Path:
    (root / "mixins").mkdir(exist_ok=True)
    (root / "mixins" / "web.py").write_text(_MIXIN.format(dashboards="".join(dashboards)))
    return root


def uids(root: Path) -> dict[str, str]:
    compile_project(root, root / "out")
    files = (root / "out" / "web" / "dashboards").glob("*.json")
    return {file.stem: json.loads(file.read_text())["uid"] for file in files}


def test_a_dashboard_that_is_renamed_keeps_its_uid(tmp_path: Path) -> None:
    first, second = dashboard("Fleet", "a", "b", "c"), dashboard("Jobs", "x", "y")
    assert uids(write(tmp_path, first, second)) == {"fleet": "web-fleet", "jobs": "web-jobs"}

    renamed = write(tmp_path, dashboard("All machines", "a", "b", "c", "d"), second)

    assert uids(renamed) == {"all-machines": "web-fleet", "jobs": "web-jobs"}
    # And again, now that the file has another name.
    assert uids(renamed) == {"all-machines": "web-fleet", "jobs": "web-jobs"}
    assert {one.uid for one in resolved(renamed)[0].all_dashboards()} == {"web-fleet", "web-jobs"}


def test_a_new_dashboard_does_not_inherit_from_one_that_shows_something_else(
    tmp_path: Path,
) -> None:
    uids(write(tmp_path, dashboard("Fleet", "a", "b", "c")))

    assert uids(write(tmp_path, dashboard("Other", "x", "y", "a"))) == {"other": "web-other"}


def test_the_definition_has_the_last_word(tmp_path: Path) -> None:
    uids(write(tmp_path, dashboard("Fleet", "a", "b")))

    told = write(tmp_path, dashboard("Machines", "a", "b", uid="new-one"))
    assert uids(told) == {"machines": "new-one"}


def test_the_more_alike_one_is_the_one_that_was_renamed(tmp_path: Path) -> None:
    uids(write(tmp_path, dashboard("Fleet", "a", "b", "c")))

    found = uids(write(tmp_path, dashboard("One", "a", "b"), dashboard("Two", "a", "b", "c")))
    assert found == {"one": "web-one", "two": "web-fleet"}


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"uid": 1}', '{"uid": "x", "panels": {"a": 1}}', "[" * 5000]
)
def test_files_that_are_no_dashboards_are_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "dashboards").mkdir()
    (tmp_path / "dashboards" / "old.json").write_text(content)
    mixin = Mixin("web", version="0.1.0", dashboards=Dashboard("D", panels=Panel("Up", "up")))

    assert keep_uids(mixin, tmp_path) == mixin
