"""Finding and loading definitions; whatever they do wrong is one line with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.errors import MixwrightError
from mixwright.loader import find_root, load

GOOD = """
from mixwright import Mixin
MIXIN = Mixin("{name}", version="1.0.0")
"""


def project(tmp_path: Path, **modules: str) -> Path:
    (tmp_path / "mixins").mkdir()
    for name, text in modules.items():
        (tmp_path / "mixins" / f"{name}.py").write_text(text)
    return tmp_path


def test_mixins_are_loaded_by_name_order(tmp_path: Path) -> None:
    root = project(tmp_path, z=GOOD.format(name="alpha"), a=GOOD.format(name="zeta"), _x="1/0")

    assert [mixin.name for mixin in load(root)] == ["alpha", "zeta"]


def test_definitions_import_the_projects_own_families(tmp_path: Path) -> None:
    for number in (1, 2):
        root = tmp_path / str(number)
        (root / "rules").mkdir(parents=True)
        (root / "rules" / "family.py").write_text(f'NAME = "web-{number}"\n')
        text = 'from rules.family import NAME\nfrom mixwright import Mixin\nMIXIN = Mixin(NAME, version="1.0.0")\n'
        project(root, web=text)

    assert [load(tmp_path / str(n))[0].name for n in (1, 2)] == ["web-1", "web-2"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = 1\n1 / 0\n", 2, "the definition raises ZeroDivisionError: division by zero"),
        ("def f(:\n", 1, "not Python: "),
        ("import nowhere\n", 1, "the definition raises ModuleNotFoundError"),
        ("import sys\n\nsys.exit(3)\n", 3, "the definition raises SystemExit: 3"),
        ("x = 1\n", 1, "exports nothing"),
        ("MIXIN = 3\n", 1, "exports a int"),
        (
            "from mixwright import promql\n\npromql('rate(x')\n",
            3,
            "`rate(x` is not PromQL: unclosed left parenthesis",
        ),
        (
            "from mixwright import Alert\nAlert('X', expr='up', severity='page', summary='s', fro='5m')\n",
            2,
            "unexpected keyword argument 'fro'",
        ),
    ],
)
def test_a_definition_that_raises_is_told_with_its_place(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    root = project(tmp_path, web=text)

    with pytest.raises(MixwrightError) as caught:
        load(root)

    assert message in str(caught.value)
    assert f"web.py:{line}: " in str(caught.value)


def test_two_mixins_of_one_name(tmp_path: Path) -> None:
    root = project(tmp_path, a=GOOD.format(name="web"), b=GOOD.format(name="web"))

    with pytest.raises(
        MixwrightError, match=r"b\.py:3: mixin `web` is defined twice, first at .*a\.py:3"
    ):
        load(root)


def test_an_unknown_mixin_gets_a_suggestion(tmp_path: Path) -> None:
    root = project(tmp_path, web=GOOD.format(name="web"))

    with pytest.raises(MixwrightError, match="`wbe` is not a mixin; did you mean `web`"):
        load(root, ("wbe",))


def test_a_folder_without_mixins_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(MixwrightError, match="`mixwright init` lays out a project"):
        load(tmp_path)


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    root = project(tmp_path)
    below = root / "a" / "b"
    below.mkdir(parents=True)

    assert find_root(below) == root


def test_the_tests_of_mixins_are_no_project(tmp_path: Path) -> None:
    root = project(tmp_path, web=GOOD.format(name="web"))
    below = root / "tests" / "mixins" / "rules"
    below.mkdir(parents=True)

    assert find_root(below) == root
