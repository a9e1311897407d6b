"""Templates expand as Prometheus expands them.

`cases.json` holds templates and what Prometheus 3.14's own expander, built with Go 1.26, makes of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from mixwright.errors import MixwrightError
from mixwright.gofloat import format_float
from mixwright.templating import (
    KNOWN_FUNCTIONS,
    Surroundings,
    TemplateError,
    expand,
    is_static,
    parse_alert_template,
    render,
)
from mixwright.templating.gofmt import sprintf
from mixwright.templating.gotypes import StringMap
from mixwright.values import Labels

ORACLE = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))


def query(text: str, _time: int) -> Sequence[tuple[Labels, float]]:
    if text == "missing":
        return []
    if text == "error":
        raise MixwrightError("boom")
    return [
        (Labels({"__name__": "metric", "instance": "b"}), 21.0),
        (Labels({"__name__": "metric", "instance": "a", "__value__": "z"}), 11.0),
    ]


SURROUNDINGS = Surroundings(
    query=query,
    external_labels=Labels(ORACLE["external_labels"]),
    external_url=ORACLE["external_url"],
)


def expanded(text: str, value: float = ORACLE["value"], **labels: str) -> str:
    return expand(
        text,
        alert="A",
        labels=Labels(labels or ORACLE["labels"]),
        value=value,
        time_ms=ORACLE["time_ms"],
        surroundings=SURROUNDINGS,
    )


@pytest.mark.parametrize(("text", "expected"), ORACLE["cases"], ids=range(len(ORACLE["cases"])))
def test_a_template_expands_as_in_prometheus(text: str, expected: str) -> None:
    assert expected == expanded(text)


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        ("", 123456789.0, "1.23456789e+08"),
        ("", 0.00001234, "1.234e-05"),
        ("", 3600.5, "3600.5"),
        ("", float("inf"), "+Inf"),
        ("", float("nan"), "NaN"),
        ("humanize", 123456789.0, "123.5M"),
        ("humanize", 0.00001234, "12.34u"),
        ("humanize", 3600.5, "3.6k"),
        ("humanize1024", 123456789.0, "117.7Mi"),
        ("humanize1024", 3600.5, "3.516ki"),
        ("humanizeDuration", 123456789.0, "1428d 21h 33m 9s"),
        ("humanizeDuration", 3600.5, "1h 0m 0s"),
        ("humanizeDuration", 0.000123, "123us"),
        ("humanizeDuration", 0.0, "0s"),
        ("humanizePercentage", 123456789.0, "1.235e+10%"),
        ("humanizePercentage", 0.1234567, "12.35%"),
        ("humanizeTimestamp", 123456.0, "1970-01-02 10:17:36 +0000 UTC"),
    ],
)
def test_a_number_is_formatted_as_in_prometheus(function: str, value: float, expected: str) -> None:
    pipe = f" | {function}" if function else ""

    assert expected == expanded("{{ $value" + pipe + " }}", value)


@pytest.mark.parametrize(
    ("verb", "values", "expected"),
    [
        ("%d", (1.0,), "%!d(float64=1)"),
        ("%d %s", (5, "x"), "5 x"),
        ("%05d|%-5d|%+d|% d|%x|%X", (-3, 3, 5, 5, 255, 255), "-0003|3    |+5| 5|ff|FF"),
        ("%8.3f|%-8.2e|%+g|%G", (3.14159, 12345.678, 1.5, 1e21), "   3.142|1.23e+04|+1.5|1E+21"),
        ("%q|%10s|%-4s|%.2s", ('a"b', "x", "y", "abc"), '"a\\"b"|         x|y   |ab'),
        ("%t %v %%", (True, False), "true false %"),
        ("%[2]d %[1]d", (1, 2), "2 1"),
        ("%*d", (4, 7), "   7"),
        ("%d", (), "%!d(MISSING)"),
        ("%d", (1, 2), "1%!(EXTRA int=2)"),
        ("%z", (1,), "%!z(int=1)"),
        ("%", (), "%!(NOVERB)"),
        ("%x", (3.5,), "0x1.cp+01"),
        ("%s", (None,), "%!s(<nil>)"),
        ("%6.2f", (float("inf"),), "  +Inf"),
    ],
)
def test_printf_formats_as_in_go(verb: str, values: tuple[object, ...], expected: str) -> None:
    assert expected == sprintf(verb, *values)


def test_a_float_keeps_its_shortest_digits() -> None:
    values = (0.0, -0.0, 1e20, 123456.5, 1234567.5, 1e-5, 5e-324, 0.1 + 0.2)

    assert [
        "0", "-0", "1e+20", "123456.5", "1.2345675e+06", "1e-05", "5e-324", "0.30000000000000004",
    ] == [format_float(value) for value in values]  # fmt: skip


def test_a_label_that_is_not_there_is_empty() -> None:
    assert "[]" == expanded("[{{ $labels.nope }}]", job="node")


def test_a_text_without_actions_stays_as_it_is() -> None:
    assert "100 % of {job}" == expanded("100 % of {job}")


def test_all_of_prometheus_functions_are_there() -> None:
    own = """query first label value strvalue args reReplaceAll safeHtml match title toUpper toLower
        graphLink tableLink sortByLabel stripPort stripDomain humanize humanize1024 humanizeDuration
        humanizePercentage humanizeTimestamp toTime toDuration now pathPrefix externalURL
        parseDuration urlQueryEscape"""

    assert set(own.split()) <= KNOWN_FUNCTIONS


def test_a_rule_that_prometheus_would_refuse_is_refused() -> None:
    with pytest.raises(TemplateError, match='function "nope" not defined'):
        parse_alert_template("{{ nope }}", "A")


def test_html_stays_what_it_is_in_an_alert() -> None:
    assert "<script>" == expanded('{{ "<script>" }}')


@pytest.mark.parametrize(
    ("text", "static"),
    [
        ("plain $value", True),
        ("{{ $labels.job }} on {{ .Labels.instance | toUpper }}", True),
        ('{{ printf "%s" $labels.job }}', True),
        ("{{ $value }}", False),
        ("{{ .Value }}", False),
        ("{{ . }}", False),
        ("{{ now }}", False),
        ('{{ with query "up" }}x{{ end }}', False),
    ],
)
def test_a_text_that_shows_only_labels_is_static(text: str, static: bool) -> None:
    assert static == is_static(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ " + "(" * 500, "depth"),
        ("{{ if 1 }}" * 500, "depth"),
        ('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}', "exceeded maximum"),
        ("{{ range 2000 }}{{ range 2000 }}xxxxxxxxxx{{ end }}{{ end }}", "characters"),
        ("{{ range 2000000 }}{{ range 2000000 }}{{ end }}{{ end }}", "steps"),
    ],
)
def test_a_template_cannot_exhaust_the_machine(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        render(text, name="t", data=StringMap())
