"""The report as JUnit XML: an incident that was missed fails, and so does a rule whose evaluations failed.

False pages are told, but do not fail: whether they are bearable is for people to say.
"""

from __future__ import annotations

from xml.etree import ElementTree

from mixwright.backtest import AlertResult, Backtest
from mixwright.report import facts
from mixwright.xmltext import xml_text


def render(result: Backtest) -> str:
    """Return a suite of incidents and a suite of alerts."""
    root = ElementTree.Element("testsuites", name="backtest")
    missed = {outcome.incident.name for outcome in result.missed}
    incidents = _suite(root, "incidents", len(result.outcomes), len(missed))
    for outcome in result.outcomes:
        case = _case(incidents, outcome.incident.name)
        if outcome.incident.name in missed:
            text = "nobody was told"
            if outcome.delay is not None:
                text = f"told {facts.span(outcome.delay)} after it began, too late to be of use"
            ElementTree.SubElement(case, "failure", message=xml_text(text))
        else:
            by = facts.names(dict.fromkeys(name for page in outcome.pages for name in page.alerts))
            told = f"told after {facts.span(outcome.delay)} by {by}"
            ElementTree.SubElement(case, "system-out").text = xml_text(told)
    failed = sum(bool(alert.failures) for alert in result.alerts)
    alerts = _suite(root, "alerts", len(result.alerts), failed)
    for alert in result.alerts:
        case = _case(alerts, f"{alert.mixin} / {alert.alert.name}")
        if alert.failures:
            first = alert.failures[0]
            text = f"{facts.count(len(alert.failures), 'evaluation')} failed, first at {facts.iso(first.time)}"
            ElementTree.SubElement(case, "failure", message=xml_text(text)).text = xml_text(
                first.message
            )
        ElementTree.SubElement(case, "system-out").text = xml_text(_said(alert, result))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _said(alert: AlertResult, result: Backtest) -> str:
    if alert.silence is not None:
        return f"never fired, {alert.silence}"
    text = facts.count(len(alert.pages), "notification")
    return f"{text}, {alert.score.false_pages} false" if result.incidents else text


def _suite(root: ElementTree.Element, name: str, tests: int, failures: int) -> ElementTree.Element:
    return ElementTree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(tests),
        failures=str(failures),
        errors="0",
        skipped="0",
    )


def _case(suite: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(
        suite, "testcase", classname=suite.get("name", ""), name=xml_text(name)
    )
