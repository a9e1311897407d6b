from __future__ import annotations

from itertools import accumulate

import pytest

from mixwright import DefinitionError, Recording, RuleGroup, promql
from mixwright.standard.rules import extreme

HOURS = 3 * 24
DAY = [100.0 + 10 * (hour % 24) for hour in range(HOURS)]
"""Three days of a value that climbs from 100 to 330 every day."""


def rules(**parameters):
    family = extreme.beyond(promql("v"), record="v", **parameters)
    return [RuleGroup("extreme", rules=family)]


def series(*last, before=DAY, **labels):
    text = ",".join(f'{name}="{value}"' for name, value in {"job": "web", **labels}.items())
    return {f"v{{{text}}}": [*before, *last]}


def names(alerts):
    return [alert["alertname"] for alert in alerts]


@pytest.mark.parametrize("value", [600.0, -200.0])
def test_what_was_never_seen_fires(firing, value):
    assert names(firing(rules(), series(value, value), every="1h")) == ["BeyondAllSeen"]


@pytest.mark.parametrize("value", [100.0, 330.0, 400.0])
def test_what_days_and_nights_have_shown_stays_silent(firing, value):
    assert firing(rules(), series(value, value), every="1h") == []


def test_what_spikes_often_has_to_spike_higher(firing):
    spiky = [v + 400 * (hour % 12 < 2) for hour, v in enumerate(DAY)]
    assert firing(rules(), series(600.0, 600.0, before=spiky), every="1h") == []
    assert names(firing(rules(), series(1200.0, 1200.0, before=spiky), every="1h")) == [
        "BeyondAllSeen"
    ]


def test_a_young_series_stays_silent(firing):
    assert firing(rules(), series(600.0, 600.0, before=DAY[:12]), every="1h") == []


def test_a_gap_stays_silent(firing):
    assert firing(rules(), series(None, None, None, 200.0), every="1h") == []


def test_a_doubled_series_fires_for_itself(firing):
    both = series(600.0, 600.0, pod="a") | series(200.0, 200.0, pod="b")
    assert [alert["pod"] for alert in firing(rules(), both, every="1h")] == ["a"]


def test_a_reset_counter_is_judged_by_its_rate(firing):
    counter = list(accumulate(DAY))
    restarted = {'v{job="web"}': [*counter, 100.0, 210.0, 330.0]}
    rate = RuleGroup("rate", rules=Recording("v:rate3h", expr=promql("rate(v[3h])")))
    judged = RuleGroup("judged", rules=extreme.beyond(promql("v:rate3h"), record="r"))
    assert firing([rate, judged], restarted, every="1h") == []


def test_quantiles_must_be_two():
    with pytest.raises(DefinitionError, match=r"`share=0.5` must lie between 0 and 0.5"):
        extreme.beyond(promql("v"), record="v", share=0.5)
