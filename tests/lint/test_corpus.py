"""Public mixins' rules, linted as they lie: nothing crashes, and what is known to be dead is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.driver.foreign import read_foreign
from mixwright.lint import Finding, lint


@pytest.fixture(scope="module")
def findings(shared: Path) -> tuple[Finding, ...]:
    return lint(read_foreign([shared / "corpus"]))


@pytest.mark.parametrize(
    ("mixin", "subject", "code"),
    [
        # `count(…) == 0`: nothing is no result, not 0
        ("kafka", "alert `KafkaBrokerCount`", "promql/never-true"),
        # a rate below 0
        ("kafka", "alert `KafkaZookeeperSyncConnect`", "promql/never-true"),
        # sum by (instance, status) / sum by (instance)
        ("gitlab", "alert `GitLabHigh5xxResponses`", "promql/impossible-join"),
        # histogram_quantile over sum by (job)
        ("thanos", "alert `ThanosBucketReplicateRunLatency`", "promql/missing-le"),
        # $labels.channel of sum by (topic)
        ("nsq", "alert `NsqChannelDepthIncreasing`", "alert/impossible-label"),
        # $labels.instance of absent(…)
        ("promscale", "alert `PromscaleDown`", "alert/impossible-label"),
        # avg(rate / rate): NaN when one is idle
        ("apache-couchdb", "alert `CouchDBHighRequestLatency`", "promql/division-in-aggregate"),
    ],
)
def test_a_public_rule_that_cannot_work_is_found(
    findings: tuple[Finding, ...], mixin: str, subject: str, code: str
) -> None:
    places = {(Path(f.origin.file).parent.name, f.subject, f.code) for f in findings if f.origin}
    assert (mixin, subject, code) in places


def test_few_public_rules_are_said_to_be_broken(findings: tuple[Finding, ...]) -> None:
    errors = [f for f in findings if f.severity == "error" and ".yaml:" in str(f.origin)]

    # Each of them has been looked at and is one; more of them would be false alarms.
    assert len(errors) <= 20
