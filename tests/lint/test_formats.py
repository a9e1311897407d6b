"""How findings look: in a terminal, to a program, on a pull request."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import attrs

from mixwright.lint import Finding, formats
from mixwright.lint.formats import github, junit, sarif, text
from mixwright.lint.formats import json as json_format
from mixwright.promql.carets import underlined
from mixwright.values import Origin

RATIO = "rate(errors_total[20s]) / rate(errors_total[20s]) > 0"


def short_window(expr: str = RATIO) -> Finding:
    return Finding(
        "`rate()` over `20s` needs `30s` or more",
        code="promql/short-rate-window",
        severity="error",
        mixin="web",
        subject="alert `Errors`",
        text=expr,
        spans=tuple(match.span() for match in re.finditer(r"rate\(.*?\)", expr)),
        origin=Origin("/rules/errors.py", 12),
    )


def test_carets_stand_under_every_place_that_is_meant() -> None:
    assert text.render([short_window()]) == (
        "/rules/errors.py:12: alert `Errors` of mixin `web`\n"
        "  rate(errors_total[20s]) / rate(errors_total[20s]) > 0\n"
        "  ^^^^^^^^^^^^^^^^^^^^^^^   ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  error: `rate()` over `20s` needs `30s` or more  [promql/short-rate-window]\n"
    )


def test_findings_at_one_place_share_its_heading() -> None:
    other = Finding(
        "a page needs a runbook",
        code="alert/page-without-runbook",
        mixin="web",
        subject="alert `Errors`",
        origin=Origin("/rules/errors.py", 12),
    )

    lines = text.render([short_window(), other]).splitlines()

    assert len([line for line in lines if line.startswith("/rules")]) == 1
    assert lines[-1] == "  warning: a page needs a runbook  [alert/page-without-runbook]"


def test_a_long_expression_is_cut_around_the_caret() -> None:
    many = " + ".join(f"queue_{number}" for number in range(40))
    finding = short_window(f"{many} + rate(errors_total[20s]) + {many}")

    _, line, carets, _ = text.render([finding], width=80).splitlines()

    assert line.startswith("  …")
    assert line.endswith("…")
    assert len(line) == 80
    assert line[carets.index("^") : carets.rindex("^") + 1] == "rate(errors_total[20s])"


def test_carets_end_where_the_line_is_cut() -> None:
    assert underlined("abs(queue_length) > 1", [(0, 21)], 10) == ("abs(queue…", "^^^^^^^^^")


def test_without_findings_there_is_no_text() -> None:
    assert text.render([]) == ""
    assert github.render([]) == ""
    assert json.loads(json_format.render([])) == []
    assert text.summary([]) == "nothing found"


def test_colour_is_put_on_by_the_caller() -> None:
    painted = text.render([short_window()], paint=lambda style, words: f"<{style}>{words}</>")

    assert "<error>error:</> `rate()`" in painted
    assert "<code>[promql/short-rate-window]</>" in painted


def test_json_has_the_expression_and_the_spans_in_it() -> None:
    [finding] = json.loads(json_format.render([short_window()]))

    assert finding == {
        "code": "promql/short-rate-window",
        "severity": "error",
        "message": "`rate()` over `20s` needs `30s` or more",
        "mixin": "web",
        "subject": "alert `Errors`",
        "file": "/rules/errors.py",
        "line": 12,
        "expr": "rate(errors_total[20s]) / rate(errors_total[20s]) > 0",
        "spans": [[0, 23], [26, 49]],
    }


def test_github_shows_the_finding_beside_the_line() -> None:
    assert github.render([short_window()]) == (
        "::error title=promql/short-rate-window,file=/rules/errors.py,line=12::"
        "alert `Errors`: `rate()` over `20s` needs `30s` or more\n"
    )


def test_github_takes_no_command_from_a_message() -> None:
    finding = Finding("50%\n::error::boo", code="x/y", subject="panel `a,b`", severity="info")

    assert github.render([finding]) == "::notice title=x/y::panel `a,b`: 50%25%0A::error::boo\n"


def test_the_summary_counts_by_severity() -> None:
    findings = [Finding("", severity=s) for s in ("error", "warning", "warning", "info")]

    assert text.summary(findings) == "1 error, 2 warnings, 1 info"


def test_sarif_has_the_page_the_place_and_what_stays_when_lines_move() -> None:
    finding = short_window()
    moved = attrs.evolve(finding, origin=Origin("/rules/errors.py", 99))
    [first], [second] = (json.loads(sarif.render([f]))["runs"] for f in (finding, moved))
    [rule], [result] = first["tool"]["driver"]["rules"], first["results"]

    assert rule["id"] == result["ruleId"] == "promql/short-rate-window"
    assert rule["helpUri"].startswith("https://prometheus.io/")
    assert "## Use instead" in rule["help"]["markdown"]
    assert result["level"] == "error"
    assert result["message"]["text"].endswith(RATIO)
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "/rules/errors.py"},
        "region": {"startLine": 12},
    }
    assert result["partialFingerprints"] == second["results"][0]["partialFingerprints"]


def test_junit_counts_what_is_worse_than_an_info_as_failed() -> None:
    info = attrs.evolve(short_window(), severity="info", code="a/b", message="\x00 & <b>")
    root = ElementTree.fromstring(junit.render([short_window(), info]))
    [suite] = root

    assert suite.attrib == {
        "name": "/rules/errors.py",
        "tests": "2",
        "failures": "1",
        "errors": "0",
    }
    failed, told = suite
    assert failed.find("failure").attrib["type"] == "error"
    assert "^^^^" in failed.find("failure").text
    assert "& <b>" in told.find("system-out").text


def test_every_format_takes_nothing_and_something() -> None:
    for name in formats.names():
        assert isinstance(formats.named(name).render([]), str)
        assert "promql/short-rate-window" in formats.named(name).render([short_window()])
