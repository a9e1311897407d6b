"""Results of rule tests as text, as JSON, and as JUnit XML."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from mixwright.ruletest.result import CaseResult, FileResult, Line, TestResult
from mixwright.xmltext import xml_text

Paint = Callable[[str, str], str]
"""Colours a text: of style `pass`, `fail`, `place`, `-` or `+`."""


def text(results: Sequence[FileResult], paint: Paint = lambda _style, text: text) -> str:
    """Return what failed, with differences of expected (`-`) and got (`+`), and a line for each file."""
    return "".join(f"{line}\n" for result in results for line in _file(result, paint))


def _file(result: FileResult, paint: Paint) -> Iterator[str]:
    if result.unreadable:
        yield f"{paint('fail', 'error')} {result.unreadable}"
        return
    failed = [test for test in result.tests if not test.passed]
    for test in failed:
        yield f"{paint('place', str(test.origin))}: {test.name}"
        for problem in test.problems:
            yield f"  {problem}"
        for case in test.cases:
            if not case.passed:
                yield from _case(case, paint)
    count = _count(len(result.tests), "test")
    cases = _count(sum(len(test.cases) for test in result.tests), "case")
    took = f"in {result.seconds:.2f} s"
    if failed:
        yield f"{paint('fail', 'failed')} {result.path}: {len(failed)} of {count} {took}"
    else:
        yield f"{paint('pass', 'passed')} {result.path}: {count}, {cases} {took}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _case(case: CaseResult, paint: Paint) -> Iterator[str]:
    yield f"  {paint('place', str(case.origin))}: {case.what} at {case.time}: {case.problem}"
    yield from (f"    {paint(line.sign, _line(line))}" for line in case.difference)


def _line(line: Line) -> str:
    return f"{line.sign} {line.text}".rstrip()


def to_json(results: Sequence[FileResult], more: Mapping[str, Any]) -> str:
    """Return all results as JSON, in the order of the files, with `more` fields beside them."""
    files = [
        {
            "file": str(result.path),
            "passed": result.passed,
            "unreadable": result.unreadable or None,
            "seconds": round(result.seconds, 3),
            "tests": [_test_object(test) for test in result.tests],
        }
        for result in results
    ]
    return json.dumps({"files": files, **more}, indent=2, ensure_ascii=False)


def _test_object(test: TestResult) -> dict[str, Any]:
    return {
        "name": test.name,
        "line": test.origin.line,
        "passed": test.passed,
        "seconds": round(test.seconds, 3),
        "problems": list(test.problems),
        "cases": [
            {
                "what": case.what,
                "time": str(case.time),
                "line": case.origin.line,
                "passed": case.passed,
                "problem": case.problem or None,
                "difference": [_line(line) for line in case.difference],
            }
            for case in test.cases
        ],
    }


def junit(results: Sequence[FileResult]) -> str:
    """Return JUnit XML: a suite for each file, a case for each test."""
    root = ElementTree.Element("testsuites")
    for result in results:
        failures = sum(not test.passed for test in result.tests)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=xml_text(str(result.path)),
            tests=str(len(result.tests) + bool(result.unreadable)),
            failures=str(failures),
            errors=str(int(bool(result.unreadable))),
            skipped="0",
            time=f"{result.seconds:.3f}",
        )
        if result.unreadable:
            case = ElementTree.SubElement(suite, "testcase", name="unreadable")
            ElementTree.SubElement(case, "error").text = xml_text(result.unreadable)
        for test in result.tests:
            time = f"{test.seconds:.3f}"
            case = ElementTree.SubElement(suite, "testcase", name=xml_text(test.name), time=time)
            for failure in _failures(test):
                ElementTree.SubElement(case, "failure").text = xml_text(failure)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _failures(test: TestResult) -> Iterator[str]:
    yield from test.problems
    for case in test.cases:
        if not case.passed:
            yield case_text(case)


def case_text(case: CaseResult) -> str:
    """Return a case that failed as plain text."""
    return textwrap.dedent("\n".join(_case(case, lambda _style, text: text)))
