"""Tuning for a terminal: the choice, the front of what is possible, and a small map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mixwright.backtest import readable
from mixwright.backtest.tune import Point, Tunable, Tuned
from mixwright.report import facts
from mixwright.report.tables import text_table
from mixwright.report.terminal import sized
from mixwright.report.tuning import words

_SHADES = " ░▒▓█"
_WIDTH, _HEIGHT = 60, 14


def parameters(found: Iterable[Tunable], console: Console | None = None) -> None:
    """Print what can be set of an alert."""
    console = sized(console)
    rows = text_table("<parameter", "now", "…where")
    rows.expand = True
    for tunable in found:
        rows.add_row(Text(tunable.name, "bold"), words.value(tunable.now), Text(tunable.where))
    console.print(rows)


def render(tuned: Tuned, console: Console | None = None) -> None:
    """Print what tuning found."""
    console = sized(console)
    sweep = tuned.sweep
    names = " × ".join(axis.name for axis in sweep.axes)
    what = f"{facts.count(len(sweep.points), 'setting')} of {names}"
    span = facts.span(sweep.end - sweep.start)
    console.print(
        Text(
            f"{sweep.alert.name} · {what} · {span} · "
            f"{facts.count(sweep.evaluations, 'evaluation')} of expressions",
            "dim",
        )
    )
    console.print(Text(words.verdict(tuned), "bold"))
    for remark in words.remarks(tuned):
        console.print(Text(f"  · {remark}"))
    if not sweep.incidents:
        return
    console.print()
    console.print(_front(tuned))
    if picture := _map(tuned):
        console.print()
        console.print(picture)


def _front(tuned: Tuned) -> Table:
    sweep = tuned.sweep
    names = [axis.name for axis in sweep.axes]
    rows = text_table("<", *names, "told of", "recall", "false", "a week", "delay", "in alert")
    marked: list[tuple[str, Point]] = [("now", sweep.now)]
    marked += [("take" if p == tuned.chosen else "", p) for p in tuned.front]
    if tuned.chosen is not None and tuned.chosen not in tuned.front:
        marked.append(("take", tuned.chosen))
    for mark, point in marked:
        rows.add_row(
            Text(mark, "green" if mark == "take" else "dim"),
            *map(words.value, point.values),
            f"{point.detected} / {len(sweep.incidents)}",
            facts.percent(sweep.recall(point)),
            Text(str(len(point.false)), "yellow" if point.false else ""),
            readable(sweep.false_per_week(point)),
            facts.span(words.delay(point)),
            facts.percent(point.time_in_alert),
            style="bold" if mark == "take" else "",
        )
    return rows


def _map(tuned: Tuned) -> Text | None:
    """Return a map of the two longest axes around what was chosen: the darker, the better its F1."""
    sweep = tuned.sweep
    wide = sorted(
        (n for n, axis in enumerate(sweep.axes) if len(axis.values) > 1),
        key=lambda n: -len(sweep.axes[n].values),
    )[:2]
    centre = tuned.chosen or sweep.now
    if len(wide) < 2 or centre not in sweep.points:
        return None
    across, down = wide
    at = {point.values: point for point in sweep.points}
    picture = Text()
    ups = _spread(len(sweep.axes[down].values), _HEIGHT)
    sides = _spread(len(sweep.axes[across].values), _WIDTH)
    labels = {row: words.value(sweep.axes[down].values[row]) for row in ups}
    width = max(map(len, labels.values()))
    picture.append(f"F1 by {sweep.axes[down].name} (down) and {sweep.axes[across].name}\n", "dim")
    chosen = (
        _nearest(sides, sweep.axes[across].values.index(centre.values[across])),
        _nearest(ups, sweep.axes[down].values.index(centre.values[down])),
    )
    for row in ups:
        picture.append(f"{labels[row]:>{width}} ", "dim")
        for column in sides:
            values = list(centre.values)
            values[across] = sweep.axes[across].values[column]
            values[down] = sweep.axes[down].values[row]
            if (column, row) == chosen:
                picture.append("◆", "bold green")
            else:
                shade = f1(at[tuple(values)], len(sweep.incidents))
                picture.append(_SHADES[round(shade * (len(_SHADES) - 1))])
        picture.append("\n")
    first, last = (words.value(sweep.axes[across].values[n]) for n in (sides[0], sides[-1]))
    gap = max(len(sides) - len(first) - len(last), 1)
    picture.append(f"{'':{width}} {first}{'':{gap}}{last}", "dim")
    return picture


def f1(point: Point, incidents: int) -> float:
    """Return a setting's F1, 0 where it told of nothing."""
    told = point.true + len(point.false)
    if not told or not incidents or not point.detected:
        return 0.0
    precision, recall = point.true / told, point.detected / incidents
    return 2 * precision * recall / (precision + recall)


def _spread(count: int, most: int) -> Sequence[int]:
    """Return at most so many numbers below `count`, evenly apart, the first and the last among them."""
    size = min(count, most)
    return [round(n * (count - 1) / max(size - 1, 1)) for n in range(size)]


def _nearest(numbers: Sequence[int], wanted: int) -> int:
    return min(numbers, key=lambda number: abs(number - wanted))
