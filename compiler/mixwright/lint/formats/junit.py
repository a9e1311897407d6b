"""Findings as JUnit XML, for servers that show test results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from mixwright.lint.check import Finding
from mixwright.lint.formats import text

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(findings: Sequence[Finding]) -> str:
    """Return a suite for each file, and in it a failed case for each finding; infos are no failures."""
    root = ElementTree.Element("testsuites")
    for file, group in groupby(findings, key=_file):
        of_file = tuple(group)
        failures = sum(finding.severity != "info" for finding in of_file)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_xml(file),
            tests=str(len(of_file)),
            failures=str(failures),
            errors="0",
        )
        for finding in of_file:
            case = ElementTree.SubElement(
                suite, "testcase", classname=_xml(finding.subject), name=finding.code
            )
            inside = "system-out" if finding.severity == "info" else "failure"
            told = ElementTree.SubElement(case, inside)
            if inside == "failure":
                told.attrib |= {"type": finding.severity, "message": _xml(finding.message)}
            told.text = _xml(text.render([finding]))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _file(finding: Finding) -> str:
    return finding.mixin if finding.origin is None else finding.origin.relative


def _xml(value: str) -> str:
    """Return the text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", value)
