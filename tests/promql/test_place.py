"""A message about a text has a caret under the part that is wrong."""

from __future__ import annotations

import pytest

from mixwright.errors import PromQLError
from mixwright.promql import parse


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("1 + sum(ratee(up[5m]))", "ratee"),
        ("rate(a[5m]) + rate(b)", "rate(b)"),
        ("1 + sum(up[5m]) * 2", "sum(up[5m])"),
        ('up / sum(up + "a")', 'up + "a"'),
        ("up / (sum(rate(up)", "("),
        ("sum by (le) (", "("),
        ('up{job=~"a("} + up{job=~"("}', "a("),
        ("sum(x and 1)", "and"),
        ("sum(up) + histogram_quantile(up)", "histogram_quantile"),
        ('abs(up) + abs(-"x")', '-"x"'),
        ('foo{a=")"} + sum(rate(x))', "rate"),
    ],
)
def test_the_part_that_is_wrong_is_marked(text: str, marked: str) -> None:
    with pytest.raises(PromQLError) as caught:
        parse(text)

    _, line, carets = str(caught.value).split("\n")
    assert text == line.removeprefix("  ")
    start = carets.index("^")
    assert line[start:].startswith(marked)
    assert set(carets.strip()) == {"^"}


def test_a_caret_stands_in_the_line_that_is_meant() -> None:
    with pytest.raises(PromQLError) as caught:
        parse("sum(\n  rate(a)\n)")

    assert ["    rate(a)", "    ^^^^"] == str(caught.value).split("\n")[1:]
