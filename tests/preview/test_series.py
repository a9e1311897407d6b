from __future__ import annotations

import json
import math

import numpy as np
import pytest

from mixwright import Alert, Dashboard, DataLink, Panel, Query
from mixwright.frame import Matrix, Steps
from mixwright.model import Threshold, panels
from mixwright.passes.tabulate import with_columns
from mixwright.preview.addresses import addresses
from mixwright.preview.kinds import draw, kinds
from mixwright.preview.markdown import to_html
from mixwright.preview.series import numbers
from mixwright.preview.states import state
from mixwright.preview.view import MOST_SERIES, View
from mixwright.values import Labels

STEPS = Steps(0, 4000, 1000)


def matrix(*rows: tuple[dict[str, str], list[float | None]]) -> Matrix:
    values = np.array([[0.0 if v is None else v for v in row] for _, row in rows])
    present = np.array([[v is not None for v in row] for _, row in rows])
    return Matrix(tuple(Labels(labels) for labels, _ in rows), STEPS, values, present)


def drawn(panel: Panel, *answers: Matrix) -> dict:
    return draw(View(panel, answers, STEPS, lambda labels: [], 4000))


def test_every_kind_can_be_drawn():
    assert set(kinds()) == set(panels.kinds())


def test_numbers_have_six_digits_and_no_more():
    assert numbers(np.array([1 / 3, 1234567.891, 2e-9 / 3, 3.0, 0.0])) == [
        0.333333,
        1234570,
        6.66667e-10,
        3,
        0,
    ]


def test_small_changes_of_a_large_number_are_kept():
    times = np.array([1.7e9, 1.7e9 + 0.25, 1.7e9 + 0.5])

    assert numbers(times) == [1700000000, 1700000000.25, 1700000000.5]


def test_what_is_no_number_is_not_drawn():
    assert numbers(np.array([math.nan, math.inf, -math.inf])) == [None, None, None]
    assert numbers(np.array([1.5, math.inf, 1e300])) == [1.5, None, 1e300]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.5, "ok"), (0.8, "ticket"), (0.79, "ok"), (0.85, "ticket"), (0.95, "page"), (0.05, "log")],
)
def test_the_gravest_threshold_names_the_state(value: float, expected: str):
    thresholds = (
        Threshold(0.8, "ticket"),
        Threshold(0.9, "page"),
        Threshold(0.1, "log", above=False),
    )

    assert state(value, thresholds) == expected
    assert state(value, ()) is None


def test_a_legend_is_filled_in_with_labels():
    panel = Panel("P", Query("up", legend="{{ job }} on {{instance}}{{missing}}"))

    assert (
        drawn(panel, matrix(({"job": "a", "instance": "b"}, [1.0] * 5)))["series"][0]["name"]
        == "a on b"
    )


def test_without_a_legend_series_are_named_by_what_sets_them_apart():
    rows = matrix(
        ({"job": "a", "instance": "n10"}, [1.0] * 5), ({"job": "a", "instance": "n2"}, [1.0] * 5)
    )

    assert [one["name"] for one in drawn(Panel("P", "up"), rows)["series"]] == ["n2", "n10"]


def test_gaps_stay_gaps():
    assert drawn(Panel("P", "up"), matrix(({}, [1.0, None, math.nan, 2.0, 3.0])))["series"][0][
        "values"
    ] == [1, None, None, 2, 3]


def test_series_without_a_value_are_no_data():
    assert drawn(Panel("P", "up"), matrix(({}, [math.nan, None, None, None, None]))) == {}


def test_a_panel_says_how_many_series_it_leaves_out():
    rows = matrix(*(({"n": str(n)}, [1.0] * 5) for n in range(MOST_SERIES + 7)))
    drawing = drawn(Panel("P", "up"), rows)

    assert (len(drawing["series"]), drawing["leftOut"]) == (MOST_SERIES, 7)


def test_a_stat_shows_the_last_value_there_is():
    drawing = drawn(
        Panel("P", "up", kind="stat", unit="bytes"),
        matrix(({}, [1.0, 2048.0, None, math.nan, None])),
    )

    assert drawing["items"][0]["value"] == {
        "text": "2",
        "prefix": "",
        "suffix": " KiB",
        "state": None,
    }


def test_a_mapped_value_is_a_word():
    panel = Panel("P", "up", kind="stat", mappings={1: "up"})

    assert drawn(panel, matrix(({}, [1.0] * 5)))["items"][0]["value"]["text"] == "up"


def test_a_table_joins_queries_by_labels_and_shows_only_what_is_there_now():
    panel = Panel("P", (Query("a", legend="A"), Query("b", legend="B")), kind="table")
    first = matrix(
        ({"__name__": "a", "x": "1"}, [1.0] * 5), ({"__name__": "a", "x": "2"}, [1.0] * 4 + [None])
    )
    second = matrix(
        ({"__name__": "b", "x": "1"}, [2.0] * 5), ({"__name__": "b", "x": "3"}, [3.0] * 5)
    )
    drawing = drawn(with_columns(panel, Dashboard("D", panels=panel)), first, second)

    assert [column["name"] for column in drawing["columns"]] == ["x", "A", "B"]
    assert [[cell["text"] for cell in row["cells"]] for row in drawing["rows"]] == [
        ["1", "1", "2"],
        ["3", "", "3"],
    ]


def test_cumulative_buckets_are_taken_apart():
    panel = Panel("P", "h", kind="heatmap", unit="s")
    rows = matrix(
        ({"le": "+Inf"}, [10.0] * 5), ({"le": "0.5"}, [4.0] * 5), ({"le": "2"}, [9.0] * 4 + [None])
    )
    drawing = drawn(panel, rows)

    assert drawing["buckets"] == ["500 ms", "2 s", "∞"]
    assert [row[0] for row in drawing["cells"]] == [4, 5, 1]


def test_equal_neighbours_become_one_span():
    down = Alert("Down", expr="up == 0 and on () busy == 1", severity="page", summary="down")
    panel = Panel("P", "up", kind="state-timeline", mappings={0: "down", 1: "up"}, alert=down)
    drawing = drawn(panel, matrix(({}, [1.0, 1.0, None, 0.0, 0.0])))

    assert drawing["tracks"][0]["spans"] == [(0, 2, 1), (3, 2, 0)]
    assert [(s["text"], s["state"]) for s in drawing["states"]] == [("down", "page"), ("up", "ok")]


def test_a_gauge_is_banded_by_its_thresholds():
    panel = Panel("P", "x", kind="gauge", unit="percentunit", thresholds=(Threshold(0.9, "page"),))
    drawing = drawn(panel, matrix(({}, [0.45] * 5)))

    assert drawing["items"][0]["fraction"] == 0.45
    assert drawing["bands"] == [
        {"from": 0.0, "to": 0.9, "state": "ok"},
        {"from": 0.9, "to": 1.0, "state": "page"},
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A <b>", "<h1>A &lt;b&gt;</h1>"),
        (
            "a **b** *c* `d*e*f` g_h_i",
            "<p>a <strong>b</strong> <em>c</em> <code>d*e*f</code> g_h_i</p>",
        ),
        ("- a\n- b\n\nc\nd", "<ul><li>a</li><li>b</li></ul>\n<p>c d</p>"),
        ("[x](https://e.org/_a_b_)", '<p><a href="https://e.org/_a_b_" rel="noopener">x</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        (
            '[x](https://e.org/"onclick=)',
            '<p><a href="https://e.org/&quot;onclick=" rel="noopener">x</a></p>',
        ),
        ("```\n<script>\n```", "<pre><code>&lt;script&gt;</code></pre>"),
        ("\x001\x00", "<p>1</p>"),
    ],
)
def test_prose_is_marked_up_and_everything_else_escaped(text: str, html: str):
    assert to_html(text) == html


@pytest.mark.parametrize(
    "kind", [kind for kind, look in panels.kinds().items() if look.asks != "nothing"]
)
@pytest.mark.parametrize("extreme", [math.inf, -math.inf, 1.7e308, 5e-324])
def test_extreme_values_become_json_that_a_browser_reads(kind: str, extreme: float):
    panel = Panel("P", "up", kind=kind, unit="bytes", thresholds=(Threshold(math.inf, "page"),))
    rows = matrix(
        ({"le": "1"}, [extreme, -1.7e308, None, 0.0, extreme]),
        ({"le": "evil"}, [0.0, extreme, None, 1.0, -extreme]),
    )

    drawing = json.loads(json.dumps(drawn(panel, rows), allow_nan=False))

    # Of infinity there are no shares.
    assert drawing or kind == "piechart"


def test_links_to_any_address_are_filled_with_what_was_clicked():
    links = (
        DataLink("Logs", "https://logs.example.org/?q=${__field.labels.pod}&${__url_time_range}"),
        DataLink("Row", 'https://example.org/${__data.fields["a b"]}/${__series.name}'),
        DataLink("Here", "/d/known/any?var-x=1"),
        DataLink("Elsewhere", "/d/unknown"),
    )

    assert addresses(links, {"pod": "a/b&c", "a b": "1"}, "p 99", {"known": "known.html"}) == [
        ("Logs", "https://logs.example.org/?q=a%2Fb%26c&"),
        ("Row", "https://example.org/1/p%2099"),
        ("Here", "known.html"),
    ]
