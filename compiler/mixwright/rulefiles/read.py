"""Rule files read as strictly as Prometheus reads them: several documents, plain or as PrometheusRule.

Source: prometheus, `model/rulefmt/rulefmt.go`; the PrometheusRule resource of prometheus-operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mixwright.errors import DefinitionError
from mixwright.model import Severity
from mixwright.promql import parse
from mixwright.rulefiles.rules import (
    SEVERITIES,
    ForeignAlert,
    ForeignGroup,
    ForeignRecording,
    ForeignRule,
)
from mixwright.templating import TemplateError, parse_alert_template
from mixwright.values import METRIC_NAME, Duration
from mixwright.yamlnodes import Node, read_documents

_GROUP = ("name", "interval", "query_offset", "limit", "rules", "labels")
_RULE = ("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
# The operator hands these to Thanos and takes them away from Prometheus.
_RESOURCE_GROUP = (*_GROUP, "partial_response_strategy")


Complain = Callable[[DefinitionError], None]
"""Told what is wrong with one rule, whereupon the rule is left out."""


def read_rule_file(
    path: Path, *, ignoring: bool = False, complain: Complain | None = None
) -> tuple[ForeignGroup, ...]:
    """Return the groups of all documents of a file, in order.

    A document is a plain rule file, a PrometheusRule, or a `List` of these. With `ignoring`, fields
    that Prometheus does not know are left out. Raises `MixwrightError` with file and line. With
    `complain`, which is told what is wrong with single rules, other resources are passed over.
    """
    reader = _Reader(ignoring=ignoring, complain=complain)
    return tuple(group for document in read_documents(path) for group in reader.document(document))


class _Reader:
    def __init__(self, *, ignoring: bool, complain: Complain | None) -> None:
        self.ignoring = ignoring
        self.complain = complain

    def document(self, node: Node) -> Iterator[ForeignGroup]:
        fields = node.fields("a rule file")
        kind = fields["kind"].text("`kind`") if "kind" in fields else ""
        match kind:
            case "PrometheusRule":
                spec = fields["spec"].fields("`spec`", ("groups",)) if "spec" in fields else {}
                yield from self.groups(spec, _RESOURCE_GROUP)
            case "List":
                for item in fields["items"].items("`items`") if "items" in fields else ():
                    yield from self.document(item)
            case "":
                plain = node.fields("a rule file", ("groups",), ignoring=self.ignoring)
                yield from self.groups(plain, _GROUP)
            case _ if self.complain is None:
                raise fields["kind"].error(f"`{kind}` holds no rules; a `PrometheusRule` does")

    def groups(self, fields: dict[str, Node], known: tuple[str, ...]) -> Iterator[ForeignGroup]:
        names: set[str] = set()
        for node in fields["groups"].items("`groups`") if "groups" in fields else ():
            group = self.group(node, known)
            if group.name in names:
                raise node.error(f"group `{group.name}` is there twice in this file")
            names.add(group.name)
            yield group

    def group(self, node: Node, known: tuple[str, ...]) -> ForeignGroup:
        fields = node.fields("a group", known, ignoring=self.ignoring)
        name = fields["name"].text("`name`") if "name" in fields else ""
        if not name:
            raise node.error("a group needs a `name`")
        rules = fields["rules"].items("`rules`") if "rules" in fields else ()
        interval, offset = (_duration(fields, field) for field in ("interval", "query_offset"))
        labels = _labels(fields)
        return ForeignGroup(
            name=name,
            rules=tuple(self.rules(rules, labels)),
            # Prometheus takes an interval of zero for none.
            interval=interval if interval and interval.ms else None,
            query_offset=offset,
            limit=fields["limit"].integer("`limit`") if "limit" in fields else 0,
            labels=labels,
            origin=node.origin,
        )

    def rules(self, nodes: Iterable[Node], common: dict[str, str]) -> Iterator[ForeignRule]:
        for node in nodes:
            try:
                yield self.rule(node, common)
            except DefinitionError as error:
                if self.complain is None:
                    raise
                self.complain(error)

    def rule(self, node: Node, common: dict[str, str]) -> ForeignRule:
        fields = node.fields("a rule", _RULE, ignoring=self.ignoring)
        record, alert, text = (
            fields[field].text(f"`{field}`") if field in fields else ""
            for field in ("record", "alert", "expr")
        )
        if bool(record) == bool(alert):
            raise node.error("a rule has either `record` or `alert`")
        what = f"recording rule `{record}`" if record else f"alert `{alert}`"
        if not text:
            raise node.error(f"{what} needs an `expr`")
        expr = fields["expr"].parsed(what, parse)
        labels = _labels(fields)
        hold, keep_firing = (
            _duration(fields, field) or Duration(0) for field in ("for", "keep_firing_for")
        )
        annotations = (
            fields["annotations"].texts("`annotations`") if "annotations" in fields else {}
        )
        if alert:
            for kind, texts in (("labels", labels), ("annotations", annotations)):
                for name, template in texts.items():
                    _check_template(fields[kind], template, f"{what}: `{name}`", alert)
            return ForeignAlert(
                name=alert,
                expr=expr,
                labels=labels,
                origin=node.origin,
                annotations=annotations,
                hold=hold,
                keep_firing=keep_firing,
                severity=_severity({**common, **labels}),
            )
        for field, given in (
            ("annotations", annotations),
            ("for", hold.ms),
            ("keep_firing_for", keep_firing.ms),
        ):
            if given:
                raise fields[field].error(f"{what} has `{field}`, which only alerts have")
        if "{" in record or "}" in record:
            raise node.error(f"{what} has braces in its name; labels go under `labels`")
        return ForeignRecording(name=record, expr=expr, labels=labels, origin=node.origin)


def _duration(fields: dict[str, Node], field: str) -> Duration | None:
    return fields[field].duration(f"`{field}`") if field in fields else None


def _labels(fields: dict[str, Node]) -> dict[str, str]:
    if "labels" not in fields:
        return {}
    labels = fields["labels"].texts("`labels`")
    for name in labels:
        if not name or name == METRIC_NAME:
            raise fields["labels"].error(f"`{name}` cannot be a label of a rule")
    return labels


def _severity(labels: dict[str, str]) -> Severity:
    return SEVERITIES.get(labels.get("severity", "").lower(), Severity.PAGE)


def _check_template(node: Node, text: str, what: str, alert: str) -> None:
    try:
        parse_alert_template(text, alert)
    except TemplateError as error:
        raise node.error(f"{what}: {error}") from None
