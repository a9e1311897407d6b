"""The report for a pull request: Markdown that says what matters in the first lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.backtest import Backtest
from mixwright.model import Severity
from mixwright.report import facts

_SIGNS = {
    "missed": "❌",
    "false": "⚠️",
    "failed": "⚠️",
    "flaps": "⚠️",
    "noisy": "⚠️",
    "held": "🔇",
    "near": "〰️",
    "more": "…",
}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~@&])")


def render(result: Backtest) -> str:
    """Return the report as Markdown."""
    return "\n".join(_lines(result)) + "\n"


def text(value: str) -> str:
    """Return a string that Markdown shows as it is; line ends become spaces."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", value))


def prose(value: str) -> str:
    """Return a message whose backticks mark code, with both kinds of text escaped."""
    parts = value.split("`")
    return "".join(
        (code(part) if number % 2 else text(part)) for number, part in enumerate(parts) if part
    )


def code(value: str) -> str:
    """Return a string as a code span that fits into a table."""
    flat = " ".join(value.split()).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _lines(result: Backtest) -> Iterator[str]:
    yield f"### {facts.verdict(result)}"
    yield ""
    span = facts.span(result.end - result.start)
    start = facts.date_and_time(result.start)
    yield f"{text(facts.subject(result))} over {span} from {start} UTC."
    items = facts.attention(result)
    if items:
        yield ""
        for item in items:
            where = f"{code(item.alert)}: " if item.alert else ""
            yield f"- {_SIGNS[item.kind]} {where}{prose(item.text)}"
    if result.outcomes:
        yield ""
        yield "| incident | began | told after | by |"
        yield "|---|---|---:|---|"
        for outcome in result.outcomes:
            names = dict.fromkeys(name for page in outcome.pages for name in page.alerts)
            alerts = ", ".join(map(code, names))
            told = facts.told_after(outcome)
            delay = told if outcome.detected else f"**{told}**"
            began = facts.clock(outcome.incident.start)
            yield f"| {text(outcome.incident.name)} | {began} | {delay} | {alerts or '–'} |"
    fired = [alert for alert in facts.by_weight(result) if alert.silence is None]
    if fired:
        yield ""
        yield "| alert | severity | pages | false | delay | in alert |"
        yield "|---|---|---:|---:|---:|---:|"
        for alert in fired:
            score = alert.score
            tells_nobody = alert.alert.severity is Severity.LOG
            pages = "–" if tells_nobody else str(score.pages)
            false = "–" if tells_nobody or not result.incidents else str(score.false_pages)
            yield (
                f"| {code(alert.alert.name)} | {alert.alert.severity.value} | {pages} | {false} "
                f"| {facts.span(score.delay_median)} | {facts.percent(score.time_in_alert)} |"
            )
    silent = [alert for alert in facts.by_weight(result) if alert.silence is not None]
    if silent:
        yield ""
        yield f"<details><summary>{facts.count(len(silent), 'alert')} never fired</summary>"
        yield ""
        yield "| alert | severity | why |"
        yield "|---|---|---|"
        for alert in silent:
            why = prose(str(alert.silence))
            yield f"| {code(alert.alert.name)} | {alert.alert.severity.value} | {why} |"
        yield ""
        yield "</details>"
