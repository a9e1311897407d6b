"""The pytest plugin: rule test files in promtool's format are collected, a case each an item.

It stands beside the package, so that a pytest run without such files imports nothing of mixwright.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mixwright.ruletest.cases import Case, RuleTest
    from mixwright.ruletest.result import TestResult
    from mixwright.ruletest.run import Bench
    from mixwright.ruletest.sources import RuleSources

NAMES = tuple(
    f"{name}.{ending}" for name in ("*_test", "*.test", "test_*") for ending in ("yaml", "yml")
)
"""How rule test files are called."""

_TELLING = re.compile(r"^(rule_files|mixwright)\s*:|\b(alert_rule_test|promql_expr_test)\s*:", re.M)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project say which other files are rule tests."""
    parser.addini(
        "mixwright_files",
        "more rule test files, as patterns relative to the root, such as `monitoring/checks/*.yaml`",
        type="args",
        default=[],
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RuleTestFileCollector | None:
    """Collect a rule test file: one that the configuration names, or that is called and looks like one."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    config = parent.config
    named = file_path.is_relative_to(config.rootpath) and any(
        file_path.relative_to(config.rootpath).match(pattern)
        for pattern in config.getini("mixwright_files")
    )
    if named or (any(fnmatch(file_path.name, name) for name in NAMES) and _looks_right(file_path)):
        collector: RuleTestFileCollector = RuleTestFileCollector.from_parent(parent, path=file_path)
        return collector
    return None


def _looks_right(path: Path) -> bool:
    """Tell a rule test from the YAML of other tools without parsing it."""
    try:
        return _TELLING.search(path.read_text("utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False


_SOURCES: pytest.StashKey[RuleSources] = pytest.StashKey()


class RuleTestFileCollector(pytest.File):
    """A rule test file."""

    def collect(self) -> Iterator[RuleTestCollector]:
        """Read the file and its rules, and yield its tests."""
        from mixwright.errors import MixwrightError
        from mixwright.ruletest.run import Bench
        from mixwright.ruletest.sources import RuleSources

        sources = self.config.stash.setdefault(_SOURCES, RuleSources())
        try:
            bench = Bench.of(self.path, sources)
        except MixwrightError as error:
            raise self.CollectError(str(error)) from None
        for name, test in bench.named():
            yield RuleTestCollector.from_parent(self, name=name, bench=bench, test=test)


class RuleTestCollector(pytest.Collector):
    """A test of a rule test file: its rules are replayed when the first of its cases is run."""

    def __init__(self, *, bench: Bench, test: RuleTest, **more: Any) -> None:
        super().__init__(**more)
        self.bench, self.test = bench, test
        self._result: TestResult | None = None

    def collect(self) -> Iterable[CaseItem]:
        """Return the cases; a test without any is an item too, for it fails."""
        cases: tuple[Case | None, ...] = (*self.test.alerts, *self.test.exprs)
        items = []
        names: set[str] = set()
        for number, case in enumerate(cases or (None,)):
            name = "no cases" if case is None else f"{case.what} at {case.time}"
            if name in names and case is not None:
                name += f", line {case.origin.line}"
            names.add(name)
            items.append(CaseItem.from_parent(self, name=name, number=number, case=case))
        return items

    @property
    def result(self) -> TestResult:
        """What became of the test."""
        if self._result is None:
            self._result = self.bench.run(self.test, self.name)
        return self._result


class CaseItem(pytest.Item):
    """A case of a rule test."""

    def __init__(self, *, number: int, case: Case | None, **more: Any) -> None:
        super().__init__(**more)
        self.number, self.case = number, case

    def runtest(self) -> None:
        """Check the case; all fail of a test that cannot be run."""
        from mixwright.ruletest import render

        assert isinstance(self.parent, RuleTestCollector)
        result = self.parent.result
        if result.problems:
            pytest.fail("\n".join(result.problems), pytrace=False)
        case = result.cases[self.number]
        if not case.passed:
            pytest.fail(render.case_text(case), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the case stands."""
        origin = None if self.case is None else self.case.origin
        return self.path, None if origin is None else origin.line - 1, self.name
