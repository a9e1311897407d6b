"""Tuning for a browser: the choice beside what is set now, the front, and maps of the settings around the choice."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import combinations
from pathlib import Path
from typing import Any

from mixwright.backtest import readable
from mixwright.backtest.tune import Point, Tuned
from mixwright.report import document, facts
from mixwright.report.tuning import words
from mixwright.report.tuning.terminal import f1
from mixwright.values import Duration


def write(tuned: Tuned, folder: Path) -> Path:
    """Write the page into a folder, which is made if need be; return the path of `index.html`."""
    return document.write(folder, render(tuned))


def render(tuned: Tuned) -> str:
    """Return the page, which expects `plotly.min.js` beside it."""
    charts: list[dict[str, Any]] = []
    body = "".join(
        (*_head(tuned), *_numbers(tuned), *_charts(tuned, charts), *_front(tuned), *_foot(tuned))
    )
    return document.render(f"Tuning: {tuned.sweep.alert.name}", body, settings=charts)


def _head(tuned: Tuned) -> Iterator[str]:
    sweep = tuned.sweep
    span = f"{facts.date_and_time(sweep.start)} – {facts.date_and_time(sweep.end)} UTC"
    yield (
        f'<p class="overline">Tuning {escape(sweep.alert.name)}: {len(sweep.points)} settings on metrics '
        f"recorded {span} ({facts.span(sweep.end - sweep.start)})</p>"
        f"<h1>{escape(words.verdict(tuned))}</h1>"
    )
    yield '<ul class="attention">'
    for remark in words.remarks(tuned):
        yield f'<li class="more">{escape(remark)}</li>'
    yield f"</ul><pre>{escape(facts.lines(sweep.alert.expr))}</pre>"


def _numbers(tuned: Tuned) -> Iterator[str]:
    sweep, chosen = tuned.sweep, tuned.chosen
    if chosen is None:
        return
    yield '<section class="numbers" aria-label="Headline numbers">'
    better = chosen.detected >= sweep.now.detected
    yield document.number(
        f"{chosen.detected} / {len(sweep.incidents)}",
        f"incidents told of; now {sweep.now.detected}",
        "good" if better else "bad",
    )
    fewer = len(chosen.false) <= len(sweep.now.false)
    yield document.number(
        str(len(chosen.false)),
        f"false pages, {readable(sweep.false_per_week(chosen))} a week; now {len(sweep.now.false)}",
        "good" if fewer else "bad",
    )
    now = facts.span(words.delay(sweep.now))
    yield document.number(facts.span(words.delay(chosen)), f"to being told, median; now {now}")
    share = facts.percent(sweep.now.time_in_alert)
    yield document.number(facts.percent(chosen.time_in_alert), f"of the time in alert; now {share}")
    yield "</section>"


def _charts(tuned: Tuned, charts: list[dict[str, Any]]) -> Iterator[str]:
    sweep = tuned.sweep
    if not sweep.incidents:
        return
    yield '<h2>What is possible</h2><section class="sheet"><div class="charts">'
    yield document.chart(
        "Recall against false pages: every setting, and the front",
        _curve(tuned),
        charts,
        "settings",
    )
    centre = tuned.chosen
    wide = [number for number, axis in enumerate(sweep.axes) if len(axis.values) > 1]
    if centre is not None:
        at = {point.values: point for point in sweep.points}
        for down, across in combinations(wide, 2):
            title = (
                f"F1 by {sweep.axes[across].name} and {sweep.axes[down].name}, the rest as chosen"
            )
            yield document.chart(title, _map(tuned, centre, at, across, down), charts, "settings")
        if len(wide) == 1:
            yield document.chart(
                f"By {sweep.axes[wide[0]].name}", line(tuned, wide[0]), charts, "settings"
            )
    yield "</div></section>"


def _curve(tuned: Tuned) -> dict[str, Any]:
    sweep = tuned.sweep
    worths: dict[tuple[float, float], tuple[int, str]] = {}
    for point in sweep.points:
        key = sweep.false_per_week(point), sweep.recall(point) or 0.0
        count, text = worths.get(key, (0, words.setting(tuned, point)))
        worths[key] = count + 1, text
    return {
        "kind": "curve",
        "points": [
            [x, y, f"{facts.count(n, 'setting')}: {text}"] for (x, y), (n, text) in worths.items()
        ],
        "front": [
            [sweep.false_per_week(p), sweep.recall(p), words.setting(tuned, p)] for p in tuned.front
        ],
        "now": [sweep.false_per_week(sweep.now), sweep.recall(sweep.now)],
        "chosen": None
        if tuned.chosen is None
        else [sweep.false_per_week(tuned.chosen), sweep.recall(tuned.chosen)],
        "budget": tuned.budget,
    }


def _map(
    tuned: Tuned, centre: Point, at: dict[Any, Point], across: int, down: int
) -> dict[str, Any]:
    sweep = tuned.sweep
    rows, texts = [], []
    for own in sweep.axes[down].values:
        row, text = [], []
        for side in sweep.axes[across].values:
            values = list(centre.values)
            values[across], values[down] = side, own
            point = at[tuple(values)]
            row.append(round(f1(point, len(sweep.incidents)), 4))
            text.append(f"{words.worth(tuned, point)}, {facts.span(words.delay(point))}")
        rows.append(row)
        texts.append(text)
    return {
        "kind": "map",
        "x": _axis(tuned, across),
        "y": _axis(tuned, down),
        "z": rows,
        "text": texts,
        "chosen": [_plain(centre.values[across]), _plain(centre.values[down])],
        "now": [_plain(sweep.now.values[across]), _plain(sweep.now.values[down])],
    }


def line(tuned: Tuned, axis: int) -> dict[str, Any]:
    """Return the chart of a sweep along one axis: recall and false pages by its values."""
    sweep = tuned.sweep
    return {
        "kind": "line",
        "nowText": words.value(sweep.axes[axis].tunable.now),
        "x": _axis(tuned, axis),
        "recall": [sweep.recall(point) for point in sweep.points],
        "false": [sweep.false_per_week(point) for point in sweep.points],
        "now": _plain(sweep.axes[axis].tunable.now),
        "chosen": None if tuned.chosen is None else _plain(tuned.chosen.values[axis]),
    }


def _axis(tuned: Tuned, number: int) -> dict[str, Any]:
    axis = tuned.sweep.axes[number]
    return {
        "name": axis.name,
        "values": list(map(_plain, axis.values)),
        "texts": list(map(words.value, axis.values)),
    }


def _plain(given: float | Duration) -> float:
    return given.seconds if isinstance(given, Duration) else given


def _front(tuned: Tuned) -> Iterator[str]:
    sweep = tuned.sweep
    if not sweep.incidents:
        return
    names = "".join(f'<th class="n">{escape(axis.name)}</th>' for axis in sweep.axes)
    yield (
        '<h2>The front: no setting has more for less</h2><section class="sheet scroll"><table><thead>'
        f'<tr><th></th>{names}<th class="n">told of</th><th class="n">false pages</th>'
        '<th class="n">a week</th><th class="n">told after</th><th class="n">in alert</th></tr></thead><tbody>'
    )
    rows = [("now", sweep.now)]
    rows += [("take" if point == tuned.chosen else "", point) for point in tuned.front]
    if tuned.chosen is not None and tuned.chosen not in tuned.front:
        rows.append(("take", tuned.chosen))
    for mark, point in rows:
        cells = (
            *map(words.value, point.values),
            f"{point.detected} / {len(sweep.incidents)}",
            str(len(point.false)),
            readable(sweep.false_per_week(point)),
            facts.span(words.delay(point)),
            facts.percent(point.time_in_alert),
        )
        row = "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
        strong = f'<b class="good-text">{mark}</b>' if mark == "take" else mark
        yield f"<tr><td>{strong}</td>{row}</tr>"
    yield "</tbody></table></section>"


def _foot(tuned: Tuned) -> Iterator[str]:
    sweep = tuned.sweep
    names = escape(facts.names(incident.name for incident in sweep.incidents)) or "none"
    yield (
        f"<footer><p>Incidents that the alert should tell of: {names}.</p>"
        f"<p>Expressions were evaluated {sweep.evaluations} times; thresholds and times were applied to what came "
        "of it. The alert is looked at alone: no other alert holds its pages back. Of settings of equal worth the "
        "one is taken that can move in every direction without loss and then the one that tells soonest.</p></footer>"
    )
