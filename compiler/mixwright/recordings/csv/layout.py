"""Which column of a CSV file is what: from the headings, or from the mapping beside the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from mixwright.recordings.exposition import parse_series
from mixwright.recordings.text import Lines
from mixwright.values import METRIC_NAME, Labels
from mixwright.yamlnodes import Node, read_documents

_TIME: Final = ("time", "timestamp", "ts", "datetime", "date")
_VALUE: Final = ("value",)
_NAME: Final = (METRIC_NAME, "metric", "series")
_FIELDS: Final = (
    "constant",
    "delimiter",
    "format",
    "labels",
    "name",
    "series",
    "time",
    "timezone",
    "value",
)


@attrs.frozen(kw_only=True)
class Explanation:
    """What the file beside a CSV file says; what it leaves out is empty."""

    delimiter: str = ""
    time: str = ""
    format: str = ""
    timezone: str = ""
    value: str = ""
    name: str = ""
    labels: Mapping[str, str] | None = None
    constant: Mapping[str, str] = attrs.field(factory=dict)
    series: Mapping[str, str] | None = None


@attrs.frozen(kw_only=True)
class Layout:
    """Which column is what, by number: times, and per column of values the series, or what names it.

    Of the series in column `c`, `series[c]` are the labels that every row has; `labels` has a
    column for each label that differs from row to row.
    """

    time: int
    series: Mapping[int, Labels]
    labels: Mapping[str, int]
    grafana: bool


def mapping_beside(path: Path) -> Path:
    """Return where the mapping of the CSV file at `path` would be."""
    return path.with_name(f"{path.name}.yaml")


def read_mapping(path: Path) -> Explanation:
    """Read the mapping beside the CSV file at `path`, if there is one."""
    beside = mapping_beside(path)
    roots = read_documents(beside) if beside.is_file() else ()
    if not roots:
        return Explanation()
    fields = roots[0].fields("the mapping", _FIELDS)

    def text(name: str) -> str:
        return fields[name].text(f"`{name}`") if name in fields else ""

    def texts(name: str) -> dict[str, str] | None:
        return fields[name].texts(f"`{name}`") if name in fields else None

    mapping = Explanation(
        **{name: text(name) for name in ("time", "format", "timezone", "value", "name")},
        delimiter=_delimiter(fields.get("delimiter")),
        labels=texts("labels"),
        constant=texts("constant") or {},
        series=texts("series"),
    )
    if mapping.value and mapping.series is not None:
        raise fields["series"].error(
            "`series` is for one column a series, `value` for one in all; give one"
        )
    return mapping


def _delimiter(node: Node | None) -> str:
    if node is None:
        return ""
    text = node.text("`delimiter`")
    text = "\t" if text == "\\t" else text
    if len(text) != 1:
        raise node.error(f"`{text}` must be one character, such as `;`")
    return text


def delimiter_of(heading: str) -> str:
    """Return what a line of headings is most likely delimited by."""
    return max(",;\t|", key=heading.count)


def time_column(headings: Sequence[str]) -> int | None:
    """Return the number of the column that is called like a time."""
    return _called(headings, _TIME)


def layout_of(headings: Sequence[str], mapping: Explanation, stem: str, lines: Lines) -> Layout:
    """Tell the columns apart; a `RecordingError` when one that must be there is not."""

    def column(name: str) -> int:
        if name not in headings:
            there = ", ".join(f"`{heading}`" for heading in headings[:20])
            lines.fail(f"has no column `{name}`; there are {there}")
        return list(headings).index(name)

    twice = next((name for name in headings if name and headings.count(name) > 1), None)
    if twice is not None:
        lines.fail(f"has the column `{twice}` twice; which of them is meant?")
    time = column(mapping.time) if mapping.time else time_column(headings)
    if time is None:
        lines.fail("has no column called `time`; name it in a mapping beside the file")
    value = column(mapping.value) if mapping.value else None
    if value is None and mapping.series is None:
        value = _called(headings, _VALUE)
    grafana = headings[0] == "Time" or "Series" in headings
    if value is None:
        chosen = mapping.series
        if chosen is None:
            chosen = {name: name for n, name in enumerate(headings) if n != time and name}
        series = {
            column(name): parse_series(text, lines).with_(mapping.constant)
            for name, text in chosen.items()
        }
        return Layout(time=time, series=series, labels={}, grafana=grafana)
    named = None if mapping.name else _called(headings, _NAME)
    labels = {} if named is None else {METRIC_NAME: named}
    if mapping.labels is None:
        taken = (time, value, named)
        labels |= {name: n for n, name in enumerate(headings) if n not in taken and name}
    else:
        labels |= {label: column(name) for label, name in mapping.labels.items()}
    name = {} if METRIC_NAME in labels else {METRIC_NAME: mapping.name or stem}
    return Layout(
        time=time,
        series={value: Labels({**name, **mapping.constant})},
        labels=labels,
        grafana=grafana,
    )


def _called(headings: Sequence[str], names: Sequence[str]) -> int | None:
    lower = [heading.lower() for heading in headings]
    return next((lower.index(name) for name in names if name in lower), None)
