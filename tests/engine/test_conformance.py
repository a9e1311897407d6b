"""Upstream's scripts and our own pass; what cannot be parsed is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.engine.conformance import Outcome, run_script, run_scripts

OWN = sorted((Path(__file__).parent / "testdata").glob("*.test"))


@pytest.mark.parametrize("script", OWN, ids=lambda path: path.stem)
def test_our_own_scripts_pass(script):
    results = list(run_scripts([script]))
    assert results
    assert [str(result) for result in results if result.outcome is not Outcome.PASSED] == []


def test_no_upstream_script_fails(shared):
    folder = shared / "conformance" / "promqltest"
    if not folder.is_dir():
        pytest.skip(f"`{folder}` is not there")
    results = list(run_scripts(sorted(folder.glob("*.test"))))
    failed = [str(result) for result in results if result.outcome is Outcome.FAILED]
    assert failed == []
    assert sum(result.outcome is Outcome.PASSED for result in results) > 1800
    unsupported = {r.reason for r in results if r.outcome is Outcome.UNSUPPORTED}
    assert unsupported == {"start timestamps, which are off by default, are not kept"}


def test_a_wrong_expectation_fails():
    script = "load 1m\n  m 1 2 3\n\neval instant at 2m m\n  m 4\n"
    (result,) = run_script(script)
    assert result.outcome is Outcome.FAILED
    assert "3 ≠ 4" in result.reason


def test_a_missing_annotation_fails():
    script = "load 1m\n  m_total 1 2 3\n\neval instant at 2m rate(m_total[2m])\n  expect info\n  {} 0.0166666\n"
    (result,) = run_script(script)
    assert result.outcome is Outcome.FAILED


def test_an_expression_that_is_not_promql_is_unsupported():
    (result,) = run_script("eval instant at 1m m{a=}\n")
    assert result.outcome is Outcome.UNSUPPORTED
