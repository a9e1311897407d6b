"""What is set otherwise in a config reaches the rules and the dashboards."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from mixwright import Mixin
from mixwright.loader import standard_names
from mixwright.passes import compile_mixin
from mixwright.promql import Expr, Selector, walk


def compiled(name: str, **settings: Any) -> Mixin:
    module = import_module(f"mixwright.standard.mixins.{name.replace('-', '_')}")
    return compile_mixin(module.mixin(module.Config(**settings)))


def expressions(mixin: Mixin) -> list[Expr]:
    shown = [
        query.expr
        for dashboard in mixin.all_dashboards()
        for panel in dashboard.all_panels()
        for query in panel.show
    ]
    return [*(rule.expr for _, rule in mixin.all_rules()), *shown]


@pytest.mark.parametrize("name", standard_names())
def test_a_selector_narrows_every_rule_and_every_panel(name: str) -> None:
    mixin = compiled(name, selector='cluster="eu"')

    selectors = [str(selector) for expr in expressions(mixin) for selector in walk(expr, Selector)]

    assert selectors
    assert [selector for selector in selectors if 'cluster="eu"' not in selector] == []


@pytest.mark.parametrize(
    ("name", "setting", "alert", "expected"),
    [
        ("alertmanager", {"flood_above": 60}, "AlertmanagerFlooded", " > 60"),
        ("apache", {"mean_above": 2.5}, "ApacheSlow", " > 2.5 and"),
        ("apache", {"workers_above": 0.5}, "ApacheWorkersSaturated", " > 0.5"),
        ("apache", {"traffic_below": 0.25}, "ApacheTrafficDropped", " < 0.25 * "),
        ("blackbox", {"slow_above": 7}, "ProbeSlow", " > 7 and"),
        ("blackbox", {"expires_now": "1d"}, "ProbeCertificateExpires", " < 86400"),
        ("envoy", {"failing_above": 0.2}, "EnvoyUpstreamFailing", " > 0.2 and"),
        ("grafana", {"answered_within": 2.5}, "GrafanaSlow", " > 2.5 and"),
        ("istio", {"answered_within": 500}, "MeshServiceSlow", " > 500 and"),
        ("istio-control", {"converged_within": 30}, "MeshConvergesSlowly", " > 30 and"),
        ("jvm", {"heap_above": 0.7}, "JvmHeapSaturated", " > 0.7"),
        ("jvm", {"collecting_above": 0.25}, "JvmCollectsTooMuch", " > 0.25"),
        ("loki", {"streams_above": 7000}, "LokiTooManyStreams", " > 7000"),
        ("mysql", {"running_above": 32}, "MysqlJammed", " > 32"),
        ("mysql", {"lag_above": 600}, "MysqlReplicaBehind", " > 600 and"),
        (
            "nginx",
            {"connections": 4096, "connections_above": 0.5},
            "NginxConnectionsSaturated",
            " > 2048",
        ),
        ("prometheus", {"targets_above": 0.3}, "TargetsDown", " > 0.3"),
        ("prometheus", {"growth": 3}, "PrometheusSeriesGrow", " > 3 * "),
    ],
)
def test_a_threshold_is_the_alerts(
    name: str, setting: dict[str, float | str], alert: str, expected: str
) -> None:
    (rule,) = (rule for rule in compiled(name, **setting).alerts() if rule.name == alert)
    (usual,) = (rule for rule in compiled(name).alerts() if rule.name == alert)

    assert expected in str(rule.expr)
    assert expected not in str(usual.expr)


def test_an_objective_is_the_budget_of_every_speed() -> None:
    rules = [rule for _, rule in compiled("istio", target=0.99).all_rules()]
    speeds = [str(rule.expr) for rule in rules if "burn_rate" in rule.name]

    assert len(speeds) == 7
    assert all(speed.endswith(" / 0.01") for speed in speeds)
