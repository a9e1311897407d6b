"""The alerts of the http-service mixin, where it adds something to the families."""

from __future__ import annotations

from mixwright.passes import compile_mixin
from mixwright.standard.dashboards.http_service import Signals
from mixwright.standard.mixins import http_service

RULES = compile_mixin(http_service.MIXIN).rules
LENGTH = 12
A, B = 'job="web",instance="a"', 'job="web",instance="b"'


def serving(labels, per_minute=600, name="http_requests_total", code="code"):
    return {f'{name}{{{labels},{code}="200"}}': [float(per_minute * m) for m in range(LENGTH)]}


def dying(labels):
    return {f"up{{{labels}}}": [1] * (LENGTH - 5) + [0] * 5}


def alive(labels):
    return {f"up{{{labels}}}": [1] * LENGTH}


def fired(alerts):
    return [(alert["alertname"], alert["severity"]) for alert in alerts]


def test_an_ordinary_service_stays_silent(firing):
    assert firing(RULES, {**serving(A), **alive(A)}) == []


def test_one_dead_instance_of_two_is_a_ticket(firing):
    series = {**serving(A), **serving(B), **alive(A), **dying(B)}
    assert fired(firing(RULES, series)) == [("HttpInstanceDown", "ticket")]


def test_a_service_without_living_instance_is_a_page(firing):
    series = {**serving(A), **serving(B), **dying(A), **dying(B)}
    assert fired(firing(RULES, series)) == [
        ("HttpServiceDown", "page"),
        ("HttpInstanceDown", "ticket"),
        ("HttpInstanceDown", "ticket"),
    ]


def test_the_same_service_in_two_clusters_is_two(firing):
    eu, us = f'cluster="eu",{A}', f'cluster="us",{A}'
    series = {**serving(eu), **serving(us), **alive(eu), **dying(us)}
    alerts = firing(RULES, series)
    assert {(alert["alertname"], alert["cluster"]) for alert in alerts} == {
        ("HttpServiceDown", "us"),
        ("HttpInstanceDown", "us"),
    }


def test_an_instance_doubled_by_a_restart_is_no_error(firing):
    again = f'{A},pod="2"'
    slots = {
        f"http_requests_in_flight{{{A}}}": [3] * 6,
        f"http_requests_in_flight_limit{{{A}}}": [32] * 6,
        f"http_requests_in_flight{{{again}}}": [None] * 5 + [1] * (LENGTH - 5),
        f"http_requests_in_flight_limit{{{again}}}": [None] * 5 + [32] * (LENGTH - 5),
    }
    series = {**serving(A), **serving(again), **alive(A), **alive(again), **slots}
    assert firing(RULES, series) == []


def test_what_serves_no_http_is_not_watched(firing):
    assert firing(RULES, {**serving(A), **alive(A), **dying('job="node",instance="a"')}) == []


def test_full_worker_slots_are_a_ticket(firing):
    slots = {
        f"http_requests_in_flight{{{A}}}": [30] * LENGTH,
        f"http_requests_in_flight_limit{{{A}}}": [32] * LENGTH,
    }
    assert fired(firing(RULES, {**serving(A), **alive(A), **slots})) == [
        ("HttpSlotsSaturated", "ticket")
    ]


def test_other_names_of_metrics_and_labels_are_watched(firing):
    signals = Signals(requests="served_total", code="status", service=("app",))
    rules = compile_mixin(http_service.mixin(http_service.Config(signals=signals))).rules
    ok = serving('app="web"', name="served_total", code="status")
    failed = serving('app="web"', 60, name="served_total", code="status")
    failed = {name.replace("200", "503"): values for name, values in failed.items()}
    assert firing(rules, {**ok, **failed}) == [
        {"alertname": "HttpErrorBudgetBurnsFast", "app": "web", "severity": "page"}
    ]


def test_callers_mistakes_are_no_errors(firing):
    wrong = {name.replace("200", "404"): values for name, values in serving(A, 60).items()}
    assert firing(RULES, {**serving(A), **wrong, **alive(A)}) == []
