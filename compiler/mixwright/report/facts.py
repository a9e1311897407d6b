"""What every report says first, in plain words: the verdict, and what needs somebody's attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import attrs

from mixwright.backtest import AlertResult, Backtest, Outcome, Page, SilenceKind
from mixwright.backtest.score import FLAP, SHIFT, is_explained, outcomes
from mixwright.model import Severity
from mixwright.promql import Binary, Expr, unparse_with_spans
from mixwright.values import Duration

DAY = 86_400_000
_MOST = 12
_MOST_MIXINS = 5
BEARABLE = 2
"""Pages that a person can deal with in a shift of 12 hours (Google's SRE book, chapter 11)."""


def clock(time: int, *, seconds: bool = True) -> str:
    """Return a time of day in UTC."""
    return f"{_date(time):%H:%M:%S}" if seconds else f"{_date(time):%H:%M}"


def date_and_time(time: int) -> str:
    """Return a date and a time of day in UTC."""
    return f"{_date(time):%Y-%m-%d %H:%M:%S}"


def iso(time: int | None) -> str | None:
    """Return a time in RFC 3339, to the millisecond."""
    if time is None:
        return None
    return f"{_date(time):%Y-%m-%dT%H:%M:%S}.{time % 1000:03d}Z"


def _date(time: int) -> datetime:
    return datetime.fromtimestamp(time // 1000, UTC)


def span(ms: float | None) -> str:
    """Return a length of time, to the second below an hour and to the minute above; `–` for none."""
    if ms is None:
        return "–"
    seconds = round(ms / 1000)
    if seconds >= 3600:
        seconds = round(seconds / 60) * 60
    return str(Duration(seconds * 1000))


def percent(ratio: float | None) -> str:
    """Return a ratio in per cent; `–` for none. Never rounds up to 100 or down to 0."""
    if ratio is None:
        return "–"
    if 0 < ratio < 0.01:
        return "< 1 %"
    return f"{min(round(100 * ratio), 99) if ratio < 1 else 100} %"


def count(number: int, noun: str) -> str:
    """Return `1 page`, `2 pages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def often(number: int) -> str:
    """Return `once`, `2 times`."""
    return "once" if number == 1 else f"{number} times"


def subject(result: Backtest) -> str:
    """Return what was backtested: the mixins, or how many there are when they are many."""
    if len(result.mixins) <= _MOST_MIXINS:
        return names(result.mixins)
    return f"{len(result.mixins)} mixins"


def names(items: Iterable[str]) -> str:
    """Return names as a list in prose."""
    return ", ".join(items)


@attrs.frozen
class Attention:
    """Something that somebody should look at: how bad, what, and the alert it is about, if any."""

    kind: str
    text: str
    alert: str = ""


def verdict(result: Backtest) -> str:
    """Return the backtest in one sentence."""
    score = result.score
    pages = count(score.pages, "notification")
    if not result.incidents:
        return f"{pages} in {span(result.end - result.start)}; without incidents nobody can say which were right."
    if result.missed:
        told = f"{len(result.missed)} of {count(score.incidents, 'incident')} missed"
    elif score.incidents == 1:
        told = "The incident was detected"
    else:
        told = f"All {score.incidents} incidents detected"
    if not score.pages:
        return f"{told}, and nobody was told anything."
    if score.false_pages:
        return f"{told}; {score.false_pages} of {pages} outside any incident."
    return f"{told}, and none of {pages} was false."


def attention(result: Backtest) -> tuple[Attention, ...]:
    """Return what needs attention, worst first: missed incidents, failures, false pages, flaps, noise, near misses.

    Beyond a dozen the last says how much more there is.
    """
    found = tuple(_attention(result))
    if len(found) <= _MOST:
        return found
    return (*found[: _MOST - 1], Attention("more", f"and {len(found) - _MOST + 1} more"))


def _attention(result: Backtest) -> Iterator[Attention]:
    for outcome in result.missed:
        yield Attention("missed", _missed(outcome, result))
    for alert in result.alerts:
        if alert.failures:
            first = alert.failures[0]
            failed = count(len(alert.failures), "evaluation")
            yield Attention("failed", f"{failed} failed: {first.message}", alert.alert.name)
    for recording in result.recordings:
        if recording.failures:
            failed = count(len(recording.failures), "evaluation")
            message = recording.failures[0].message
            yield Attention(
                "failed", f"{failed} of `{recording.scheduled.rule.name}` failed: {message}"
            )
    for alert in by_weight(result):
        false = [page for page in alert.pages if not is_true(page, result)]
        if false and result.incidents:
            what = count(len(false), f"false {alert.alert.severity.value}")
            times = names(clock(page.onset, seconds=False) for page in false[:5])
            yield Attention(
                "false", f"{what} at {times}{' …' if len(false) > 5 else ''}", alert.alert.name
            )
    for alert in result.alerts:
        if alert.score.flaps:
            text = f"{percent(alert.score.flaps)} of its pages came back within {FLAP} of their end"
            yield Attention("flaps", text, alert.alert.name)
    worst = result.by_severity[Severity.PAGE].worst_shift
    if worst > BEARABLE:
        text = f"{worst} pages within {Duration(SHIFT)}; {BEARABLE} are what a person can deal with"
        yield Attention("noisy", text)
    for alert in by_weight(result):
        for why, many in alert.held.items():
            yield Attention("held", f"nobody was told {often(many)}: {why}", alert.alert.name)
    if not result.incidents:
        yield from _almost(result)


def _almost(result: Backtest) -> Iterator[Attention]:
    """Yield what can be said without incidents: alerts that nearly fired, and those that see nothing."""
    for alert in by_weight(result):
        near = alert.near_misses
        if near:
            longest = max((e.resolved_at or result.end) - e.active_at for e in near)
            text = f"nearly fired {often(len(near))}: {span(longest)} of {alert.alert.hold}"
            yield Attention("near", text, alert.alert.name)
    blind = [
        a.alert.name
        for a in result.alerts
        if a.silence is not None and a.silence.kind is SilenceKind.NO_DATA
    ]
    if blind:
        more = f" and {len(blind) - 5} more" if len(blind) > 5 else ""
        verb = "sees" if len(blind) == 1 else "see"
        yield Attention(
            "near", f"{count(len(blind), 'alert')} {verb} no data: {names(blind[:5])}{more}"
        )


def told_after(outcome: Outcome) -> str:
    """Return how long after an incident's start somebody was told."""
    if outcome.detected:
        return span(outcome.delay)
    return "missed" if outcome.delay is None else f"too late, {span(outcome.delay)}"


def _missed(outcome: Outcome, result: Backtest) -> str:
    incident = outcome.incident
    lasted = span(incident.end - incident.start)
    what = f"`{incident.name}` at {clock(incident.start, seconds=False)} ({lasted})"
    if outcome.delay is not None:
        by = names(dict.fromkeys(name for page in outcome.pages for name in page.alerts))
        return f"{what}: told only after {span(outcome.delay)} by {by}"
    text = f"{what}: nobody was told"
    pending = [
        alert.alert.name
        for alert in result.alerts
        if alert.silence is not None
        and alert.silence.kind is SilenceKind.PENDING_ONLY
        and any(
            episode.active_at <= incident.end
            and (episode.resolved_at is None or episode.resolved_at >= incident.start)
            and incident.concerns(episode.labels)
            for episode in alert.episodes
        )
    ]
    if not pending:
        return text
    return f"{text}; {names(pending)} {'was' if len(pending) == 1 else 'were'} pending"


def is_true(page: Page, result: Backtest) -> bool:
    """Tell whether some incident explains a page."""
    return is_explained(page, result.incidents, result.tolerance)


def told_by(page: Page, result: Backtest) -> tuple[Outcome, ...]:
    """Return the incidents that a page tells about."""
    return tuple(o for o in outcomes([page], result.incidents, result.tolerance) if o.detected)


def lines(expr: Expr) -> str:
    """Return an expression's text with a line for each side of its outermost `and`, `or` and `unless`."""
    spanned = unparse_with_spans(expr)
    text, breaks = spanned.text, set[int]()

    def split(node: Expr) -> None:
        match node:
            case Binary("and" | "or" | "unless" as op, left, right):
                split(left)
                split(right)
                end = next(end for found, _, end in spanned.spans if found is left)
                breaks.add(text.index(f" {op} ", end))

    split(expr)
    for place in sorted(breaks, reverse=True):
        text = f"{text[:place]}\n{text[place + 1 :]}"
    return text


def is_short(result: Backtest) -> bool:
    """Tell whether the span is too short for numbers per week to mean much."""
    return result.end - result.start < DAY


def by_weight(result: Backtest) -> list[AlertResult]:
    """Return alerts in reading order: those that fired first, by severity and first episode."""
    ranks = {severity: rank for rank, severity in enumerate(Severity)}

    def weight(alert: AlertResult) -> tuple[bool, int, float, str]:
        first = min((e.fired_at for e in alert.episodes if e.fired_at is not None), default=None)
        rank = ranks[alert.alert.severity]
        return first is None, rank, float("inf") if first is None else first, alert.alert.name

    return sorted(result.alerts, key=weight)
