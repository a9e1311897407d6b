"""What came out of test files."""

from __future__ import annotations

from pathlib import Path

import attrs

from mixwright.values import Duration, Origin


@attrs.frozen
class Line:
    """A line of a difference: `-` expected and not got, `+` got and not expected, ` ` both."""

    sign: str
    text: str


@attrs.frozen(kw_only=True)
class CaseResult:
    """A case: passed, unless there is a problem. `difference` shows what is wrong line by line."""

    what: str
    time: Duration
    origin: Origin
    problem: str = ""
    difference: tuple[Line, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.problem


@attrs.frozen(kw_only=True)
class TestResult:
    """A test; it fails with any of its cases, or with a problem that kept them from being checked."""

    __test__ = False  # pytest is not to collect it

    name: str
    origin: Origin
    problems: tuple[str, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether all its cases were checked and passed."""
        return not self.problems and all(case.passed for case in self.cases)


@attrs.frozen(kw_only=True)
class FileResult:
    """A test file; `unreadable` says why it could not be run at all."""

    path: Path
    tests: tuple[TestResult, ...] = ()
    unreadable: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether it could be read and all its tests passed."""
        return not self.unreadable and all(test.passed for test in self.tests)

    @property
    def exit_status(self) -> int:
        """0 passed, 1 failed, 2 unreadable."""
        return 2 if self.unreadable else int(not self.passed)
