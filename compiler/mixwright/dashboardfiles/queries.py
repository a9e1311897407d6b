"""A panel's queries: PromQL with dashboard variables put aside, parsed, and with the variables back in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import Literal, TypeAlias

import attrs

from mixwright.dashboardfiles.document import Place
from mixwright.dashboardfiles.templates import Mention, mentions
from mixwright.errors import PromQLError
from mixwright.promql import Expr, parse, unparse_with_spans
from mixwright.promql.unparse import Spanned
from mixwright.values import Duration, Origin

Language: TypeAlias = Literal["promql", "logql", ""]
"""Of a query; the empty one is any other."""

PROVIDED = {
    "__rate_interval": 240_007,
    "__interval": 60_011,
    "__range": 3_600_013,
    "__auto": 60_017,
}
"""What stands for Grafana's own durations, in ms: lengths that are usual, and that nobody writes."""

_VARIABLE_SPAN = 300_019
_QUIET = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*", re.DOTALL)
_GROUPING = re.compile(
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$", re.IGNORECASE
)
_FIXED_NUMBERS = {
    "__interval_ms": "60011",
    "__range_s": "3601",
    "__range_ms": "3600013",
    "__from": "1700000000001",
    "__to": "1700003600001",
}


@attrs.frozen
class Parsed:
    """A query's tree, and the texts that were put aside by what stands for them."""

    expr: Expr
    put_aside: Mapping[str, str]

    def shown(self, expr: Expr | None = None) -> str:
        """Return the text of the tree or of a part, with the variables in it again."""
        return self.shown_with_spans(self.expr if expr is None else expr).text

    def shown_with_spans(self, expr: Expr) -> Spanned:
        """Return the text with the variables in it, and the places of the nodes in that text."""
        spanned = unparse_with_spans(expr)
        if not self.put_aside:
            return spanned
        standing = re.compile("|".join(map(re.escape, self.put_aside)))
        text, end = "", 0
        moves: list[tuple[int, int]] = [(0, 0)]
        for found in standing.finditer(spanned.text):
            text += spanned.text[end : found.start()] + self.put_aside[found.group()]
            end = found.end()
            moves.append((end, len(text) - end))
        text += spanned.text[end:]

        def moved(place: int) -> int:
            return place + next(by for at, by in reversed(moves) if at <= place)

        return Spanned(
            text, tuple((n, moved(start), moved(end)) for n, start, end in spanned.spans)
        )

    def variable_of(self, span: Duration) -> str:
        """Return the variable that a duration stands for, as it was written; empty for a real one."""
        return self.put_aside.get(str(span), "")


@attrs.frozen(eq=False)
class RenderedQuery:
    """One query of a panel; `text` is as written, `values` holds the dashboard's current choices."""

    text: str
    language: Language
    ref: str
    legend: str
    hidden: bool
    instant: bool
    data_source: str
    values: Mapping[str, str] = attrs.field(repr=False)
    place: Place = attrs.field(repr=False)

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return self.place.origin

    @cached_property
    def parsed(self) -> Parsed | PromQLError | None:
        """The query's tree, or why Prometheus would refuse it; None when it is not PromQL."""
        if self.language != "promql" or not self.text.strip():
            return None
        return parse_query(self.text, self.values)

    @property
    def expr(self) -> Expr | None:
        """The query's tree where there is one."""
        return self.parsed.expr if isinstance(self.parsed, Parsed) else None


def parse_query(text: str, values: Mapping[str, str]) -> Parsed | PromQLError:
    """Return a query's tree with everything put aside that only Grafana understands, or the error.

    What is inside quotes stays: there a variable is part of a text. Elsewhere the place tells what a
    variable can be: a duration, a name, a matcher. Where that is not PromQL, numbers are tried, and
    last the dashboard's current values.
    """
    found = [mention for mention in mentions(text) if not _is_quoted(text, mention)]
    error: PromQLError | None = None
    for choose in (_by_place, _numbers, _chosen) if found else (_by_place,):
        replaced, put_aside = _replaced(text, found, choose, values)
        try:
            return Parsed(parse(replaced), put_aside)
        except PromQLError as refused:
            message = refused.message.replace(replaced, text)
            error = error or PromQLError(_restored(message, put_aside), text)
        except RecursionError:
            return PromQLError("nested too deeply", text)
    return error or PromQLError("not PromQL", text)


_Choose: TypeAlias = Callable[[str, Mention, int, Mapping[str, str]], tuple[str, str]]
"""From text, variable, its number and the current values to what stands for it, and how that is printed."""


def _replaced(
    text: str, found: list[Mention], choose: _Choose, values: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    pieces, end, put_aside = [], 0, {}
    numbers: dict[str, int] = {}
    fresh = count(1)
    for mention in found:
        written = text[mention.start : mention.end]
        if written not in numbers:
            numbers[written] = next(fresh)
        standing, printed = choose(text, mention, numbers[written], values)
        put_aside[printed] = written
        pieces += [text[end : mention.start], standing]
        end = mention.end
    return "".join([*pieces, text[end:]]), put_aside


def _by_place(
    text: str, mention: Mention, number: int, values: Mapping[str, str]
) -> tuple[str, str]:
    before, after = text[: mention.start], text[mention.end :]
    if _is_span(before):
        if re.match(r"ms\b|[smhdwy]\b", after):
            return _same(str(86_000 + number))
        ms = PROVIDED.get(mention.name) or _VARIABLE_SPAN + 2 * number
        return f"{ms}ms", str(Duration(ms))
    if mention.name in _FIXED_NUMBERS:
        return _same(_FIXED_NUMBERS[mention.name])
    name = f"grafana_variable_{number}_"
    if _is_matcher(before, after):
        return f'{name}="any"', f'{name}="any"'
    if re.match(r"\s*(\(|by\b|without\b)", after) and not re.search(r"[\w:]$", before):
        return _chosen(text, mention, number, values)
    return _same(name)


def _numbers(
    text: str, mention: Mention, number: int, values: Mapping[str, str]
) -> tuple[str, str]:
    standing, printed = _by_place(text, mention, number, values)
    if standing.startswith("grafana_variable_") and not _is_named(text, mention):
        return _same(str(771_000 + number))
    return standing, printed


def _chosen(text: str, mention: Mention, number: int, values: Mapping[str, str]) -> tuple[str, str]:
    if _is_span(text[: mention.start]):
        return _by_place(text, mention, number, values)
    value = values.get(mention.name) or "sum"
    # What is chosen is printed anywhere; nothing may be put back in its place.
    return value, f"\0{number}"


def _same(text: str) -> tuple[str, str]:
    return text, text


def _is_span(before: str) -> bool:
    """Tell whether a variable stands in `[…]`, or after `offset`."""
    inside = before.rfind("[") > before.rfind("]")
    return inside or re.search(r"\boffset\s+-?$", before, re.IGNORECASE) is not None


def _is_matcher(before: str, after: str) -> bool:
    """Tell whether a variable stands for whole matchers: `{$filter}`, `{a="b", $filter}`."""
    inside = before.rfind("{") > before.rfind("}")
    return (
        inside
        and re.search(r"[{,]\s*$", before) is not None
        and re.match(r"\s*[,}]", after) is not None
    )


def _is_named(text: str, mention: Mention) -> bool:
    """Tell whether a variable can only be part of a name."""
    before, after = text[: mention.start], text[mention.end :]
    touches = re.search(r"[\w:]$", before) or re.match(r"[\w:{\[]", after)
    return bool(touches) or _GROUPING.search(before) is not None


def _is_quoted(text: str, mention: Mention) -> bool:
    return any(start <= mention.start < end for start, end in _quiet(text))


def _quiet(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _QUIET.finditer(text))


def _restored(message: str, put_aside: Mapping[str, str]) -> str:
    for standing, written in put_aside.items():
        message = message.replace(standing, written)
    return message
