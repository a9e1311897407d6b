"""A diff for a pull request: Markdown that says what matters in the first line."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backtest.changes import Behaviour, Change, Level
from mixwright.backtest.changes.behaviour import Kind
from mixwright.report import facts
from mixwright.report.changes import words
from mixwright.report.changes.words import Differing
from mixwright.report.markdown import code, prose, text

_SIGNS = {Kind.LOST: "➖", Kind.NEW: "➕", Kind.EARLIER: "⏪", Kind.LATER: "⏩"}


def render(found: Differing) -> str:
    """Return the diff as Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Differing) -> Iterator[str]:
    yield f"### {prose(words.sentence(found))}"
    yield ""
    yield f"{code(found.old.name)} → {code(found.new.name)}"
    for line, enough in words.versions(found):
        yield ""
        yield f"{'✅' if enough else '❌'} {prose(line)}"
    if found.behaviour is not None:
        yield from _behaviour(found.behaviour)
    loud = [change for change in found.changes if change.level >= Level.MINOR]
    if loud:
        yield ""
        yield "| change | what | how |"
        yield "|---|---|---|"
        yield from map(_row, loud)
    quiet = [change for change in found.changes if change.level < Level.MINOR]
    if quiet:
        yield ""
        yield f"<details><summary>{facts.count(len(quiet), 'change')} of what is only read</summary>"
        yield ""
        yield "| change | what | how |"
        yield "|---|---|---|"
        yield from map(_row, quiet)
        yield ""
        yield "</details>"


def _row(change: Change) -> str:
    level = change.level.name.lower()
    level = f"**{level}**" if change.level is Level.MAJOR else level
    return f"| {level} | {change.kind} {code(change.name)} | {prose(change.text)} |"


def _behaviour(behaviour: Behaviour) -> Iterator[str]:
    yield ""
    yield "| | before | after | by chance? |"
    yield "|---|---:|---:|---|"
    for name, old, new, probability in words.tests(behaviour):
        yield f"| {name} | {old} | {new} | {words.chance(probability)} |"
    for name, old, new in words.counts(behaviour):
        yield f"| {name} | {old} | {new} | |"
    for incident in behaviour.incidents:
        lost = incident.old.detected and not incident.new.detected
        if lost:
            yield ""
            yield f"❌ {code(incident.name)}: nobody would be told any more"
    if line := words.mean_shift(behaviour):
        yield ""
        yield text(line)
    moved = behaviour.of(Kind.LOST, Kind.NEW, Kind.EARLIER, Kind.LATER)
    if moved:
        yield ""
        for change in moved:
            right = f", {words.right(change)}" if behaviour.incidents else ""
            yield f"- {_SIGNS[change.kind]} {text(words.page(change))}{right}"
