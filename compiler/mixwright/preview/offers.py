"""The values that a recording has for each kind of variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from mixwright.engine import evaluate_each
from mixwright.errors import MixwrightError
from mixwright.frame import Matrix, Source, Steps
from mixwright.model import (
    AdhocFilters,
    AnyVariable,
    CustomVariable,
    Dashboard,
    IntervalVariable,
    QueryVariable,
    TextVariable,
    Variable,
)
from mixwright.preview.regex import javascript_regex
from mixwright.preview.series import natural
from mixwright.promql import Expr, Selector, parse, walk
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

ALL: Final = "$__all"
"""The value of a variable of which all values are chosen, as in Grafana's URLs."""

_MOST_FILTERS: Final = 12
_EVERYTHING: Final = (Matcher(METRIC_NAME, MatchOp.NOT_EQUAL, ""),)

Fill = Callable[[Matcher], Matcher]


@attrs.define(eq=False)
class Offers:
    """What a dashboard's variables offer in a recording over [start, end] (ms); series are read once."""

    dashboard: Dashboard
    source: Source
    start: int
    end: int
    _series: dict[str, Sequence[Labels]] = attrs.field(factory=dict, init=False)

    def of(self, variable: AnyVariable, fill: Fill) -> tuple[str, ...]:
        """Return the values of a variable; `fill` puts the choices that have been made into a matcher."""
        match variable:
            case Variable(name=name, of=of):
                return (
                    ()
                    if of is None
                    else _matching(self._values(variable, of, name, fill), variable.pattern)
                )
            case CustomVariable(values=values):
                return tuple(values.values())
            case IntervalVariable(values=lengths):
                return tuple(map(str, lengths))
            case TextVariable(value=value):
                return (value,)
            case QueryVariable():
                return _matching(self._answer(variable, fill), variable.pattern)
            case AdhocFilters():
                return ("", *self._filters())
        return ()

    def _values(
        self, variable: AnyVariable, of: Selector, label: str, fill: Fill
    ) -> tuple[str, ...]:
        conditions = of.conditions
        if variable.name not in self._series:
            plain = [m for m in conditions if "$" not in m.value]
            self._series[variable.name] = self.source.select(plain, self.start, self.end).labels
        narrowed = [fill(m) for m in conditions if "$" in m.value]
        return _sorted(
            labels[label]
            for labels in self._series[variable.name]
            if label in labels and all(m.matches(labels.get(m.name, "")) for m in narrowed)
        )

    def _answer(self, variable: QueryVariable, fill: Fill) -> tuple[str, ...]:
        """Return what the Prometheus data source would answer; what it does not know has no values."""
        text = variable.query.strip()
        name, bracket, inside = text.partition("(")
        inside = inside.removesuffix(")").strip() if bracket else ""
        match name:
            case "label_values" if "," not in inside:
                every = self.source.select(_EVERYTHING, self.start, self.end).labels
                return _sorted(labels[inside] for labels in every if inside in labels)
            case "label_values":
                series, _, label = inside.rpartition(",")
                of = _parsed(series)
                return (
                    self._values(variable, of, label.strip(), fill)
                    if isinstance(of, Selector)
                    else ()
                )
            case "label_names":
                every = self.source.select(_EVERYTHING, self.start, self.end).labels
                return _sorted(label for labels in every for label in labels)
            case "metrics":
                pattern = javascript_regex(f"/{inside}/")
                every = self.source.select(_EVERYTHING, self.start, self.end).labels
                return _sorted(one.name for one in every if one.name and pattern.search(one.name))
            case "query_result":
                return self._result(_parsed(inside))
        return ()

    def _result(self, expr: Expr | None) -> tuple[str, ...]:
        """Return each series of an answer as Grafana writes it: labels, value, time."""
        if expr is None:
            return ()
        (answer,) = evaluate_each((expr,), self.source, Steps.instant(self.end))
        if not isinstance(answer, Matrix):
            return ()
        return tuple(
            f"{labels} {values[-1]:g} {self.end}"
            for labels, values, present in zip(
                answer.labels, answer.values, answer.present, strict=True
            )
            if present[-1]
        )

    def _filters(self) -> list[str]:
        """Return the conditions `label=value` that tell the dashboard's series apart, a few of them."""
        found: dict[str, set[str]] = {}
        for panel in self.dashboard.all_panels():
            for selector in (s for query in panel.show[:1] for s in walk(query.expr, Selector)):
                plain = [m for m in selector.conditions if "$" not in m.value]
                for labels in self.source.select(plain, self.start, self.end).labels:
                    for label, value in labels.pairs:
                        found.setdefault(label, set()).add(value)
            if found:
                break
        several = {label: found[label] for label in sorted(found) if 1 < len(found[label]) < 10}
        several.pop(METRIC_NAME, None)
        pairs = [
            f"{label}={value}" for label, values in several.items() for value in _sorted(values)
        ]
        return pairs[:_MOST_FILTERS]


def _parsed(text: str) -> Expr | None:
    """Return an expression of a variable's query, or nothing when it is not PromQL."""
    try:
        return parse(text.strip())
    except MixwrightError:
        return None


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values), key=natural))


def _matching(values: tuple[str, ...], pattern: str) -> tuple[str, ...]:
    """Return the values that match; of a pattern with a group the group, as Grafana does."""
    if not pattern:
        return values
    expression = javascript_regex(pattern)
    found = (expression.search(value) for value in values)
    taken = (
        (m["value"] if "value" in m.groupdict() else m[1] if m.re.groups else m.string)
        for m in found
        if m
    )
    return tuple(dict.fromkeys(value for value in taken if value))
