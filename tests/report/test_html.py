"""The page: complete, without network, and with everything recorded escaped."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mixwright.backtest import Backtest
from mixwright.promql import parse
from mixwright.report import html
from mixwright.report.facts import lines


class Page(HTMLParser):
    """Collects the elements of a page and its text outside scripts and styles."""

    VOID = frozenset({"meta", "br", "path", "line", "circle", "rect"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif not self.open or self.open[-1] != "style":
            self.text += data


@pytest.fixture(scope="module")
def source(result: Backtest) -> str:
    return html.render(result)


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_the_elements_of_the_page_are_closed(page: Page) -> None:
    assert [] == page.open


def test_a_label_cannot_become_a_script(source: str, page: Page) -> None:
    assert "<script>alert(1)" not in source
    assert "<script>alert(1)</script>" in page.text
    assert 5 == sum(tag == "script" for tag, _ in page.elements)


def test_chart_data_is_json_without_markup(page: Page) -> None:
    data = json.loads(page.scripts[0])

    assert {"place=<script>alert(1)</script>`|_*", "place=quiet"} == {
        line["name"] for line in data[0]["lines"]
    }
    assert "<" not in page.scripts[0]


def test_nothing_comes_from_the_network(source: str, page: Page) -> None:
    links = [
        value
        for _, attrs in page.elements
        for name, value in attrs.items()
        if name in ("src", "href")
    ]

    assert ["plotly.min.js"] == [link for link in links if not str(link).startswith("#")]
    assert not re.search(r"url\(|@import|https?://", source)


def test_links_lead_somewhere(page: Page) -> None:
    names = {attrs.get("id") for _, attrs in page.elements}
    links = {str(attrs["href"]).removeprefix("#") for tag, attrs in page.elements if tag == "a"}

    assert links
    assert links <= names


def test_the_page_says_what_matters_first(page: Page) -> None:
    text = page.text

    assert (
        text.index("1 of 2 incidents missed")
        < text.index("nobody was told")
        < text.index("never met")
    )


def test_dashboards_are_linked_when_they_are_drawn(source: str, result: Backtest) -> None:
    link = '<a href="dashboards/index.html">'

    assert link not in source
    assert link in html.render(result, previews="dashboards")


def test_every_alert_has_its_place(page: Page, result: Backtest) -> None:
    names = {attrs.get("id") for _, attrs in page.elements}

    assert {f"alert-{alert.alert.name}" for alert in result.alerts} <= names


def test_a_page_shows_its_expanded_summary_and_delay(page: Page) -> None:
    assert "<script>alert(1)</script>`|_* has 90" in page.text
    assert re.search(r"heat.*, 1m\d+s after it began", page.text)


def test_the_same_backtest_gives_the_same_page(source: str, result: Backtest) -> None:
    assert source == html.render(result)


def test_the_folder_holds_all_that_the_page_needs(result: Backtest, tmp_path: Path) -> None:
    index = html.write(result, tmp_path / "report")

    assert {"index.html", "plotly.min.js"} == {file.name for file in index.parent.iterdir()}


def test_an_expression_is_broken_at_its_outermost_operators() -> None:
    expr = parse("a > 1 and on (x) (b > 2 or c > 3) unless sum(d and e) > 1")

    assert "a > 1\nand on (x) (b > 2\nor c > 3)\nunless sum(d and e) > 1" == lines(expr)
