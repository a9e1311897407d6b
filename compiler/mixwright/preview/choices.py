"""The values that a dashboard's variables can have in a recording, and queries with values chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Final

import attrs

from mixwright.frame import Source
from mixwright.model import AdhocFilters, AnyVariable, Dashboard, Query
from mixwright.preview.offers import ALL, Offers
from mixwright.promql import Expr, Range, Selector, rewrite
from mixwright.values import Duration, Labels, Matcher, MatchOp

_ENUMERATED: Final = 10_000
_REFERENCE = re.compile(r"\$(\w+)|\$\{(\w+)(?::\w+)?\}")


@attrs.frozen
class Choices:
    """The combinations of values on offer; each is a label set from variable to value or `ALL`.

    `drawn` are the combinations to draw, the default first; `found` are all of them, up to ten
    thousand; `without_values` are the variables for which the recording has none, whatever else is chosen.
    """

    drawn: tuple[Labels, ...]
    found: frozenset[Labels]
    without_values: tuple[AnyVariable, ...] = ()

    def offers(self, wanted: Labels) -> bool:
        """Tell whether some combination has all these values."""
        return any(set(wanted.pairs) <= set(choice.pairs) for choice in self.found)

    def values(self, variable: str) -> tuple[str, ...]:
        """Return the single values that a variable can have, in the order in which they are offered."""
        found = (choice.get(variable, "") for choice in self.drawn)
        return tuple(dict.fromkeys(value for value in found if value not in ("", ALL)))


def find_choices(
    dashboard: Dashboard, source: Source, start: int, end: int, *, at_most: int
) -> Choices:
    """Return the combinations that the recording has, each variable narrowed by those before.

    Beyond `at_most` combinations every value is drawn once before any is drawn again, if there is room.
    """
    offers = Offers(dashboard, source, start, end)
    without: dict[str, AnyVariable] = {}
    offered_once: set[str] = set()

    def combine(
        rest: Sequence[AnyVariable], choice: Labels, distance: int
    ) -> Iterator[tuple[int, Labels]]:
        if not rest:
            yield distance, choice
            return
        variable, *below = rest
        values = offers.of(variable, lambda matcher: filled(matcher, choice))
        if values:
            offered_once.add(variable.name)
        else:
            without[variable.name] = variable
        offered = (ALL, *values) if variable.multi else values or ("",)
        for number, value in enumerate(offered):
            yield from combine(below, choice.with_({variable.name: value}), distance + number)

    ranked = list(islice(combine(dashboard.all_variables(), Labels(), 0), _ENUMERATED))
    kept = set(_spread(ranked, at_most))
    return Choices(
        drawn=tuple(choice for _, choice in ranked if choice in kept),
        found=frozenset(choice for _, choice in ranked),
        without_values=tuple(without[name] for name in without if name not in offered_once),
    )


def _spread(ranked: Sequence[tuple[int, Labels]], at_most: int) -> Iterator[Labels]:
    """Yield the default, then always the combination with most values that none before has, the nearest of these."""
    default = ranked[0][1]
    yield default
    seen = set(default.pairs)
    # The more has been seen the fewer values are new: what was counted before is never too low.
    waiting = [
        (-len(choice.pairs), distance, place)
        for place, (distance, choice) in enumerate(ranked)
        if place
    ]
    heapify(waiting)
    while waiting and at_most > 1:
        new, distance, place = heappop(waiting)
        choice = ranked[place][1]
        still = -sum(pair not in seen for pair in choice.pairs)
        if still != new:
            heappush(waiting, (still, distance, place))
            continue
        seen.update(choice.pairs)
        at_most -= 1
        yield choice


def asked(query: Query, choice: Labels, dashboard: Dashboard) -> Expr:
    """Return what a query asks with the values of a choice: in its matchers, windows, and filters."""
    expr = chosen(query.expr, choice)
    length = choice.get(query.window.strip("${}")) if query.window else None
    filters = tuple(
        Matcher(label, MatchOp.EQUAL, value)
        for variable in dashboard.variables
        if isinstance(variable, AdhocFilters)
        for label, equals, value in (choice.get(variable.name, "").partition("="),)
        if equals
    )
    if length is None and not filters:
        return expr

    def change(node: Expr) -> Expr:
        match node:
            case Selector() if filters:
                return attrs.evolve(node, matchers=(*node.matchers, *filters))
            case Range() if length:
                return attrs.evolve(node, window=Duration.parse(length))
        return node

    return rewrite(expr, change)


def queries(dashboard: Dashboard) -> Iterator[Expr]:
    """Yield what a dashboard asks for whatever is chosen: its variables' series, and its panels' queries."""
    shown = (query.expr for panel in dashboard.all_panels() for query in panel.show)
    offered = (variable.of for variable in dashboard.labels() if variable.of is not None)
    for expr in (*offered, *shown):
        yield rewrite(expr, lambda e: _whatever_chosen(e) if isinstance(e, Selector) else e)


def _whatever_chosen(selector: Selector) -> Selector:
    """Leave out the matchers that name variables."""
    plain = tuple(m for m in selector.matchers if not _REFERENCE.search(m.value))
    return attrs.evolve(selector, matchers=plain)


def chosen(expr: Expr, choice: Labels) -> Expr:
    """Return an expression with the values of a choice in place of `$variable` in its matchers."""

    def fill(node: Expr) -> Expr:
        if not isinstance(node, Selector):
            return node
        return attrs.evolve(node, matchers=tuple(filled(m, choice) for m in node.matchers))

    return rewrite(expr, fill)


def filled(matcher: Matcher, choice: Labels) -> Matcher:
    """Fill in one matcher as Grafana does: `All` is `.*`, a value within a regular expression is quoted."""
    op, is_regex = matcher.op, matcher.op in (MatchOp.REGEX, MatchOp.NOT_REGEX)
    names = {match[1] or match[2] for match in _REFERENCE.finditer(matcher.value)}
    if not is_regex and any(choice.get(name) == ALL for name in names):
        op = MatchOp.REGEX if op is MatchOp.EQUAL else MatchOp.NOT_REGEX
        is_regex = True

    def value(match: re.Match[str]) -> str:
        text = choice.get(match[1] or match[2])
        if text is None:
            return match[0] if is_regex else ""
        if text == ALL:
            return ".*"
        return re.escape(text) if is_regex else text

    return Matcher(matcher.name, op, _REFERENCE.sub(value, matcher.value))
