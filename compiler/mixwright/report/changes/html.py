"""A diff for a browser: the sentence, both versions on one time axis, and every change."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from mixwright.backtest import AlertResult
from mixwright.backtest.changes import Behaviour, Level
from mixwright.backtest.changes.behaviour import Kind
from mixwright.report import document, facts, timeline
from mixwright.report.changes import words
from mixwright.report.changes.words import Differing
from mixwright.report.document import prose

_COLOURS = {Level.MAJOR: "bad-text", Level.MINOR: "", Level.PATCH: "soft", Level.NONE: "soft"}
_WORSE = (Kind.LOST, Kind.NEW, Kind.EARLIER, Kind.LATER)


def write(found: Differing, folder: Path) -> Path:
    """Write the page into a folder, which is made if need be; return the path of `index.html`."""
    return document.write(folder, render(found))


def render(found: Differing) -> str:
    """Return the page."""
    behaviour = found.behaviour
    body = "".join(
        (
            *_head(found),
            *(() if behaviour is None else _behaviour(behaviour)),
            *_changes(found),
            *_foot(found),
        )
    )
    title = f"Diff: {found.old.name} → {found.new.name}"
    return document.render(title, body)


def _head(found: Differing) -> Iterator[str]:
    yield (
        f'<p class="overline">{escape(found.old.name)} → {escape(found.new.name)}</p>'
        f"<h1>{prose(words.sentence(found))}</h1>"
    )
    items = [(text, "more" if enough else "missed") for text, enough in words.versions(found)]
    if found.behaviour is not None:
        lost = (f"`{i.name}`: nobody would be told any more" for i in found.behaviour.undetected)
        items = [*((text, "missed") for text in lost), *items]
    if items:
        listed = "".join(f'<li class="{kind}">{prose(text)}</li>' for text, kind in items)
        yield f'<ul class="attention">{listed}</ul>'


def _behaviour(behaviour: Behaviour) -> Iterator[str]:
    old, new = behaviour.old.score, behaviour.new.score
    yield '<section class="numbers" aria-label="Headline numbers">'
    if behaviour.incidents:
        kind = "bad" if behaviour.undetected else "good"
        yield document.number(
            f"{old.detected} → {new.detected}", f"of {new.incidents} incidents told of", kind
        )
        yield document.number(
            f"{facts.span(old.delay_median)} → {facts.span(new.delay_median)}",
            "to being told, median",
        )
        noisier = new.false_pages > old.false_pages
        yield document.number(
            f"{old.false_pages} → {new.false_pages}",
            "false notifications",
            "bad" if noisier else "good",
        )
    yield document.number(f"{old.pages} → {new.pages}", "pages and tickets")
    yield "</section>"
    yield from _tests(behaviour)
    yield from _timelines(behaviour)
    yield from _incidents(behaviour)
    yield from _pages(behaviour)


def _tests(behaviour: Behaviour) -> Iterator[str]:
    rows = [(n, a, b, words.chance(p)) for n, a, b, p in words.tests(behaviour)]
    rows += [(name, old, new, "") for name, old, new in words.counts(behaviour)]
    yield (
        '<h2>How sure that is</h2><section class="sheet scroll"><table><thead><tr><th></th>'
        '<th class="n">before</th><th class="n">after</th><th>by chance?</th></tr></thead><tbody>'
    )
    for name, old, new, note in rows:
        yield (
            f'<tr><td>{escape(name)}</td><td class="n">{escape(old)}</td><td class="n">{escape(new)}</td>'
            f'<td class="soft">{escape(note)}</td></tr>'
        )
    mean = words.mean_shift(behaviour)
    yield f'</tbody></table><p class="soft">{escape(mean)}</p></section>'


def _timelines(behaviour: Behaviour) -> Iterator[str]:
    names = {name for change in behaviour.of(*_WORSE) for name in change.page.alerts}
    names |= {
        alert.alert.name
        for one, other in ((behaviour.old, behaviour.new), (behaviour.new, behaviour.old))
        for alert in one.alerts
        if alert.episodes and not _fires_alike(alert, other.alerts)
    }
    if not names:
        return
    yield '<h2>What happened, and who was told</h2><section class="sheet">'
    for title, backtest in (("before", behaviour.old), ("after", behaviour.new)):
        shown = [a for a in facts.by_weight(backtest) if a.alert.name in names and a.episodes]
        yield f'<h3>{title}</h3><div class="scroll">{timeline.svg(backtest, shown, linked=False)}</div>'
    yield f"{timeline.legend()}</section>"


def _fires_alike(alert: AlertResult, others: tuple[AlertResult, ...]) -> bool:
    own = [(e.labels, e.fired_at, e.resolved_at) for e in alert.episodes]
    return any(
        other.alert.name == alert.alert.name
        and own == [(e.labels, e.fired_at, e.resolved_at) for e in other.episodes]
        for other in others
    )


def _incidents(behaviour: Behaviour) -> Iterator[str]:
    if not behaviour.incidents:
        return
    yield (
        '<h2>Incidents</h2><section class="sheet scroll"><table><thead><tr><th>incident</th>'
        '<th class="n">told after</th><th class="n">now after</th><th></th></tr></thead><tbody>'
    )
    for incident in behaviour.incidents:
        old, new = (
            facts.span(outcome.delay)
            if outcome.detected
            else '<span class="bad-text">missed</span>'
            for outcome in (incident.old, incident.new)
        )
        shift = incident.shift
        what = (
            "" if not shift else f"{facts.span(abs(shift))} {'earlier' if shift < 0 else 'later'}"
        )
        if incident.old.detected and not incident.new.detected:
            what = '<b class="bad-text">no longer told of</b>'
        elif incident.new.detected and not incident.old.detected:
            what = '<b class="good-text">now told of</b>'
        yield (
            f"<tr><td><b>{escape(incident.name)}</b><small>{escape(incident.new.incident.what)}</small></td>"
            f'<td class="n">{old}</td><td class="n">{new}</td><td>{what}</td></tr>'
        )
    yield "</tbody></table></section>"


def _pages(behaviour: Behaviour) -> Iterator[str]:
    moved = behaviour.of(*_WORSE)
    if not moved:
        return
    yield '<h2>Pages</h2><section class="sheet"><ul class="told">'
    for change in moved:
        first = change.page.episodes[0]
        summary = first.annotations.get("summary", str(first.labels))
        right = f"<br><small>{words.right(change)}</small>" if behaviour.incidents else ""
        yield (
            f"<li><time>{facts.clock(change.page.onset)}</time><div><b>{escape(change.kind.value)}</b> "
            f"{escape(facts.names(change.page.alerts))}: {escape(summary)}"
            f"{_shift(change.shift)}{right}</div></li>"
        )
    yield "</ul></section>"


def _shift(shift: int) -> str:
    return f" ({facts.span(abs(shift))} {'earlier' if shift < 0 else 'later'})" if shift else ""


def _changes(found: Differing) -> Iterator[str]:
    yield '<h2>What changed in meaning</h2><section class="sheet scroll">'
    if not found.changes:
        yield '<p class="soft">Nothing: rules, panels, variables and links say what they said.</p></section>'
        return
    yield "<table><thead><tr><th>change</th><th>mixin</th><th>what</th><th>how</th></tr></thead><tbody>"
    for change in found.changes:
        yield (
            f'<tr class="{_COLOURS[change.level]}"><td>{change.level.name.lower()}</td><td>{escape(change.unit)}</td>'
            f'<td><span class="soft">{change.kind}</span> {escape(change.name)}</td><td>{prose(change.text)}</td></tr>'
        )
    yield "</tbody></table></section>"


def _foot(found: Differing) -> Iterator[str]:
    yield "<footer>"
    if found.behaviour is not None:
        yield (
            "<p>Both versions were replayed over the same metrics. Pages are paired by alert and labels where they "
            "tell of the same time. Incidents are compared by McNemar's exact test, delays by the sign test, false "
            "pages by the exact test of two counts.</p>"
        )
    yield (
        "<p>A version is major when something is gone or has another name that routes, silences, links or people rely "
        "on, or when an incident is no longer told of; minor when something is new or behaves otherwise; patch when "
        "only what is read changed. Before 1.0 a minor version is as good as a major one.</p></footer>"
    )
