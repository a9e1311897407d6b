"""The report for a terminal: what matters first, then a row per alert."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mixwright.backtest import AlertResult, Backtest
from mixwright.model import Severity
from mixwright.report import facts
from mixwright.report.tables import text_table

_FILE_WIDTH = 120
"""Columns where nobody says how wide the output is."""
_STYLES = {Severity.PAGE: "red", Severity.TICKET: "yellow", Severity.LOG: "blue"}
_MARKS = {
    "missed": ("✗", "bold red"),
    "false": ("!", "yellow"),
    "failed": ("!", "red"),
    "flaps": ("~", "yellow"),
    "noisy": ("!", "yellow"),
    "held": ("·", "dim"),
    "near": ("·", "dim"),
    "more": ("…", "dim"),
}


def render(result: Backtest, console: Console | None = None) -> None:
    """Print the report; colours go only to a terminal that shows them."""
    console = sized(console)
    start, end = facts.date_and_time(result.start), facts.date_and_time(result.end)
    length = facts.span(result.end - result.start)
    console.print(Text(f"{facts.subject(result)} · {start} – {end} UTC, {length}", "dim"))
    console.print(Text(facts.verdict(result), "bold"))
    for item in facts.attention(result):
        mark, style = _MARKS[item.kind]
        where = f"{item.alert}: " if item.alert else ""
        console.print(Text.assemble((f"  {mark} ", style), (where, "bold"), item.text))
    if result.incidents:
        console.print()
        console.print(_incidents(result))
    fired = [alert for alert in facts.by_weight(result) if alert.silence is None]
    if fired:
        console.print()
        console.print(_alerts(fired, result))
    silent = [alert for alert in facts.by_weight(result) if alert.silence is not None]
    if silent:
        console.print()
        console.print(_silent(silent))


def sized(console: Console | None) -> Console:
    """Return the console, or a new one, as wide as a file wants it where it is no terminal."""
    console = console or Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    return console


def _incidents(result: Backtest) -> Table:
    rows = text_table("<incident", "began", "lasted", "told after", "over after", "↵by")
    for outcome in result.outcomes:
        incident = outcome.incident
        alerts = dict.fromkeys(name for page in outcome.pages for name in page.alerts)
        rows.add_row(
            Text(incident.name, "" if outcome.detected else "bold red"),
            facts.clock(incident.start),
            facts.span(incident.end - incident.start),
            Text(facts.told_after(outcome), "" if outcome.detected else "bold red"),
            facts.span(outcome.reset),
            Text(facts.names(alerts)),
        )
    return rows


def _alerts(alerts: list[AlertResult], result: Backtest) -> Table:
    rows = text_table("<alert", "<severity", "pages", "false", "delay", "in alert", "↵told about")
    for alert in alerts:
        score = alert.score
        told = facts.names(outcome.incident.name for outcome in alert.told)
        false = str(score.false_pages) if result.incidents and alert.pages else "–"
        rows.add_row(
            Text(alert.alert.name),
            Text(alert.alert.severity.value, _STYLES[alert.alert.severity]),
            str(score.pages) if alert.alert.severity is not Severity.LOG else "–",
            Text(false, "yellow" if score.false_pages else ""),
            facts.span(score.delay_median),
            facts.percent(score.time_in_alert),
            Text(told),
        )
    return rows


def _silent(alerts: list[AlertResult]) -> Table:
    rows = text_table("<never fired", "<severity", "…why")
    rows.expand = True
    for alert in alerts:
        severity = alert.alert.severity
        why = Text(str(alert.silence), "dim")
        rows.add_row(Text(alert.alert.name), Text(severity.value, _STYLES[severity]), why)
    for column in rows.columns[:2]:
        column.min_width = max(len(str(cell)) for cell in column.cells)
    return rows
