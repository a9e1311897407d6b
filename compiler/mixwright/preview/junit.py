"""What a preview found, as JUnit XML: a suite for each dashboard, a case for each of its panels and one for itself."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from mixwright.preview.result import PreviewResult, Problem


def junit(result: PreviewResult) -> str:
    """Return the XML; a problem is a failure of its panel's case, or output of it when other choices have data."""
    suites = ET.Element("testsuites", {"name": "mixwright preview"})
    for title, panels in result.dashboards:
        own = [problem for problem in result.problems if problem.dashboard == title]
        failures = sum(problem in result.failures for problem in own)
        names = ["", *dict.fromkeys(panels)]
        suite = ET.SubElement(
            suites,
            "testsuite",
            {"name": _plain(title), "tests": str(len(names)), "failures": str(failures)},
        )
        for name in names:
            case = ET.SubElement(
                suite,
                "testcase",
                {"classname": _plain(title), "name": _plain(name or "variables and links")},
            )
            for problem in own:
                if problem.panel != name:
                    continue
                if problem in result.failures:
                    _fail(case, problem)
                else:
                    ET.SubElement(case, "system-out").text = _plain(str(problem))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _fail(case: ET.Element, problem: Problem) -> None:
    failure = ET.SubElement(
        case, "failure", {"type": problem.flaw.name.lower(), "message": _plain(problem.flaw.value)}
    )
    failure.text = _plain(problem.reason)


def _plain(text: str) -> str:
    """Return a text without the characters that XML cannot have."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text
    )
