from __future__ import annotations

import pytest

from mixwright import DefinitionError
from mixwright.standard.rules import latency

SLOW = latency.slow("h", above=0.5, q=0.95, hold="2m")
FIRES = [{"alertname": SLOW.name, "job": "web"}]


def counted(fast, slow, minutes=20, instance="a"):
    """A histogram of so many fast and slow requests a minute."""
    labels = f'job="web",instance="{instance}"'
    below = [fast * m for m in range(minutes)]
    all_ = [(fast + slow) * m for m in range(minutes)]
    return {
        f'h_bucket{{{labels},le="0.5"}}': below,
        f'h_bucket{{{labels},le="2.5"}}': all_,
        f'h_bucket{{{labels},le="+Inf"}}': all_,
        f"h_count{{{labels}}}": all_,
    }


def test_a_slow_service_fires(firing):
    assert firing(SLOW, counted(fast=80, slow=20)) == FIRES


def test_a_fast_service_stays_silent(firing):
    assert firing(SLOW, counted(fast=99, slow=1)) == []


def test_little_traffic_stays_silent(firing):
    assert firing(SLOW, counted(fast=4, slow=1)) == []


def test_no_traffic_stays_silent(firing):
    assert firing(SLOW, counted(fast=0, slow=0)) == []


def test_one_slow_instance_of_many_fires_for_the_service(firing):
    assert firing(SLOW, {**counted(100, 0), **counted(70, 30, instance="b")}) == FIRES


def test_a_doubled_instance_is_no_error(firing):
    twice = {name.replace("}", ',replica="2"}'): v for name, v in counted(80, 20).items()}
    assert firing(SLOW, {**counted(80, 20), **twice}) == FIRES


def test_a_gap_hides_nothing(firing):
    gap = {n: [*v[:14], None, None, *v[16:]] for n, v in counted(80, 20).items()}
    assert firing(SLOW, gap) == FIRES


def test_a_restart_stays_silent(firing):
    restarted = {n: v[:15] + v[:5] for n, v in counted(fast=99, slow=1).items()}
    assert firing(SLOW, restarted) == []


@pytest.mark.parametrize("q", [0, 1, 95])
def test_what_is_not_a_quantile_is_refused(q):
    with pytest.raises(DefinitionError, match="is not a quantile; it lies between 0 and 1"):
        latency.slow("h", above=0.5, q=q)
