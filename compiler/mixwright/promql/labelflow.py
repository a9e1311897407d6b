"""Label flow: which labels the series of an expression always, perhaps or never have, and why.

Source of the rules: `resultMetric`, `aggregation` and `createLabelsForAbsentFunction` in
`promql/engine.go` and `promql/functions.go` of Prometheus 3.x.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

import attrs

from mixwright.promql.expr import (
    COMPARISONS,
    Aggregate,
    Binary,
    Call,
    Cardinality,
    Expr,
    Matching,
    Negation,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    ValueType,
)
from mixwright.promql.functions import type_of
from mixwright.values import METRIC_NAME, Matcher, MatchOp, anchored_regex


class Presence(Enum):
    """How surely the series of a result have a label."""

    ALWAYS = "always"
    PERHAPS = "perhaps"
    NEVER = "never"


@attrs.frozen
class Fate:
    """What becomes of a label, with the node that decides it and the reason in words."""

    presence: Presence
    cause: Expr | None = attrs.field(default=None, eq=False)
    reason: str = attrs.field(default="", eq=False)

    def __or__(self, other: Fate) -> Fate:
        """Return the fate in a result made of series of both kinds."""
        if self.presence is other.presence:
            return self
        return attrs.evolve(self, presence=Presence.PERHAPS)

    def __and__(self, other: Fate) -> Fate:
        """Return the fate where two sides must agree on the value: the surer one decides."""
        for presence in (Presence.NEVER, Presence.ALWAYS):
            for fate in (self, other):
                if fate.presence is presence:
                    return fate
        return self


PERHAPS = Fate(Presence.PERHAPS)


@attrs.frozen
class LabelFlow:
    """The fate of every label: of those in `known` by name, of all others `rest`."""

    known: Mapping[str, Fate]
    rest: Fate

    def fate(self, name: str) -> Fate:
        """Return what becomes of a label."""
        return self.known.get(name, self.rest)

    def possible(self, name: str) -> bool:
        """Tell whether a series of the result can have the label."""
        return self.fate(name).presence is not Presence.NEVER

    def guaranteed(self, name: str) -> bool:
        """Tell whether every series of the result has the label."""
        return self.fate(name).presence is Presence.ALWAYS

    @property
    def names(self) -> tuple[str, ...]:
        """The labels known by name that a series can have, sorted, without the metric name."""
        return tuple(sorted(n for n in self.known if n != METRIC_NAME and self.possible(n)))

    def with_(self, fates: Mapping[str, Fate]) -> LabelFlow:
        """Return this flow with other fates for some labels."""
        return LabelFlow({**self.known, **fates}, self.rest)

    def merge(self, other: LabelFlow, combine: Callable[[Fate, Fate], Fate]) -> LabelFlow:
        """Return the flow whose every fate combines this one's and the other's."""
        return LabelFlow(
            {n: combine(self.fate(n), other.fate(n)) for n in {*self.known, *other.known}},
            combine(self.rest, other.rest),
        )


Recorded = Mapping[str, LabelFlow]
"""What is known of metrics by name, such as those that recording rules make."""

_NONE: Final[Recorded] = {}


def flow(expr: Expr, recorded: Recorded = _NONE) -> LabelFlow:
    """Return the label flow of an expression; a scalar or string has no labels at all.

    `recorded` tells which labels metrics of these names can have; others may have every label.
    """
    match expr:
        case Number() | String():
            return _nothing(expr, f"a {type_of(expr).value} has no labels")
        case Selector():
            return _selector(expr, recorded)
        case Range(inner) | Subquery(inner):
            return flow(inner, recorded)
        case Negation(inner):
            reason = "unary minus drops the metric name"
            return _without_name(flow(inner, recorded), expr, reason)
        case Call():
            return _call(expr, recorded)
        case Aggregate():
            return _aggregate(expr, recorded)
        case Binary():
            return _binary(expr, recorded)
    raise TypeError(f"`{type(expr).__name__}` is not a node of PromQL")


def is_templated(text: str) -> bool:
    """Tell whether a matcher's value holds a dashboard variable, so that nothing is known of it."""
    return _VARIABLE.search(text) is not None


_VARIABLE = re.compile(r"\$[A-Za-z_]|\$\{|\[\[")


def _nothing(cause: Expr, reason: str) -> LabelFlow:
    return LabelFlow({}, Fate(Presence.NEVER, cause, reason))


def _without_name(labels: LabelFlow, cause: Expr, reason: str) -> LabelFlow:
    return labels.with_({METRIC_NAME: Fate(Presence.NEVER, cause, reason)})


def _selector(selector: Selector, recorded: Recorded) -> LabelFlow:
    labels = recorded.get(selector.name or "", LabelFlow({}, PERHAPS))
    for matcher in selector.conditions:
        said = Fate(_presence(matcher), selector, f"`{matcher}` decides it")
        known = PERHAPS if matcher.name == METRIC_NAME else labels.fate(matcher.name)
        labels = labels.with_({matcher.name: known & said})
    return labels


def _presence(matcher: Matcher) -> Presence:
    """Return what a matcher says about its label; an absent label has the value `""`."""
    if is_templated(matcher.value):
        return Presence.PERHAPS
    if not matcher.matches(""):
        return Presence.ALWAYS
    match matcher:
        case Matcher(_, MatchOp.EQUAL | MatchOp.REGEX, "") | Matcher(_, MatchOp.NOT_REGEX, ".+"):
            return Presence.NEVER
    return Presence.PERHAPS


KEEP_NAME = frozenset(
    {
        "first_over_time",
        "info",
        "label_join",
        "label_replace",
        "last_over_time",
        "sort",
        "sort_by_label",
        "sort_by_label_desc",
        "sort_desc",
    }
)
"""Functions that keep the metric name."""


def _call(call: Call, recorded: Recorded) -> LabelFlow:
    match call:
        case Call("absent" | "absent_over_time", (argument,)):
            return _absent(call, argument)
        case Call("label_replace", (_, String(), String(), String(), String())):
            return _label_replace(call, flow(call.args[0], recorded))
        case Call("label_join", (_, String(), String(), *_)):
            return _label_join(call, flow(call.args[0], recorded))
        case Call("info", (vector, *selectors)):
            return _info(flow(vector, recorded), selectors)
        case Call("vector"):
            return _nothing(call, "`vector()` has no labels")
    vectors = [arg for arg in call.args if type_of(arg) in (ValueType.VECTOR, ValueType.MATRIX)]
    if type_of(call) is ValueType.SCALAR or not vectors:
        return _nothing(call, f"`{call.function}()` has no labels")
    labels = flow(vectors[0], recorded)
    if call.function not in KEEP_NAME:
        labels = _without_name(labels, call, f"`{call.function}()` drops the metric name")
    match call:
        case Call("histogram_quantile" | "histogram_fraction"):
            return labels.with_({"le": _drops_le(call)})
        case Call("histogram_quantiles", (_, String(name), *_)):
            sets = Fate(Presence.ALWAYS, call, f"`histogram_quantiles()` sets `{name}`")
            return labels.with_({"le": _drops_le(call), name: sets})
    return labels


def _drops_le(call: Call) -> Fate:
    return Fate(Presence.NEVER, call, f"`{call.function}()` drops `le`")


def _absent(call: Call, argument: Expr) -> LabelFlow:
    """Return the labels that the selector's `=` matchers name exactly once, in their order."""
    selector = argument.selector if isinstance(argument, Range) else argument
    empty = _nothing(call, f"`{call.function}()` keeps only labels of single `=` matchers")
    if not isinstance(selector, Selector):
        return empty
    set_: dict[str, bool] = {}
    for matcher in selector.matchers:
        single = matcher.op is MatchOp.EQUAL and matcher.name not in set_
        set_[matcher.name] = single and matcher.value != ""
    presence = Fate(Presence.ALWAYS, call, f"`{call.function}()` copies it from the selector")
    return empty.with_({n: presence for n, kept in set_.items() if kept and n != METRIC_NAME})


_REFERENCE = re.compile(r"\$(?:\{\w+\}|\w+)")


def _label_replace(call: Call, labels: LabelFlow) -> LabelFlow:
    target, replacement, source, pattern = (
        arg.value for arg in call.args[1:] if isinstance(arg, String)
    )
    before = labels.fate(source).presence
    matches_absent = anchored_regex(pattern).fullmatch("") is not None
    if before is Presence.NEVER and not matches_absent:
        return labels
    whole = pattern == "(.+)" or (pattern == "(.*)" and before is Presence.ALWAYS)
    if _REFERENCE.sub("", replacement) or (whole and replacement in ("$1", "${1}")):
        presence = Presence.ALWAYS
    elif _REFERENCE.search(replacement) and before is not Presence.NEVER:
        presence = Presence.PERHAPS
    else:
        presence = Presence.NEVER
    written = Fate(presence, call, f"`label_replace()` writes `{target}`")
    always = (
        before is Presence.NEVER
        or pattern in (".*", "(.*)")
        or (before is Presence.ALWAYS and pattern in (".+", "(.+)"))
    )
    return labels.with_({target: written if always else labels.fate(target) | written})


def _label_join(call: Call, labels: LabelFlow) -> LabelFlow:
    target, separator, *sources = (arg.value for arg in call.args[1:] if isinstance(arg, String))
    parts = [labels.fate(source).presence for source in sources]
    if Presence.ALWAYS in parts or (separator and len(parts) > 1):
        presence = Presence.ALWAYS
    elif Presence.PERHAPS in parts:
        presence = Presence.PERHAPS
    else:
        presence = Presence.NEVER
    return labels.with_({target: Fate(presence, call, f"`label_join()` writes `{target}`")})


def _info(labels: LabelFlow, selectors: list[Expr]) -> LabelFlow:
    """Return the flow after `info()`, which adds labels that its selector names, or any."""

    def added(fate: Fate) -> Fate:
        return PERHAPS if fate.presence is Presence.NEVER else fate

    match selectors:
        case [Selector(_, matchers)] if matchers:
            names = {matcher.name for matcher in matchers if matcher.name != METRIC_NAME}
            return labels.with_({name: added(labels.fate(name)) for name in names})
    return LabelFlow({n: added(fate) for n, fate in labels.known.items()}, added(labels.rest))


SELECTING = frozenset({"bottomk", "limit_ratio", "limitk", "topk"})
"""Aggregations that choose among series and leave their labels alone."""


def _aggregate(node: Aggregate, recorded: Recorded) -> LabelFlow:
    inner = flow(node.expr, recorded)
    if node.op in SELECTING:
        return inner
    grouping = node.grouping or ()
    if node.without:
        reason = f"`{node.op} without ({', '.join(grouping)})` drops it"
        drops = Fate(Presence.NEVER, node, reason)
        labels = inner.with_(dict.fromkeys((*grouping, METRIC_NAME), drops))
    else:
        by = f"{node.op} by ({', '.join(grouping)})" if grouping else f"{node.op}()"
        kept = ", ".join(f"`{name}`" for name in grouping) if grouping else "no label"
        labels = _nothing(node, f"`{by}` keeps {'only ' if grouping else ''}{kept}")
        labels = labels.with_({name: inner.fate(name) for name in grouping})
    match node:
        case Aggregate("count_values", _, String(name)) if not (node.without and name in grouping):
            return labels.with_({name: Fate(Presence.ALWAYS, node, "`count_values()` writes it")})
    return labels


def _binary(node: Binary, recorded: Recorded) -> LabelFlow:
    left_is_vector = type_of(node.left) is ValueType.VECTOR
    right_is_vector = type_of(node.right) is ValueType.VECTOR
    if not left_is_vector and not right_is_vector:
        return _nothing(node, "a scalar has no labels")
    left, right = flow(node.left, recorded), flow(node.right, recorded)
    match node.op:
        case "or":
            return left.merge(right, Fate.__or__)
        case "unless":
            return left
        case "and":
            return _joined(left, right, node.matching)
    if not right_is_vector:
        result = left
    elif not left_is_vector:
        result = right
    else:
        result = _matched(node, left, right)
    if node.op not in COMPARISONS or node.bool_:
        return _without_name(result, node, f"`{node.op}` drops the metric name")
    return result


def _joined(many: LabelFlow, one: LabelFlow, matching: Matching) -> LabelFlow:
    """Return the many side's flow, knowing that both sides agree on the labels of the match."""
    filled = matching.fill_left is not None or matching.fill_right is not None
    combine = Fate.__or__ if filled else Fate.__and__
    if matching.on:
        return many.with_({n: combine(many.fate(n), one.fate(n)) for n in matching.labels})
    both = many.merge(one, combine)
    return both.with_({n: many.fate(n) for n in (*matching.labels, METRIC_NAME)})


def _matched(node: Binary, left: LabelFlow, right: LabelFlow) -> LabelFlow:
    matching = node.matching
    if matching.cardinality is Cardinality.ONE_TO_MANY:
        left, right = right, left
    labels = _joined(left, right, matching)
    if matching.cardinality is not Cardinality.ONE_TO_ONE:
        return labels.with_({name: right.fate(name) for name in matching.include})
    if matching.on:
        reason = f"one-to-one matching `on ({', '.join(matching.labels)})` drops other labels"
        return _nothing(node, reason).with_({n: labels.fate(n) for n in matching.labels})
    drops = Fate(Presence.NEVER, node, "one-to-one matching `ignoring (…)` drops it")
    return labels.with_(dict.fromkeys(matching.labels, drops))
