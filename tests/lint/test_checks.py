"""Every check is documented, shows its examples, and keeps its word about them."""

from __future__ import annotations

import ast
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import mixwright
from mixwright.driver.foreign import read_foreign
from mixwright.engine.conformance.loading import add, samples
from mixwright.engine.conformance.notation import parse_series
from mixwright.lint import Bad, Check, Finding, Good, all_checks, explain, lint
from mixwright.model import Alert, Dashboard, Mixin, Panel, Query, Recording, Row, RuleGroup
from mixwright.passes import compile_mixin
from mixwright.recordings.memory import MemoryRecording

CHECKS = all_checks()
HEADINGS = ("## Why is this bad?", "## Use instead", "## Upstream")
CASES = [
    pytest.param(check, example, id=f"{check.code}-{number}")
    for check in CHECKS
    for number, example in enumerate(check.examples)
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_check_has_a_page_and_both_kinds_of_example(check: Check) -> None:
    assert [heading for heading in HEADINGS if heading not in check.page] == []
    assert {type(example) for example in check.examples} == {Good, Bad}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_page_cites_its_source(check: Check) -> None:
    assert check.page.rpartition("## Upstream\n")[2].startswith("https://")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_check_can_be_explained(check: Check) -> None:
    page = explain(check.code)

    assert page.startswith(f"# {check.code}\n")
    assert all(example.text.strip() in page for example in check.examples)


@pytest.mark.parametrize(("check", "example"), CASES)
def test_an_example_says_what_it_promises(check: Check, example: Good | Bad) -> None:
    expected = [example.message] if isinstance(example, Bad) else []

    assert messages(check, example) == expected


@pytest.mark.parametrize(
    ("check", "example"), [case for case in CASES if isinstance(case.values[1], Good)]
)
def test_no_check_says_anything_about_a_good_example(check, example) -> None:
    assert codes(check, example) == set()


def test_every_file_below_checks_is_a_check() -> None:
    import mixwright.lint.checks as package

    files = [f for f in Path(package.__path__[0]).glob("*/*.py") if f.name != "__init__.py"]

    assert len(CHECKS) == len(files)
    assert [c.code for c in CHECKS] == sorted(
        f"{f.parent.name}/{f.stem.replace('_', '-')}" for f in files
    )


PLAIN = {"unit": "short", "description": "What the example shows."}


def messages(check: Check, example: Good | Bad) -> list[str]:
    """What one check says about an example."""
    return [f.message for f in linted(check, example) if f.code == check.code]


def codes(check: Check, example: Good | Bad) -> set[str]:
    """The codes of all checks that say something about an example."""
    return {finding.code for finding in linted(check, example)}


def linted(check: Check, example: Good | Bad) -> tuple[Finding, ...]:
    given = {"profile": example.profile, "recording": recorded(example.recorded)}
    match check.language(example):
        case "promql":
            return lint([compile_mixin(in_mixin(example.text))], **given)
        case "python":
            return lint([compile_mixin(in_mixin(run(example.text)))], **given)
        case "json":
            name = "dashboards.json"
        case "yaml":
            name = "rules.yaml"
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(example.text)
        return lint(read_foreign([file]), **given)


def recorded(notation: str) -> MemoryRecording | None:
    """A recording of series in notation, with a sample a minute."""
    if not notation:
        return None
    loaded: dict = {}
    add(loaded, [parse_series(line) for line in notation.strip().splitlines()], 60_000)
    return MemoryRecording(samples(loaded), form="notation", provenance="example")


def run(source: str) -> object:
    """The value of the last expression of a piece of Python that knows the vocabulary."""
    *statements, last = ast.parse(source.strip()).body
    assert isinstance(last, ast.Expr)
    names = dict(vars(mixwright))
    exec(compile(ast.Module(statements, []), "example", "exec"), names)
    return eval(compile(ast.Expression(last.value), "example", "eval"), names)


def in_mixin(thing: object) -> Mixin:
    match thing:
        case Mixin():
            return thing
        case Dashboard():
            return mixin(dashboards=thing)
        case str():
            return mixin(dashboards=dashboard(Panel("Example", thing, **PLAIN)))
        case Panel():
            return mixin(dashboards=dashboard(thing))
        case Row():
            return mixin(dashboards=Dashboard("Example", description="Why?", rows=thing))
        case Alert():
            panel = Panel("Example", thing.expr, alert=thing, **PLAIN)
            return mixin(rules=RuleGroup("example", rules=thing), dashboards=dashboard(panel))
        case Recording(name):
            panel = Panel("Example", Query(name), **PLAIN)
            return mixin(rules=RuleGroup("example", rules=thing), dashboards=dashboard(panel))
        case RuleGroup():
            return mixin(rules=thing)
    raise TypeError(thing)


def dashboard(panel: Panel) -> Dashboard:
    return Dashboard("Example", description="What does the example show?", panels=panel)


def mixin(**parts) -> Mixin:
    return Mixin("example", version="1.0.0", **parts)
