"""PromQL for Grafana: expressions with `$__rate_interval`, targets of panels, queries of variables."""

from __future__ import annotations

from typing import Any

import attrs
from grafanalib import core

from mixwright.model import LogQuery, Panel, Query, Variable
from mixwright.passes.tabulate import KINDS, ref_ids
from mixwright.promql import Call, Expr, Range, Selector, unparse, unparse_with_spans, walk
from mixwright.promql.labelflow import flow
from mixwright.values import Duration

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
"""The data source that the reader of a dashboard chose."""

LOGS = {"type": "loki", "uid": "${loki}"}
"""The Loki that the reader of a dashboard chose."""

MIXED = {"type": "datasource", "uid": "-- Mixed --"}
"""Of panels whose queries go to both."""

RATE_INTERVAL = "$__rate_interval"
_LONGEST_RATE = Duration.parse("5m")
"""A longer window is meant: it smooths, or it asks about the past."""


def expression(expr: Expr, window: str = "") -> str:
    """Return the text of an expression, with windows that follow zoom and scrape interval.

    Windows of `rate` and `irate` of at most 5 minutes become `$__rate_interval`; all others stay. With
    `window`, the name of a variable, every window of a selector is that variable's choice.
    """
    spanned = unparse_with_spans(expr)
    text = spanned.text
    rates = {id(call.args[0]) for call in walk(expr, Call) if call.function in ("rate", "irate")}
    for node, start, _ in sorted(spanned.spans, key=lambda span: span[1], reverse=True):
        match node:
            case Range(selector, length) if window or (
                id(node) in rates and length <= _LONGEST_RATE
            ):
                # The window follows the bare selector; `@` and `offset` follow the window.
                bare = attrs.evolve(selector, offset=Duration(0), at=None)
                at = start + len(unparse(bare))
                text = f"{text[:at]}[{window or RATE_INTERVAL}]{text[at + len(f'[{length}]') :]}"
    return text


def source(panel: Panel) -> dict[str, str]:
    """Return where a panel's queries go."""
    return MIXED if panel.show and panel.logs else LOGS if panel.logs else SOURCE


def targets(panel: Panel) -> list[Any]:
    """Return the queries of a panel, each with a name."""
    names = ref_ids()
    metrics = [_target(query, panel, name) for query, name in zip(panel.show, names, strict=False)]
    return metrics + [_logs(query, name) for query, name in zip(panel.logs, names, strict=False)]


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
    if query.format == "table" or (panel.kind in KINDS and query.format == "auto"):
        form = "table"
    elif panel.kind == "heatmap" and shows_buckets(panel):
        form, legend = "heatmap", "{{le}}"
    return core.Target(
        expr=expression(query.expr, query.window),
        hide=query.hidden,
        refId=name,
        datasource=SOURCE,
        format=form,
        instant=panel.asks_once(query),
        legendFormat=legend,
    )


def _logs(query: LogQuery, name: str) -> dict[str, Any]:
    return {
        "refId": name,
        "datasource": LOGS,
        "editorMode": "code",
        "expr": query.expr,
        "legendFormat": query.legend or None,
        "queryType": "instant" if query.instant else "range",
    }


def values_of(variable: Variable) -> str:
    """Return the query for a variable's values, narrowed as its selector is."""
    if variable.of is None:
        return f"label_values({variable.name})"
    return f"label_values({unparse(variable.of)}, {variable.name})"
