"""Groups are evaluated in Prometheus' own slots."""

from __future__ import annotations

import pytest

from mixwright.frame import Steps
from mixwright.model import Recording, RuleGroup
from mixwright.replay.schedule import group_hash, group_steps, xxh64
from mixwright.values import Duration


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # https://github.com/Cyan4973/xxHash/blob/dev/tests/sanity_test_vectors.h and `xxhsum -H1`
        (b"", 0xEF46DB3751D8E999),
        (b"a", 0xD24EC4F1A98C6E5B),
        (b"abc", 0x44BC2CF5AD770999),
    ],
)
def test_the_hash_is_xxh64(data: bytes, expected: int) -> None:
    assert expected == xxh64(data)


@pytest.mark.parametrize(
    ("file", "name", "expected"),
    [
        # What Prometheus 3.14's `labels.Labels.Hash` yields.
        ("/etc/prometheus/rules/node.yaml", "node", 13762903464706320619),
        ("a", "b", 2391146337127094932),
        ("rules.yml", "a-rather-long-group-name", 9454937793582006588),
        ("x" * 300, "g", 3205501712680515156),
    ],
)
def test_a_group_has_the_hash_that_prometheus_gives_it(file: str, name: str, expected: int) -> None:
    assert expected == group_hash(file, name)


def steps(start: int, end: int, interval: str | None = None) -> Steps | None:
    group = RuleGroup("node", rules=Recording("a:b:c", expr="up"), interval=interval)
    return group_steps(
        group, file="/etc/node.yaml", interval=Duration(60_000), start=start, end=end
    )


def test_slots_lie_at_the_groups_offset() -> None:
    found = steps(1_800_000_000_000, 1_800_000_600_000)

    assert found is not None
    offset = group_hash("/etc/node.yaml", "node") % 60_000_000_000 // 1_000_000
    assert {offset} == {time % 60_000 for time in found.times.tolist()}
    assert 10 == len(found)


def test_a_groups_own_interval_wins() -> None:
    found = steps(1_800_000_000_000, 1_800_000_600_000, "15s")

    assert found is not None
    assert 15_000 == found.step


def test_a_range_between_two_slots_has_no_evaluation() -> None:
    assert steps(1_800_000_000_000, 1_800_000_000_000) is None
