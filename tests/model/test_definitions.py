"""Definitions are checked where they are written, and a mistake is told with its file and line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from mixwright import (
    Alert,
    Dashboard,
    Mixin,
    Panel,
    Recording,
    RuleGroup,
    Severity,
    Variable,
    promql,
)
from mixwright.errors import DefinitionError

UP = promql("up == 0")


def alert(name: str = "TargetDown", **changes: Any) -> Alert:
    return Alert(name, **{"expr": UP, "severity": Severity.PAGE, "summary": "down", **changes})


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: promql("rate(x"), "`rate(x` is not PromQL: unclosed left parenthesis"),
        (lambda: alert("target down"), "is not an alert name; write CamelCase"),
        (lambda: alert(severity="pager"), "`pager` is not a severity; write `Severity.PAGE`"),
        (lambda: alert(expr="up[5m]"), "must be an instant vector, it is a range vector"),
        (lambda: alert(hold="5 minutes"), "`5 minutes` is not a duration"),
        (lambda: alert(hold="-5m"), "has a negative hold `-5m`"),
        (lambda: alert(summary=""), "needs a summary"),
        (lambda: alert(labels={"a-b": "c"}), "has a label `a-b`, which is not a label name"),
        (lambda: Recording("a b", expr="up"), "`a b` is not a metric name"),
        (lambda: RuleGroup("g", rules=()), "group `g` has no rules"),
        (lambda: RuleGroup("g", rules=("up",)), "an `Alert` or a `Recording` must be given here"),
        (lambda: RuleGroup("g", rules=(alert(),), interval="0s"), "needs an interval above zero"),
        (lambda: Panel("", "up"), "a panel needs a title"),
        (lambda: Panel("p"), "panel `p` shows nothing"),
        (lambda: Panel("p", "up", kind="graph"), "`graph` is no kind of panel; the kinds are"),  # type: ignore[arg-type]
        (lambda: Panel("p", "up", width=25), "is `25` columns wide; Grafana has 24"),
        (lambda: Panel("p", "up", alert="TargetDown"), "an `Alert` must be given here"),  # type: ignore[arg-type]
        (lambda: Variable("a-b"), "`a-b` is not a label name"),
        (lambda: Variable("a", of="rate(x[5m])"), "must be a selector"),
        (lambda: Dashboard("D"), "dashboard `D` has no panels"),
        (lambda: Dashboard("D", panels=Panel("p", "up"), uid="x" * 41), "is not a Grafana uid"),
        (lambda: Mixin("Web", version="1.0.0"), "is not a mixin name"),
        (lambda: Mixin("web", version="1.0"), "is not a version of mixin `web`"),
        (lambda: Mixin("web", version="1.0.0", selector="job"), "is not PromQL"),
        (
            lambda: Mixin("web", version="1.0.0", rules=RuleGroup("g", rules=(alert(), alert()))),
            "alert `TargetDown` is in mixin `web` twice, first at",
        ),
        (
            lambda: Mixin("web", version="1.0.0", rules=(RuleGroup("g", rules=(UP_RECORD,)),) * 2),
            "group `g` is in mixin `web` twice",
        ),
    ],
)
def test_a_mistake_is_told_where_it_is_written(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        build()

    assert message in caught.value.message
    assert caught.value.origin is not None
    assert caught.value.origin.file == __file__


UP_RECORD = Recording("job:up:sum", expr="sum by (job) (up)")


def test_a_definition_knows_where_it_was_written() -> None:
    here = inspect.currentframe()
    panel = Panel("p", "up")

    assert here is not None
    assert panel.origin is not None
    assert (panel.origin.file, panel.origin.line) == (__file__, here.f_lineno - 4)


def test_where_it_was_written_does_not_make_a_definition_another() -> None:
    assert alert() == alert()


def test_tuples_of_rules_are_flattened() -> None:
    group = RuleGroup("g", rules=(alert("A"), (alert("B"), (UP_RECORD,))))

    assert [rule.name for rule in group.rules] == ["A", "B", "job:up:sum"]


def test_a_selector_is_a_mapping_or_matchers() -> None:
    by_mapping = Mixin("web", version="1.0.0", selector={"job": "node"})
    by_text = Mixin("web", version="1.0.0", selector='job="node"')

    assert by_mapping.selector == by_text.selector
