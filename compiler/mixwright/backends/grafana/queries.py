"""PromQL for Grafana: expressions with `$__rate_interval`, targets of panels, queries of variables."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

import attrs
from grafanalib import core

from mixwright.model import Panel, Query, Variable
from mixwright.promql import Call, Expr, Range, Selector, unparse, unparse_with_spans, walk
from mixwright.promql.labelflow import flow
from mixwright.values import Duration

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
"""The data source that the reader of a dashboard chose."""

RATE_INTERVAL = "$__rate_interval"
_LONGEST_RATE = Duration.parse("5m")
"""A longer window is meant: it smooths, or it asks about the past."""

_INSTANT = frozenset({"table", "gauge", "bargauge"})
"""Kinds that show the present: the last value of a series that is gone would be a lie."""


def expression(expr: Expr) -> str:
    """Return the text of an expression, with windows of rates that follow zoom and scrape interval.

    Windows of `rate` and `irate` of at most 5 minutes become `$__rate_interval`; all others stay.
    """
    spanned = unparse_with_spans(expr)
    text = spanned.text
    for node, start, _ in sorted(spanned.spans, key=lambda span: span[1], reverse=True):
        match node:
            case Call("rate" | "irate" as function, (Range(selector, window),)) if (
                window <= _LONGEST_RATE
            ):
                # The window follows the bare selector; `@` and `offset` follow the window.
                bare = attrs.evolve(selector, offset=Duration(0), at=None)
                at = start + len(f"{function}({unparse(bare)}")
                text = f"{text[:at]}[{RATE_INTERVAL}]{text[at + len(f'[{window}]') :]}"
    return text


def targets(panel: Panel) -> list[Any]:
    """Return the queries of a panel, each with a name."""
    return [_target(query, panel, name) for query, name in zip(panel.show, ref_ids(), strict=False)]


def ref_ids() -> Iterator[str]:
    """Yield the names that Grafana gives to queries: A to Z, AA, AB and so on."""
    yield from ascii_uppercase
    for first in ref_ids():
        for second in ascii_uppercase:
            yield first + second


def is_instant(panel: Panel, query: Query) -> bool:
    """Tell whether a query asks for the present only."""
    return query.instant or panel.kind in _INSTANT


def shows_buckets(panel: Panel) -> bool:
    """Tell whether a heatmap's series are the buckets of a histogram, told apart by `le`."""
    return all(
        flow(query.expr).possible("le")
        and any((one.name or "").endswith("_bucket") for one in walk(query.expr, Selector))
        for query in panel.show
    )


def _target(query: Query, panel: Panel, name: str) -> core.Target:
    form = "time_series"
    legend = query.legend or panel.legend or "__auto"
    if panel.kind == "table":
        form = "table"
    elif panel.kind == "heatmap" and shows_buckets(panel):
        form, legend = "heatmap", "{{le}}"
    return core.Target(
        expr=expression(query.expr),
        refId=name,
        datasource=SOURCE,
        format=form,
        instant=is_instant(panel, query),
        legendFormat=legend,
    )


def values_of(variable: Variable) -> str:
    """Return the query for a variable's values, narrowed as its selector is."""
    if variable.of is None:
        return f"label_values({variable.name})"
    return f"label_values({unparse(variable.of)}, {variable.name})"
