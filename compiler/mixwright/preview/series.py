"""Evaluated queries made ready to draw: names, numbers with as many digits as show, states."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from mixwright.frame import Matrix, Values
from mixwright.model import Panel, Query
from mixwright.preview.states import mapped_state, value_state
from mixwright.preview.transform.calculations import calculated
from mixwright.preview.transform.frame import Field
from mixwright.preview.units import formatted
from mixwright.values import Labels

DIGITS: Final = 6
"""Significant digits of a drawn number; more where a series varies little around a large one."""

_PLACEHOLDER: Final = re.compile(r"\{\{\s*(.+?)\s*\}\}")


_RUNS: Final = re.compile(r"(\D*)(\d{0,18})")


@attrs.frozen(eq=False)
class Series:
    """One line of a panel; `values` is NaN where there is nothing to draw, shape (steps,).

    `panel` is the panel with the overrides that mean this series.
    """

    name: str
    labels: Labels
    values: Values
    query: int
    panel: Panel | None = None

    @property
    def last(self) -> float | None:
        """The last value there is, as Grafana's `lastNotNull`."""
        there = np.flatnonzero(~np.isnan(self.values))
        return float(self.values[there[-1]]) if len(there) else None


def lines(queries: Sequence[Query], answers: Sequence[Matrix], panel: Panel) -> list[Series]:
    """Return all series of a panel that have a value, in the order of queries and labels."""
    found: list[Series] = []
    for number, (query, matrix) in enumerate(zip(queries, answers, strict=True)):
        shared = _shared(matrix.labels)
        order = sorted(range(len(matrix)), key=lambda row: by_labels(matrix.labels[row]))
        for row in order:
            values = np.where(matrix.present[row], matrix.values[row], np.nan)
            if not np.isnan(values).all():
                labels = matrix.labels[row]
                name = _name(labels, query.legend or panel.legend, shared, panel.title)
                found.append(Series(name, labels, values, number))
    return found


def natural(text: str) -> tuple[tuple[str, int], ...]:
    """Sort key under which `node2` comes before `node10`."""
    return tuple((word, int(number or -1)) for word, number in _RUNS.findall(text))


def by_labels(labels: Labels) -> tuple[object, ...]:
    """Sort key of label sets: by names and values, numbers in them counted."""
    return tuple((name, natural(value)) for name, value in labels.pairs)


def _shared(all_labels: Sequence[Labels]) -> frozenset[tuple[str, str]]:
    return (
        frozenset(all_labels[0].pairs).intersection(*(labels.pairs for labels in all_labels))
        if all_labels
        else frozenset()
    )


def _name(labels: Labels, legend: str, shared: frozenset[tuple[str, str]], title: str) -> str:
    """Return the legend filled in; without one, the labels by which the series differ."""
    if legend:
        return _PLACEHOLDER.sub(lambda match: labels.get(match[1], ""), legend) or title
    own = Labels(pair for pair in labels.pairs if pair not in shared)
    if len(own) == 1:
        return own.pairs[0][1]
    return str(own) if own else labels.name or title


def numbers(values: Values) -> list[float | None]:
    """Return values rounded to the digits that show, with `None` for what cannot be drawn."""
    finite = np.isfinite(values)
    if not finite.any():
        return [None] * len(values)
    known = values[finite]
    largest = float(np.abs(known).max())
    spread = float(known.max() / 2 - known.min() / 2) * 2
    extra = int(math.log10(largest / spread)) if largest / 1e15 < spread < largest else 0
    rounded = np.full(len(values), None, dtype=object)
    rounded[finite] = _rounded(known, min(DIGITS + extra, 15)).tolist()
    return [_whole(number) for number in rounded]


def _rounded(values: Values, digits: int) -> Values:
    """Round to significant digits so that the shortest decimal of each result has no more of them."""
    size = np.abs(values)
    exponent = np.floor(np.log10(size, where=size > 0, out=np.zeros_like(size)))
    places = np.clip(digits - 1 - exponent, -300, 300)
    small = places >= 0
    factor = 10.0 ** np.abs(places)
    with np.errstate(over="ignore", invalid="ignore"):
        rounded: Values = np.where(
            small, np.round(values * factor) / factor, np.round(values / factor) * factor
        )
    return np.where(np.isfinite(rounded), rounded, values)


def _whole(number: float | None) -> float | int | None:
    """Write `3.0` as `3`: a third of all recorded values are whole."""
    return (
        int(number) if number is not None and number.is_integer() and abs(number) < 1e15 else number
    )


def shown(value: float | None, panel: Panel, now: int) -> dict[str, Any]:
    """Return a number's text parts and state: mapped, else in the panel's unit."""
    if value is None:
        return {"text": panel.no_value or "–"}
    mapped = next((one for one in panel.mappings if one.means(value)), None)
    if mapped is not None:
        return {"text": mapped.text, "state": mapped.color or mapped_state(value, panel)}
    parts = formatted(value, panel.unit, panel.decimals, now)
    return {
        "text": parts.text,
        "prefix": parts.prefix,
        "suffix": parts.suffix,
        "state": value_state(value, panel),
    }


def bounds(panel: Panel, values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a gauge's scale: the panel's, the unit's own, or what the values need."""
    natural: Mapping[str, float] = {"percentunit": 1.0, "percent": 100.0}
    lines = (threshold.value for threshold in panel.thresholds)
    finite = [value for value in (*values, *lines) if np.isfinite(value)]
    low = panel.minimum if panel.minimum is not None else min(0.0, *finite, 0.0)
    needed = natural.get(panel.unit, max(finite, default=1.0))
    high = panel.maximum if panel.maximum is not None else needed
    return low, high if high / 2 > low / 2 else low + 1


def fraction(value: float, low: float, high: float) -> float:
    """Return where on its scale a value is, from 0 to 1."""
    # Halved, so that the distance between the largest numbers there are is one too.
    return round(min(max((value / 2 - low / 2) / (high / 2 - low / 2), 0.0), 1.0), 4)


def most_recent(
    series: Sequence[Series], calculation: str = "lastNotNull"
) -> Iterator[tuple[Series, float]]:
    """Yield each series with the value that a calculation makes of it, the last one by default."""
    for one in series:
        if (value := _reduced(one, calculation)) is not None:
            yield one, value


def _reduced(one: Series, calculation: str) -> float | None:
    if calculation == "lastNotNull":
        return one.last
    known = [float(value) for value in one.values if value == value]
    value = calculated(Field("", "number", known), calculation)
    return float(value) if isinstance(value, int | float) else None
