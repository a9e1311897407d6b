"""Public mixins' rules, linted as ours: nothing crashes, and what is known to be dead is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mixwright import Alert, Mixin, Recording, RuleGroup
from mixwright.lint import Finding, lint

SEVERITIES = {"critical": "page", "warning": "ticket"}


@pytest.fixture(scope="module")
def findings(shared: Path) -> tuple[Finding, ...]:
    folders = sorted(folder for folder in (shared / "corpus").iterdir() if folder.is_dir())
    return lint([mixin for folder in folders if (mixin := as_mixin(folder)).rules])


def as_mixin(folder: Path) -> Mixin:
    groups, names = [], set()
    for file in sorted(folder.rglob("*.yaml")):
        document = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
        for group in (document or {}).get("groups") or ():
            rules = [as_rule(rule, names) for rule in group.get("rules") or ()]
            if rules:
                groups.append(RuleGroup(f"{len(groups)} {group['name']}", rules=rules))
    name = re.sub(r"[^a-z0-9]+", "-", folder.name.lower())
    return Mixin(f"m-{name}", version="1.0.0", rules=groups)


def as_rule(rule: dict, names: set[str]) -> Alert | Recording:
    labels = {name: str(value) for name, value in (rule.get("labels") or {}).items()}
    if "record" in rule:
        return Recording(rule["record"], expr=str(rule["expr"]), labels=labels)
    annotations = {name: str(text) for name, text in (rule.get("annotations") or {}).items()}
    name = re.sub(r"[^A-Za-z0-9]", "", rule["alert"])
    name = name[0].upper() + name[1:]
    # Here the same name at two severities is usual.
    while name in names:
        name += "Too"
    names.add(name)
    return Alert(
        name,
        expr=str(rule["expr"]),
        severity=SEVERITIES.get(labels.get("severity", ""), "log"),
        hold=rule.get("for", "0s"),
        summary=annotations.get("summary", "-"),
        labels=labels,
        annotations=annotations,
    )


@pytest.mark.parametrize(
    ("mixin", "subject", "code"),
    [
        # `count(…) == 0`: nothing is no result, not 0
        ("m-kafka", "alert `KafkaBrokerCount`", "promql/never-true"),
        # a rate below 0
        ("m-kafka", "alert `KafkaZookeeperSyncConnect`", "promql/never-true"),
        # sum by (instance, status) / sum by (instance)
        ("m-gitlab", "alert `GitLabHigh5xxResponses`", "promql/impossible-join"),
        # histogram_quantile over sum by (job)
        ("m-thanos", "alert `ThanosBucketReplicateRunLatency`", "promql/missing-le"),
        # $labels.channel of sum by (topic)
        ("m-nsq", "alert `NsqChannelDepthIncreasing`", "alert/impossible-label"),
        # $labels.instance of absent(…)
        ("m-promscale", "alert `PromscaleDown`", "alert/impossible-label"),
        # avg(rate / rate): NaN when one is idle
        ("m-apache-couchdb", "alert `CouchDBHighRequestLatency`", "promql/division-in-aggregate"),
    ],
)
def test_a_public_rule_that_cannot_work_is_found(
    findings: tuple[Finding, ...], mixin: str, subject: str, code: str
) -> None:
    assert (mixin, subject, code) in {(f.mixin, f.subject, f.code) for f in findings}


def test_few_public_rules_are_said_to_be_broken(findings: tuple[Finding, ...]) -> None:
    errors = [finding for finding in findings if finding.severity == "error"]

    # Each of them has been looked at and is one; more of them would be false alarms.
    assert len(errors) <= 20
