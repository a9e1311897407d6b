"""Kinds of panels and their options: what cannot be meant is told where it is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from mixwright import (
    AdhocFilters,
    CustomVariable,
    Dashboard,
    DataLink,
    DefinitionError,
    IntervalVariable,
    LogQuery,
    Override,
    Panel,
    QueryVariable,
    RangeMap,
    RawPanel,
    RegexMap,
    Row,
    SpecialMap,
    Steps,
    ValueMap,
    panels,
    transformations,
)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: panels.Stat(graph="arae"),
            "`graph` of `Stat` must be one of `auto`, `area`, `none`",
        ),
        (lambda: panels.Stat(graph="arae"), "did you mean `area`?"),
        (
            lambda: panels.TimeSeries(fill=200),
            "`fill` of `TimeSeries` must be a number from 0 to 100",
        ),
        (lambda: panels.TimeSeries(fill=True), "must be a number from 0 to 100; this is `True`"),
        (lambda: panels.TimeSeries(stack=1), "must be one of `False`, `True`, `percent`"),
        (lambda: panels.Table(header="no"), "`header` of `Table` must be true or false"),
        (lambda: panels.BarChart(label_rotation=1.5), "must be a whole number from -90 to 90"),
        (lambda: panels.Gauge(calculation="avg"), "`calculation` of `Gauge` must be one of"),
        (lambda: panels.Text(), "a text panel needs a text"),
        (lambda: Panel("p", "up", kind="sttat"), "`sttat` is no kind of panel"),
        (lambda: Panel("p", "up", kind="sttat"), "did you mean `stat`?"),
        (lambda: Panel("p", "up", color="rot"), "panel `p` has the color `rot`; write a colour"),
        (
            lambda: Panel("p", "up", overrides=Override("a", fil=2)),
            "panel `p` overrides `fil` of `a`, which a series of a `timeseries` panel does not have; "
            "did you mean `fill`?",
        ),
        (
            lambda: Panel("p", "up", kind="stat", overrides=Override("a", legend="list")),
            "its options are none",
        ),
        (
            lambda: Panel("p", "up", overrides=Override("a", draw="lines")),
            "`draw` of `TimeSeries` must be one of `line`, `bars`, `points`",
        ),
        (lambda: Override("a", by="regex"), "an override goes by one of `name`, `regexp`"),
        (lambda: Override("num", by="type"), "`num` is no type of a field"),
        (lambda: Override("a", color="rot"), "override of `a` has the color `rot`"),
        (lambda: Steps({1: "rot"}), "`'rot'` is no colour"),
        (lambda: Steps({math.nan: "red"}), "is no number to change colour at"),
        (lambda: RangeMap(2, 1, text="x"), "no value lies from `2` to `1`"),
        (lambda: SpecialMap("nil", text="x"), "`nil` is no special value"),
        (lambda: ValueMap(1, color="rot"), "`color` of `ValueMap` must be a colour"),
        (lambda: Panel("p", "up", mappings={None: "x"}), "is neither a number nor a text to map"),
        (lambda: DataLink("x", "javascript:alert(1)"), "leads to `javascript:`; browsers open"),
        (lambda: DataLink("", "https://example.org"), "needs a title and an address"),
        (lambda: LogQuery("error"), "`error` is not LogQL"),
        (lambda: LogQuery('{job="a"'), "is not LogQL"),
        (lambda: transformations.Calculate("x", "a", "%", "b"), "`%` is no operator"),
        (lambda: transformations.GroupBy("a", calculate={"b": ("avg",)}), "`avg` of field `b`"),
        (lambda: transformations.OtherTransformation("x", {}, reason=" "), "needs a reason"),
        (lambda: Panel("p", "up", transformations="merge"), "a transformation such as `Merge()`"),
        (lambda: RawPanel({"type": "geomap"}, reason=""), "a raw panel needs a reason"),
        (lambda: RawPanel({}, reason="x"), "a raw panel needs a `type`"),
        (lambda: CustomVariable("a"), "variable `a` needs `values=`"),
        (lambda: CustomVariable("datasource", values="a"), "`datasource` is not a name"),
        (lambda: AdhocFilters("a-b"), "`a-b` is not a name for a variable"),
        (lambda: QueryVariable("a"), "variable `a` needs a `query=`"),
        (lambda: IntervalVariable("a", values="soon"), "`soon` is not a duration"),
        (
            lambda: Row("", Panel("p", "up"), repeat="job"),
            "a row that is repeated for `job` needs a title",
        ),
        (
            lambda: Panel("p", "up", grid=panels_grid(x=20, w=8)),
            "is pinned to Grid(x=20, y=0, w=8, h=4), which leaves Grafana's 24 columns",
        ),
    ],
)
def test_a_mistake_is_told_where_it_is_written(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        build()

    assert message in str(caught.value)
    assert caught.value.origin is not None
    assert caught.value.origin.file == __file__


def panels_grid(**place: int) -> Any:
    from mixwright import Grid

    return Grid(**{"x": 0, "y": 0, "w": 8, "h": 4, **place})


def test_every_kind_is_found_by_its_class_and_by_its_name() -> None:
    for kind, look in panels.kinds().items():
        assert getattr(panels, look.__name__) is look
        if kind not in ("raw", "text"):
            assert Panel("p", "up", logs='{a="b"}', kind=kind).look == look()
    with pytest.raises(AttributeError, match="no kind of panel `Graph`"):
        _ = panels.Graph


def test_the_defaults_of_every_kind_are_what_its_checks_allow() -> None:
    for kind, look in panels.kinds().items():
        made = look("x") if kind == "text" else look()

        assert attrs.evolve(made) == made


@pytest.mark.parametrize(
    ("mapping", "meant", "not_meant"),
    [
        (ValueMap(1, text="x"), 1.0, 2.0),
        (RangeMap(1, 2, text="x"), 2.0, 2.1),
        (RangeMap(None, 2, text="x"), -1e300, 3.0),
        (RangeMap(2, None, text="x"), math.inf, 1.0),
        (SpecialMap("nan", text="x"), math.nan, 0.0),
    ],
)
def test_a_mapping_means_its_values(mapping: Any, meant: float, not_meant: float) -> None:
    assert mapping.means(meant)
    assert not mapping.means(not_meant)
    assert not RegexMap("1", text="x").means(1)


def test_steps_colour_from_a_value_on_and_by_shares_of_a_scale() -> None:
    steps = Steps({50: "orange", 80: "red"})
    shares = Steps({50: "orange"}, percentage=True)

    assert [steps.colour(value) for value in (49.9, 50, 100)] == ["green", "orange", "red"]
    assert [shares.colour(value, 0, 1) for value in (0.49, 0.5)] == ["green", "orange"]


def test_variables_of_a_dashboard_keep_their_order_and_only_labels_narrow() -> None:
    dashboard = Dashboard(
        "D", variables=(CustomVariable("q", values="a"), AdhocFilters("f")), panels=Panel("p", "up")
    )

    assert [one.name for one in dashboard.all_variables()] == ["q", "f"]
    assert dashboard.labels() == ()
