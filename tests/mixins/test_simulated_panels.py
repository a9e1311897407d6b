"""What no recording has, or has only idle, is simulated: every panel asks for series that its system exposes.

The series are made up, with the names, types, labels and buckets of the catalogue: they say nothing
about how a system behaves.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from mixwright import Mixin
from mixwright.catalogue import Metric, standard
from mixwright.driver.preview import preview_project
from mixwright.loader import load
from mixwright.passes import compile_mixin
from mixwright.promql import Selector, walk

from ..browser import NEEDED
from ..browser import walk as click_through

JOBS = {
    "grafana": "grafana",
    "istio": "envoy-stats",
    "istio-control": "istiod",
    "prometheus-operator": "prometheus-operator",
}
START = 1_700_000_000
STEP = 30
POINTS = 240
VALUES = {
    "code": ("200", "502"),
    "response_code": ("200", "503"),
    "status_code": ("200", "500"),
    "reporter": ("source", "destination"),
    "connection_security_policy": ("mutual_tls", "none"),
}
"""Values of labels of which the catalogue knows only the name, where one alone would not do."""
BUCKETS = (0.1, 1, 10)
"""Buckets of a histogram of which the catalogue does not know them."""

Series = tuple[dict[str, str], float]
"""Labels, and how much a counter grows in a second or where a gauge stands."""


@pytest.mark.parametrize("name", JOBS)
def test_every_panel_has_data(name: str, tmp_path: Path) -> None:
    (mixin,) = map(compile_mixin, load(tmp_path, [name]))
    simulate(mixin, JOBS[name], tmp_path / "simulated.jsonl")

    result = preview_project(tmp_path, tmp_path / "simulated.jsonl", tmp_path / "pages", [name])

    assert result.panels
    assert result.problems == ()


@pytest.mark.slow
@NEEDED
@pytest.mark.parametrize("name", JOBS)
def test_every_page_is_reached_by_clicking_down_from_the_root(name: str, tmp_path: Path) -> None:
    (mixin,) = map(compile_mixin, load(tmp_path, [name]))
    simulate(mixin, JOBS[name], tmp_path / "simulated.jsonl")

    preview = preview_project(tmp_path, tmp_path / "simulated.jsonl", tmp_path / "pages", [name])

    click_through(preview, [f"{root.uid}.html" for root in mixin.dashboards])


def simulate(mixin: Mixin, job: str, file: Path) -> None:
    """Write two hours of every metric that a mixin asks for, in JSON lines."""
    target = {"job": job, "instance": "a:80", "namespace": "n", "cluster": "c"}
    with file.open("w", encoding="utf-8") as lines:
        for metric in _asked_for(mixin):
            for labels, level in _series(metric):
                json.dump(_line(metric, {**labels, **target}, level), lines)
                lines.write("\n")


def _asked_for(mixin: Mixin) -> Iterator[Metric]:
    exprs = [rule.expr for _, rule in mixin.all_rules()]
    for dashboard in mixin.all_dashboards():
        exprs += [query.expr for panel in dashboard.all_panels() for query in panel.show]
    recorded = {rule.name for _, rule in mixin.all_rules()}
    asked = {selector.name for expr in exprs for selector in walk(expr, Selector)}
    known = {name: standard().find(name) for name in asked - recorded - {None, "up", "ALERTS"}}
    found = {metric.name: metric for about in known.values() for _, metric in about[:1]}
    yield Metric(name="up", type="gauge", constant=1)
    for name in sorted(found):
        yield found[name]


def _series(metric: Metric) -> Iterator[Series]:
    """Yield the series of a metric: every combination of the values of its labels."""
    known = {**metric.some_values, **metric.values}
    values = [VALUES.get(label, known.get(label, ("a",))) for label in metric.labels]
    for number, combination in enumerate(product(*values), start=1):
        labels = dict(zip(metric.labels, combination, strict=True))
        if metric.type != "histogram":
            yield {"__name__": metric.name, **labels}, float(number)
            continue
        bounds = [*(metric.buckets or BUCKETS), math.inf]
        for place, bound in enumerate(bounds, start=1):
            le = "+Inf" if math.isinf(bound) else f"{bound:g}"
            yield {"__name__": f"{metric.name}_bucket", **labels, "le": le}, float(number * place)
        yield {"__name__": f"{metric.name}_count", **labels}, float(number * len(bounds))
        yield {"__name__": f"{metric.name}_sum", **labels}, float(number)


def _line(metric: Metric, labels: dict[str, str], level: float) -> dict[str, object]:
    seconds = [STEP * point for point in range(POINTS)]
    if metric.is_counter or metric.type == "histogram":
        values = [level * second for second in seconds]
    else:
        level = START + 90 * 86400 if metric.name.endswith("timestamp") else level
        values = [level if metric.constant is None else metric.constant for _ in seconds]
    return {
        "metric": labels,
        "values": values,
        "timestamps": [1000 * (START + second) for second in seconds],
    }
