"""Plain Prometheus rule files, as `rule_files:` of a Prometheus configuration takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from mixwright.backends.artifact import Artifact, Backend
from mixwright.model import Alert, Mixin, Rule, RuleGroup
from mixwright.promql import unparse


def emit(mixin: Mixin) -> Iterator[Artifact]:
    """Emit `rules/<mixin>.yaml`, unless the mixin has no rules."""
    if mixin.rules:
        yield Artifact(f"rules/{mixin.name}.yaml", to_yaml(mixin, {"groups": groups(mixin)}))


BACKEND = Backend("rulefile", emit)


def groups(mixin: Mixin) -> list[dict[str, Any]]:
    """Return the rule groups as Prometheus' `rulefmt` has them."""
    return [_group(group) for group in mixin.rules]


def _group(group: RuleGroup) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": group.name}
    if group.interval is not None:
        fields["interval"] = str(group.interval)
    if group.query_offset is not None:
        fields["query_offset"] = str(group.query_offset)
    if group.limit:
        fields["limit"] = group.limit
    if group.labels:
        fields["labels"] = dict(group.labels)
    return {**fields, "rules": [_rule(rule) for rule in group.rules]}


def _rule(rule: Rule) -> dict[str, Any]:
    if not isinstance(rule, Alert):
        recording: dict[str, Any] = {"record": rule.name, "expr": unparse(rule.expr)}
        return recording | ({"labels": dict(rule.labels)} if rule.labels else {})
    fields: dict[str, Any] = {"alert": rule.name, "expr": unparse(rule.expr)}
    if rule.hold.ms:
        fields["for"] = str(rule.hold)
    if rule.keep_firing.ms:
        fields["keep_firing_for"] = str(rule.keep_firing)
    return {**fields, "labels": dict(rule.labels), "annotations": dict(rule.annotations)}


class _Dumper(yaml.SafeDumper):
    """Long strings stay on one line and keys in order, so that diffs are readable."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def to_yaml(mixin: Mixin, content: dict[str, Any]) -> bytes:
    """Return one YAML document under a header that says where it comes from."""
    text = yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31, indent=2
    )
    return f"# Compiled by mixwright from mixin {mixin.name}. Do not edit: change the definition.\n{text}".encode()
