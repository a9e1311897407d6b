"""Fixes: rule files are edited where it is certain, and by as little as can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.driver.fix import fix_files
from mixwright.driver.foreign import read_foreign
from mixwright.lint import lint

FILE = """\
# kept
groups:
- name: api
  rules:
  - alert: Down
    expr: %s
    for: 5m   # kept too
    annotations: {summary: "{{ $labels.instance }} is down"}
  - alert: Other
    expr: up{job=~"web"} == 0
    for: 5m
    annotations: {summary: "{{ $labels.instance }} is down"}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('up{job=~"api"} == 0', 'up{job="api"} == 0'),
        ("up{job =~ 'api'} == 0", "up{job='api'} == 0"),
        ("up{job!~`api`} == 0", "up{job!=`api`} == 0"),
        ('"up{job=~\\"api\\"} == 0"', '"up{job=\\"api\\"} == 0"'),
        ('up{job=~"^a.i$"} == 0', 'up{job=~"a.i"} == 0'),
        ('up{a=~".*", job="api"} == 0', 'up{job="api"} == 0'),
        ('up{job="api",  a=~".*"} == 0', 'up{job="api"} == 0'),
        ('up{a=~".*"} == 0', "up{} == 0"),
        ('up{a=~".+"} == 0', 'up{a!=""} == 0'),
        ('up{a=~".*"} == 0 and on (b) up{a=~".*"}', "up{} == 0 and on (b) up{}"),
        (
            '|\n      up{job="api",\n         a=~".*"}\n      == 0',
            '|\n      up{job="api"}\n      == 0',
        ),
    ],
)
def test_a_matcher_is_replaced_and_nothing_else(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(FILE % before)
    findings = [f for f in lint(read_foreign([file])) if f.subject == "alert `Down`"]

    mended = fix_files(findings)

    assert len(mended) == 1
    assert file.read_text() == FILE % after


@pytest.mark.parametrize("expr", ['up{job=~"^api|web$"} == 0', r'{job=~".*", __name__="up"} == 0'])
def test_what_might_mean_something_else_is_left_alone(tmp_path: Path, expr: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(FILE % f"'{expr}'")
    findings = [f for f in lint(read_foreign([file])) if f.subject == "alert `Down`"]

    assert findings
    assert fix_files(findings) == ()
    assert file.read_text() == FILE % f"'{expr}'"
