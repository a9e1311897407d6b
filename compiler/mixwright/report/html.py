"""The report for a browser. Everything that was recorded is untrusted: texts are escaped here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from mixwright.backtest import AlertResult, Backtest, Outcome, Page, RatedAlert
from mixwright.model import Severity
from mixwright.report import document, facts, scores, timeline
from mixwright.report.charts import charts
from mixwright.report.document import prose
from mixwright.values import Duration

_INTERVALS = (
    "In brackets 95 % intervals: exact for rates, resampled blocks of time for shares, exact where "
    "these all agree."
)
_NONE: Final[Mapping[str, dict[str, Any]]] = {}


class _Drawn:
    """The charts of a page, and those of settings that are still to be placed."""

    def __init__(self, curves: Mapping[str, dict[str, Any]]) -> None:
        self.charts: list[dict[str, Any]] = []
        self.settings: list[dict[str, Any]] = []
        self.curves = curves


def write(
    result: Backtest,
    folder: Path,
    *,
    previews: str = "",
    curves: Mapping[str, dict[str, Any]] = _NONE,
) -> Path:
    """Write the report into a folder, which is made if need be; return the path of `index.html`.

    `previews`, relative to the folder, is where the dashboards are drawn, if they are; `curves` are charts of what
    other thresholds would be worth, by the alert's name.
    """
    return document.write(folder, render(result, previews=previews, curves=curves))


def render(
    result: Backtest, *, previews: str = "", curves: Mapping[str, dict[str, Any]] = _NONE
) -> str:
    """Return the page, which expects `plotly.min.js` beside it, and dashboards under `previews`."""
    alerts = facts.by_weight(result)
    drawn = _Drawn(curves)
    body = "".join(
        (
            *_head(result, previews),
            *_numbers(result),
            *_attention(result),
            *_timeline(result, alerts),
            *_outcomes(result),
            *_scores(result, drawn),
            *_active(alerts, result, drawn, previews),
            *_silent(alerts, result, drawn),
            *_recordings(result),
            *_foot(result),
        )
    )
    return document.render(f"Backtest: {facts.verdict(result)}", body, drawn.charts, drawn.settings)


def _head(result: Backtest, previews: str) -> Iterator[str]:
    start, end = facts.date_and_time(result.start), facts.date_and_time(result.end)
    length = facts.span(result.end - result.start)
    yield (
        f'<p class="overline">Backtest of {escape(facts.subject(result))} on metrics recorded '
        f"{start} – {end} UTC ({length})</p><h1>{escape(facts.verdict(result))}</h1>"
    )
    if previews:
        yield f'<p class="soft"><a href="{escape(previews)}/index.html">Dashboards as they looked</a></p>'


def _numbers(result: Backtest) -> Iterator[str]:
    score = result.score
    yield '<section class="numbers" aria-label="Headline numbers">'
    if result.incidents:
        good = "good" if not result.missed else "bad"
        told = f"{score.detected} / {score.incidents}"
        yield document.number(told, "incidents that somebody was told about", good)
        yield document.number(
            facts.span(score.delay_median),
            f"from an incident's start to being told, median; p90 {facts.span(score.delay_p90)}",
        )
        good = "bad" if score.false_pages else "good"
        yield document.number(str(score.false_pages), _false_note(result), good)
        precision = f"of notifications were about an incident; F1 {facts.percent(score.f1)}"
        yield document.number(facts.percent(score.precision), precision)
    pages, tickets = (result.by_severity[s] for s in (Severity.PAGE, Severity.TICKET))
    shares = f"{facts.percent(pages.time_in_alert)} and {facts.percent(tickets.time_in_alert)}"
    note = f"pages and tickets; such alerts were firing {shares} of the time"
    yield document.number(f"{pages.pages} + {tickets.pages}", note)
    yield "</section>"


def _false_note(result: Backtest) -> str:
    score = result.score
    if facts.is_short(result):
        return "false notifications, outside any incident"
    low, high = score.false_per_week_low, score.false_per_week_high
    rate = f"{score.false_per_week:.3g} a week, 95 % interval {low:.2g} – {high:.3g}"
    return f"false notifications: {rate}"


def _attention(result: Backtest) -> Iterator[str]:
    items = facts.attention(result)
    if not items:
        return
    yield '<ul class="attention" aria-label="What needs attention">'
    for item in items:
        alert = escape(item.alert)
        where = f'<b><a href="#alert-{alert}">{alert}</a></b>' if alert else ""
        yield f'<li class="{item.kind}">{where}{prose(item.text)}</li>'
    yield "</ul>"


def _timeline(result: Backtest, alerts: list[AlertResult]) -> Iterator[str]:
    shown = [alert for alert in alerts if alert.episodes]
    yield '<h2>What happened, and who was told</h2><section class="sheet">'
    if shown or result.incidents:
        yield f'<div class="scroll">{timeline.svg(result, shown)}</div>{timeline.legend()}'
    if len(shown) < len(alerts):
        quiet = facts.count(len(alerts) - len(shown), "alert")
        yield (
            f'<details><summary class="soft">{quiet} stayed inactive throughout: show every alert'
            f'</summary><div class="scroll">{timeline.svg(result, alerts)}</div>'
            '<p class="soft"><a href="#silent">Why they stayed inactive</a></p></details>'
        )
    yield "</section>"


def _outcomes(result: Backtest) -> Iterator[str]:
    if not result.outcomes:
        return
    yield (
        '<h2>Incidents</h2><section class="sheet scroll"><table><thead><tr><th>incident</th>'
        '<th>began (UTC)</th><th class="n">lasted</th><th class="n">told after</th>'
        '<th class="n">quiet again after</th><th>told by</th></tr></thead><tbody>'
    )
    for outcome in result.outcomes:
        incident = outcome.incident
        told = facts.told_after(outcome)
        if not outcome.detected:
            told = f'<span class="bad-text">{told}</span>'
        reset = (
            "still firing"
            if outcome.detected and outcome.reset is None
            else facts.span(outcome.reset)
        )
        yield (
            f"<tr><td><b>{escape(incident.name)}</b><small>{escape(incident.what)}</small></td>"
            f"<td>{facts.clock(incident.start)}</td>"
            f'<td class="n">{facts.span(incident.end - incident.start)}</td><td class="n">{told}</td>'
            f'<td class="n">{reset}</td><td>{_tellers(outcome)}</td></tr>'
        )
    yield "</tbody></table></section>"


def _scores(result: Backtest, drawn: _Drawn) -> Iterator[str]:
    heads = "".join(f'<th class="n">{escape(head)}</th>' for head in scores.columns(result))
    yield (
        '<h2>The scores, and how sure they are</h2><section class="sheet scores"><div class="scroll"><table>'
        f"<thead><tr><th></th>{heads}</tr></thead><tbody>"
    )
    for name, values in scores.rows(result):
        cells = "".join(f'<td class="n">{escape(value)}</td>' for value in values)
        yield f"<tr><td>{escape(name)}</td>{cells}</tr>"
    yield f'</tbody></table><p class="soft">{_INTERVALS if result.incidents else ""}</p></div>'
    if result.outcomes:
        yield document.chart(
            "Share of incidents known of", _delays(result), drawn.settings, "settings"
        )
    yield "</section>"


def _delays(result: Backtest) -> dict[str, Any]:
    """Return the curve of recall over the time that one has, for all and for pages alone."""
    longest = max((o.incident.end - o.incident.start for o in result.outcomes), default=0)
    lines = []
    named = (("all", result.score), ("pages alone", result.by_severity[Severity.PAGE]))
    for name, own in named:
        steps = [(0, 0.0), *own.recall_within]
        last = max(longest, steps[-1][0])
        steps.append((last, steps[-1][1]))
        lines.append(
            {"name": name, "x": [d / 60_000 for d, _ in steps], "y": [share for _, share in steps]}
        )
    return {"kind": "delays", "lines": lines}


def _tellers(outcome: Outcome) -> str:
    first: dict[str, Page] = {}
    for page in outcome.pages:
        for name in page.alerts:
            first.setdefault(name, page)
    return "<br>".join(
        f'<a href="#alert-{escape(name)}">{escape(name)}</a> '
        f'<span class="soft">after {facts.span(max(0, page.onset - outcome.incident.start))}</span>'
        for name, page in first.items()
    )


def _active(
    alerts: list[AlertResult], backtest: Backtest, drawn: _Drawn, previews: str
) -> Iterator[str]:
    active = [alert for alert in alerts if alert.episodes]
    if active:
        yield "<h2>Alerts that were pending or firing</h2>"
    for result in active:
        yield from _alert(result, backtest, drawn, previews)


def _alert(result: AlertResult, backtest: Backtest, drawn: _Drawn, previews: str) -> Iterator[str]:
    alert = result.alert
    name, severity = escape(alert.name), alert.severity.value
    yield (
        f'<section class="alert sheet {severity}" id="alert-{name}"><header><h3>{name}</h3>'
        f'<span class="badge">{severity}</span><span class="soft">{escape(result.mixin)} / '
        f"{escape(result.group)}</span>{_panel_link(alert, previews)}</header>"
    )
    yield f'<p class="facts">{escape(_behaviour(result))}</p><pre>{escape(facts.lines(alert.expr))}</pre>'
    if result.silence is not None:
        yield f"<p>Never fired – {prose(str(result.silence))}.</p>"
    yield from _pages(result, backtest)
    yield from _failures(result)
    yield from _charts(result, backtest, drawn)
    yield "</section>"


def _panel_link(alert: RatedAlert, previews: str) -> str:
    """Return a link to the panel that shows the alert, drawn from the recording, where there is one."""
    place = alert.annotations
    if not previews or "__dashboardUid__" not in place:
        return ""
    page = f"{previews}/{place['__dashboardUid__']}.html#panel-{place.get('__panelId__', '')}"
    return f'<a class="soft" href="{escape(page)}">its panel</a>'


def _behaviour(result: AlertResult) -> str:
    alert, score = result.alert, result.score
    fired = sum(episode.fired for episode in result.episodes)
    parts = [f"evaluated every {Duration(result.steps.step)}"]
    if alert.hold.ms:
        parts.append(f"fires after {alert.hold}")
    if alert.keep_firing.ms:
        parts.append(f"keeps firing for {alert.keep_firing}")
    parts.append(f"{facts.count(len(result.episodes), 'episode')}, {fired} firing")
    if fired:
        parts.append(f"firing {facts.percent(score.time_in_alert)} of the time")
    if score.delay_median is not None:
        parts.append(f"told {facts.span(score.delay_median)} after the start")
    return " · ".join(parts)


def _pages(result: AlertResult, backtest: Backtest) -> Iterator[str]:
    if not result.pages:
        return
    yield '<ul class="told">'
    for page in result.pages:
        told = facts.told_by(page, backtest)
        if told:
            reasons = [
                f"{escape(outcome.incident.name)}, {facts.span(outcome.delay)} after it began"
                for outcome in told
            ]
            why = "; ".join(reasons)
        elif not backtest.incidents:
            why = ""
        elif facts.is_true(page, backtest):
            why = "during an incident that others are expected to tell about"
        else:
            why = '<span class="bad-text">no incident explains this</span>'
        first = page.episodes[0]
        summary = first.annotations.get("summary", str(first.labels))
        more = len(page.episodes) - 1
        also = f" (and {facts.count(more, 'more alert')})" if more else ""
        repeats = f", repeated {len(page.repeats)}×" if page.repeats else ""
        yield (
            f"<li><time>{facts.clock(page.onset)}</time><div>{escape(summary)}{also}"
            f"<br><small>{why}{repeats}</small></div></li>"
        )
    yield "</ul>"


def _failures(result: AlertResult) -> Iterator[str]:
    if result.failures:
        first = result.failures[0]
        what = facts.count(len(result.failures), "evaluation")
        yield (
            f'<p class="bad-text">{what} failed, first at {facts.clock(first.time)}: '
            f"{escape(first.message)}</p>"
        )


def _charts(result: AlertResult, backtest: Backtest, drawn: _Drawn) -> Iterator[str]:
    yield '<div class="charts">'
    yield from _condition_charts(result, backtest, drawn)
    curve = drawn.curves.get(result.alert.name)
    if curve is not None:
        title = f"Recall and false pages for other values of the threshold, now {curve['nowText']}"
        yield document.chart(title, curve, drawn.settings, "settings")
    yield "</div>"


def _condition_charts(result: AlertResult, backtest: Backtest, drawn: _Drawn) -> Iterator[str]:
    for chart in charts(result, backtest):
        note = f" · {escape(chart['note'])}" if chart["note"] else ""
        yield (
            f'<div class="chart"><p><code>{escape(chart["title"])}</code>{note}</p>'
            f'<div class="plot" data-chart="{len(drawn.charts)}"></div></div>'
        )
        drawn.charts.append(chart)


def _silent(alerts: list[AlertResult], backtest: Backtest, drawn: _Drawn) -> Iterator[str]:
    silent = [alert for alert in alerts if not alert.episodes]
    if not silent:
        return
    yield '<h2 id="silent">Alerts that stayed inactive, and why</h2>'
    yield '<section class="sheet scroll"><table><tbody>'
    for result in silent:
        alert = result.alert
        yield (
            f'<tr class="{alert.severity.value}" id="alert-{escape(alert.name)}"><td>'
            f'<details class="silent"><summary>{escape(alert.name)}</summary>'
            f"<pre>{escape(facts.lines(alert.expr))}</pre>"
        )
        yield from _failures(result)
        yield from _charts(result, backtest, drawn)
        yield (
            f'</details><small>{prose(str(result.silence))}</small></td><td class="n">'
            f'<span class="badge">{alert.severity.value}</span></td></tr>'
        )
    yield "</tbody></table></section>"


def _recordings(result: Backtest) -> Iterator[str]:
    empty = [rule.scheduled.rule.name for rule in result.recordings if rule.series == 0]
    if empty:
        text = ", ".join(f"<code>{escape(name)}</code>" for name in empty)
        yield f"<h2>Recording rules that wrote nothing</h2><p>{text}</p>"


def _foot(result: Backtest) -> Iterator[str]:
    tolerance, route = result.tolerance, result.alertmanager.route
    yield (
        "<footer><p>A notification counts for an incident when it is sent between "
        f"{tolerance.early} before its start and {tolerance.late} after its end, and the alert's labels "
        "agree with the incident's where it has them. Only the moment of being told counts: an alert that "
        "fires all the time tells nothing.</p>"
        "<p>Notifications are routed, grouped and held back as Alertmanager would. Unless a route says otherwise, the "
        f"first comes after {route.group_wait}, further ones every {route.group_interval}, repeated every "
        f"{route.repeat_interval}. Delays include this waiting. An incident that was missed counts as later than "
        "all others."
        "</p></footer>"
    )
