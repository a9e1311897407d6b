"""Rule files that others wrote as definitions: groups of alerts and recordings, and what they cannot say, named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from mixwright.importers.fields import UnsaidError, attempt
from mixwright.importers.source import Call, Code, Name, names_of, written
from mixwright.model import Alert, Recording, Rule, RuleGroup, Severity
from mixwright.promql import unparse
from mixwright.rulefiles import ForeignAlert, ForeignGroup, ForeignRule
from mixwright.values import Duration

_SEVERITIES: Mapping[str, Severity] = {
    "critical": Severity.PAGE,
    "page": Severity.PAGE,
    "error": Severity.PAGE,
    "warning": Severity.TICKET,
    "warn": Severity.TICKET,
    "ticket": Severity.TICKET,
    "info": Severity.LOG,
    "none": Severity.LOG,
    "log": Severity.LOG,
}
_RUNBOOK = "runbook_url"


@attrs.frozen
class ImportedRules:
    """The groups of some files as definitions and as a module; `losses` names what is otherwise."""

    groups: tuple[RuleGroup, ...]
    module: str
    losses: tuple[str, ...]


def import_rules(groups: Sequence[ForeignGroup], source: str) -> ImportedRules:
    """Return groups as definitions; a group or alert whose name is taken gets a number.

    The value of the label `severity` becomes one of ours where it is a usual one; else it stays a label.
    """
    losses: list[str] = []
    alerts: Counter[str] = Counter()
    names: Counter[str] = Counter()
    made = []
    for group in groups:
        rules = tuple(_rules(group, alerts, losses))
        if rules:
            names[group.name] += 1
            name = group.name if names[group.name] == 1 else f"{group.name} {names[group.name]}"
            made.append(
                RuleGroup(
                    name,
                    rules=rules,
                    interval=group.interval,
                    query_offset=group.query_offset,
                    limit=group.limit,
                    labels=group.labels,
                )
            )
    counted = Counter(losses)
    told = tuple(one if n == 1 else f"{one} ({n} times)" for one, n in counted.items())
    return ImportedRules(tuple(made), _module(made, source, told), told)


def _rules(group: ForeignGroup, alerts: Counter[str], losses: list[str]) -> Iterator[Rule]:
    for rule in group.rules:
        try:
            yield _rule(rule, alerts, losses)
        except UnsaidError as error:
            losses.append(f"rule `{rule.name}` of group `{group.name}`: {error}")


def _rule(rule: ForeignRule, alerts: Counter[str], losses: list[str]) -> Rule:
    made: Rule
    labels = {name: value for name, value in rule.labels.items() if value}
    if len(labels) < len(rule.labels):
        losses.append("labels that a rule takes away")
    if not isinstance(rule, ForeignAlert):
        made = attempt(Recording, rule.name, expr=rule.expr, labels=labels)
        return made
    said = labels.pop("severity", "")
    severity = _SEVERITIES.get(said.lower(), Severity.TICKET)
    if said != severity.value:
        losses.append(f"severity `{said}` becomes `{severity.value}`")
    annotations = dict(rule.annotations)
    summary = annotations.pop("summary", "") or annotations.pop("message", "")
    if not summary:
        losses.append("an alert without a summary gets its name for one")
    made = attempt(
        Alert,
        _name(rule.name, alerts, losses),
        expr=rule.expr,
        severity=severity,
        summary=summary or rule.name,
        description=annotations.pop("description", ""),
        runbook=annotations.pop(_RUNBOOK, ""),
        hold=rule.hold,
        keep_firing=rule.keep_firing,
        labels=labels,
        annotations=annotations,
    )
    return made


def _name(name: str, alerts: Counter[str], losses: list[str]) -> str:
    words = re.findall(r"[A-Za-z0-9]+", name)
    camel = "".join(word[:1].upper() + word[1:] for word in words) or "Alert"
    camel = camel if camel[:1].isalpha() else f"Alert{camel}"
    alerts[camel] += 1
    if alerts[camel] > 1:
        camel = f"{camel}{alerts[camel]}"
    if camel != name:
        losses.append(f"alert `{name}` is called `{camel}`")
    return camel


def _module(groups: Sequence[RuleGroup], source: str, losses: Sequence[str]) -> str:
    body = tuple(_group_code(group) for group in groups)
    names = sorted(names_of(body) | ({"Severity"} if _severe(groups) else set()))
    notes = "".join(f"\n- {loss}" for loss in losses).replace("\\", "/")
    lines = [
        f'"""Rules imported from `{source}`.'
        + (f"\n\nNot the same as there:\n{notes}\n" if losses else "")
        + '"""',
        "",
        "from __future__ import annotations",
        "",
        *([f"from mixwright import {', '.join(names)}", ""] if names else []),
        written(body, before="RULES = "),
    ]
    return "\n".join(lines) + "\n"


def _severe(groups: Sequence[RuleGroup]) -> bool:
    return any(isinstance(rule, Alert) for group in groups for rule in group.rules)


def _group_code(group: RuleGroup) -> Code:
    rules = tuple(_rule_code(rule) for rule in group.rules)
    return Call(
        "RuleGroup",
        group.name,
        interval=_span(group.interval),
        query_offset=_span(group.query_offset),
        limit=group.limit or None,
        labels=dict(group.labels) or None,
        rules=rules[0] if len(rules) == 1 else rules,
    )


def _rule_code(rule: Rule) -> Code:
    if not isinstance(rule, Alert):
        return Call(
            "Recording", rule.name, expr=unparse(rule.expr), labels=dict(rule.labels) or None
        )
    named: dict[str, Any] = {
        "expr": unparse(rule.expr),
        "hold": _span(rule.hold),
        "keep_firing": _span(rule.keep_firing),
        "severity": Name(f"Severity.{rule.severity.name}"),
        "summary": rule.summary,
        "description": rule.description or None,
        "runbook": rule.runbook or None,
        "labels": dict(rule.labels) or None,
        "annotations": dict(rule.annotations) or None,
    }
    return Call("Alert", rule.name, **named)


def _span(span: Duration | None) -> str | None:
    return str(span) if span is not None and span.ms else None
