"""What there is to exercise in a rule: both outcomes of each condition, each state, each text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from mixwright.promql import Binary, Call, Expr, Range, Subquery, walk
from mixwright.promql.expr import COMPARISONS
from mixwright.replay.rules import AlertingRule, Group, Rule, is_alert

State: TypeAlias = Literal["inactive", "pending", "firing", "keep firing", "resolved"]


@attrs.frozen
class Probe:
    """An expression that shows an outcome: by any value at all, or by a certain one."""

    expr: Expr
    value: float | None = None


@attrs.frozen(kw_only=True)
class Point:
    """One thing to exercise; `missing` says what it means that nothing did.

    `probe` is for outcomes of `node`, a part of the rule's expression; `state` for those of an alert;
    `text` for a label or an annotation of it.
    """

    missing: str
    node: Expr | None = None
    probe: Probe | None = None
    state: State | None = None
    text: str = ""


def points(rule: Rule, group: Group) -> tuple[Point, ...]:
    """Return what there is to exercise in a rule, in reading order."""
    found = dict.fromkeys(point for node in walk(rule.expr, Expr) for point in _outcomes(node))
    if is_alert(rule):
        return (*found, *_states(rule), *_texts(rule, group))
    return (*found, Point(missing="it never wrote a series", probe=Probe(rule.expr)))


def _outcomes(node: Expr) -> Iterator[Point]:
    match node:
        case Binary(op) if op in COMPARISONS:
            told = attrs.evolve(node, bool_=True)
            yield Point(node=node, probe=Probe(told, 1.0), missing="never true")
            yield Point(node=node, probe=Probe(told, 0.0), missing="never false")
        case Binary("and" | "unless" as op):
            both = attrs.evolve(node, op="and")
            alone = attrs.evolve(node, op="unless")
            kept, dropped = (both, alone) if op == "and" else (alone, both)
            yield Point(
                node=node,
                probe=Probe(kept),
                missing=f"`{op}` never let a value of its left side through",
            )
            yield Point(
                node=node,
                probe=Probe(dropped),
                missing=f"`{op}` never held a value of its left side back",
            )
        case Binary("or", left, right):
            added = attrs.evolve(node, op="unless", left=right, right=left)
            yield Point(
                node=left, probe=Probe(left), missing="the left side of `or` never had a value"
            )
            yield Point(
                node=right, probe=Probe(added), missing="the right side of `or` never added a value"
            )
        case Call("absent" | "absent_over_time" as function, (inner,)):
            there = Call("count_over_time", (inner,)) if _is_range(inner) else inner
            yield Point(node=node, probe=Probe(node), missing=f"`{function}` never found it absent")
            yield Point(
                node=node, probe=Probe(there), missing=f"`{function}` never found it present"
            )


def _is_range(expr: Expr) -> bool:
    return isinstance(expr, Range | Subquery)


def _states(alert: AlertingRule) -> Iterator[Point]:
    yield Point(state="inactive", missing="it was never inactive")
    if alert.hold.ms:
        yield Point(state="pending", missing=f"it was never pending, for less than {alert.hold}")
    yield Point(state="firing", missing="it never fired")
    if alert.keep_firing.ms:
        yield Point(state="keep firing", missing=f"it never kept firing for {alert.keep_firing}")
    yield Point(state="resolved", missing="it never resolved")


def _texts(alert: AlertingRule, group: Group) -> Iterator[Point]:
    """Yield annotations, and the labels that are templates: what another label is, is plain to see."""
    labels = {**group.labels, **alert.labels}
    for name, text in labels.items():
        if "{{" in text:
            yield Point(
                text=f"label {name}", missing=f"no alert with its label `{name}` was looked at"
            )
    # Names with underscores in front are for Grafana, not for people.
    for name in (name for name in alert.annotations if not name.startswith("__")):
        yield Point(
            text=f"annotation {name}",
            missing=f"no alert with its annotation `{name}` was looked at",
        )
