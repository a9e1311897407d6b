"""A diff for a terminal: the sentence, what became of incidents and pages, then what changed in meaning."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mixwright.backtest.changes import Behaviour, Level
from mixwright.backtest.changes.behaviour import Kind
from mixwright.report import facts
from mixwright.report.changes import words
from mixwright.report.changes.words import Differing
from mixwright.report.tables import text_table
from mixwright.report.terminal import sized

_MARKS = {
    Kind.LOST: ("-", "yellow"),
    Kind.NEW: ("+", "yellow"),
    Kind.EARLIER: ("<", "green"),
    Kind.LATER: (">", "red"),
}
_STYLES = {Level.MAJOR: "bold red", Level.MINOR: "yellow", Level.PATCH: "dim", Level.NONE: "dim"}


def render(found: Differing, console: Console | None = None) -> None:
    """Print the diff."""
    console = sized(console)
    console.print(Text(f"{found.old.name} → {found.new.name}", "dim"))
    console.print(Text(_plain(words.sentence(found)), "bold"))
    for text, enough in words.versions(found):
        mark, style = ("✓", "green") if enough else ("!", "red")
        console.print(Text.assemble((f"  {mark} ", style), _plain(text)))
    if found.behaviour is not None:
        _behaviour(found.behaviour, console)
    if found.changes:
        console.print()
        rows = text_table("<change", "<mixin", "<what", "…how")
        rows.expand = True
        for change in found.changes:
            level = Text(change.level.name.lower(), _STYLES[change.level])
            what = Text.assemble((f"{change.kind} ", "dim"), change.name)
            rows.add_row(level, Text(change.unit), what, Text(_plain(change.text)))
        for column in rows.columns[:2]:
            column.min_width = max(len(str(cell)) for cell in column.cells)
        console.print(rows)


def _behaviour(behaviour: Behaviour, console: Console) -> None:
    console.print()
    rows = text_table("<", "old", "new", "<by chance?")
    for name, old, new, probability in words.tests(behaviour):
        rows.add_row(name, old, new, Text(words.chance(probability), "dim"))
    for name, old, new in words.counts(behaviour):
        rows.add_row(name, old, new, "")
    console.print(rows)
    if text := words.mean_shift(behaviour):
        console.print(Text(f"  · {text}", "dim"))
    if any(i.shift or i.old.detected != i.new.detected for i in behaviour.incidents):
        console.print()
        console.print(_incidents(behaviour))
    moved = behaviour.of(Kind.LOST, Kind.NEW, Kind.EARLIER, Kind.LATER)
    if moved:
        console.print()
        for change in moved:
            mark, style = _MARKS[change.kind]
            right = Text(f", {words.right(change)}", "dim") if behaviour.incidents else Text()
            console.print(Text.assemble((f"  {mark} ", style), words.page(change), right))


def _incidents(behaviour: Behaviour) -> Table:
    rows = text_table("<incident", "old", "new", "<")
    for incident in behaviour.incidents:
        old, new = (
            facts.span(outcome.delay) if outcome.detected else "missed"
            for outcome in (incident.old, incident.new)
        )
        shift = incident.shift
        if shift is None:
            lost = incident.old.detected and not incident.new.detected
            text = Text("no longer told of", "bold red") if lost else Text("now told of", "green")
            if incident.old.detected == incident.new.detected:
                text = Text("", "")
        else:
            when = "earlier" if shift < 0 else "later"
            text = Text(
                f"{facts.span(abs(shift))} {when}" if shift else "", "green" if shift < 0 else "red"
            )
        rows.add_row(Text(incident.name), old, new, text)
    return rows


def _plain(text: str) -> str:
    return text.replace("`", "")
