"""What changed in meaning: rules, thresholds, panels, variables and links, not text."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from enum import IntEnum

import attrs

from mixwright.backtest.changes.version import Dashboard, Panel, Unit, Version
from mixwright.backtest.silence import readable
from mixwright.backtest.tune.parameters import set_within, tunables
from mixwright.promql import unparse
from mixwright.rulefiles import ForeignAlert, ForeignGroup, ForeignRecording, ForeignRule
from mixwright.values import Duration

_ALIKE = 0.9
"""From which likeness of expressions on an alert that is gone and one that is new are one that was renamed."""


class Level(IntEnum):
    """What a change asks of a version number; the module `bump` says why."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@attrs.frozen(kw_only=True, order=False)
class Change:
    """One change: of what kind of thing, which one, what happened to it, and how much that matters.

    `before` is the former name of a thing that was renamed.
    """

    unit: str
    kind: str
    name: str
    text: str
    level: Level
    before: str = ""


def changes(old: Version, new: Version) -> tuple[Change, ...]:
    """Return the changes from one version to another, those that matter most first."""
    found: list[Change] = []
    for name in sorted({*old.units, *new.units}):
        one, other = old.units.get(name), new.units.get(name)
        if one is None or other is None:
            level = Level.MINOR if one is None else Level.MAJOR
            text = "is new" if one is None else "is gone"
            found.append(Change(unit=name, kind="mixin", name=name, text=text, level=level))
        empty = Unit(name=name, version="", rules=(), dashboards={})
        found += _unit(one or empty, other or empty)
    uids = [
        {uid for unit in version.units.values() for uid in unit.dashboards}
        for version in (old, new)
    ]
    found += _broken(new, *uids)
    return tuple(sorted(found, key=lambda c: (-c.level, c.unit, _ORDER.index(c.kind), c.name)))


_ORDER = ("mixin", "alert", "recording", "group", "dashboard", "variable", "panel", "link")


def renamed(found: tuple[Change, ...]) -> dict[str, str]:
    """Return the new names of alerts by their old ones."""
    return {c.before: c.name for c in found if c.kind == "alert" and c.before}


def _unit(old: Unit, new: Unit) -> Iterator[Change]:
    yield from _alerts(old, new)
    yield from _recordings(old, new)
    yield from _groups(old, new)
    yield from _all_dashboards(old, new)


def _rules(unit: Unit, kind: type[ForeignRule]) -> dict[str, tuple[ForeignRule, ForeignGroup]]:
    found: dict[str, tuple[ForeignRule, ForeignGroup]] = {}
    for group in unit.rules:
        for rule in group.rules:
            if isinstance(rule, kind):
                name, number = rule.name, 1
                while (key := name if number == 1 else f"{name} ({number})") in found:
                    number += 1
                found[key] = rule, group
    return found


def _alerts(old: Unit, new: Unit) -> Iterator[Change]:
    before, after = (_rules(unit, ForeignAlert) for unit in (old, new))
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    pairs = _renamed(
        {n: _shape(before[n][0]) for n in sorted(gone)},
        {n: _shape(after[n][0]) for n in sorted(come)},
    )

    def change(name: str, text: str, level: Level, was: str = "") -> Change:
        return Change(unit=new.name, kind="alert", name=name, text=text, level=level, before=was)

    for was, name in pairs.items():
        yield change(name, f"was called `{was}`", Level.MAJOR, was)
    for name in gone - pairs.keys():
        yield change(name, "is gone", Level.MAJOR)
    for name in come - set(pairs.values()):
        yield change(name, "is new", Level.MINOR)
    same = {name: name for name in before.keys() & after.keys()} | pairs
    for was, name in same.items():
        one, other = before[was][0], after[name][0]
        assert isinstance(one, ForeignAlert)
        assert isinstance(other, ForeignAlert)
        for text, level in _alert(one, other):
            yield change(name, text, level)


def _shape(rule: ForeignRule) -> str:
    return unparse(rule.expr)


def _renamed(gone: Mapping[str, str], come: Mapping[str, str]) -> dict[str, str]:
    """Pair what is gone with what is new where they are alike, most alike first."""
    alike = sorted(
        (
            (difflib.SequenceMatcher(None, one, other).ratio(), was, name)
            for was, one in gone.items()
            for name, other in come.items()
        ),
        key=lambda found: (-found[0], *found[1:]),
    )
    pairs: dict[str, str] = {}
    for likeness, was, name in alike:
        if likeness >= _ALIKE and was not in pairs and name not in pairs.values():
            pairs[was] = name
    return pairs


def _alert(old: ForeignAlert, new: ForeignAlert) -> Iterator[tuple[str, Level]]:
    yield from _expression(old, new)
    if old.severity is not new.severity:
        yield f"severity {old.severity.value} → {new.severity.value}", Level.MINOR
    names = {*old.labels, *new.labels} - {"severity"}
    for name in sorted(names):
        one, other = old.labels.get(name), new.labels.get(name)
        if one != other:
            text = _moved(f"label `{name}`", one, other)
            # Routes and silences match labels; one that is gone, or has another value, is not matched.
            yield text, Level.MINOR if one is None else Level.MAJOR
    for name in sorted({*old.annotations, *new.annotations}):
        one, other = old.annotations.get(name), new.annotations.get(name)
        if one != other and not name.startswith("__"):
            yield f"annotation `{name}` {_verb(one, other)}", Level.PATCH


def _expression(old: ForeignAlert, new: ForeignAlert) -> Iterator[tuple[str, Level]]:
    """Say which parameters moved where expressions are alike but for them, else that the expression is another."""
    one, other = ({t.name: t for t in tunables(rule)} for rule in (old, new))
    pairs = [(one[name], other[name]) for name in one if name in other]
    moved = [(a, b) for a, b in pairs if a.now != b.now]
    for a, b in moved:
        if a.kind in ("hold", "keep"):
            yield f"`{a.where}` {_value(a.now)} → {_value(b.now)}", Level.MINOR
    inner = [(a, b) for a, b in moved if a.kind not in ("hold", "keep")]
    if one.keys() == other.keys() and _blank(old) == _blank(new):
        for a, b in inner:
            yield f"{a.name} {_value(a.now)} → {_value(b.now)}", Level.MINOR
    elif _shape(old) != _shape(new):
        yield "watches another expression", Level.MINOR


def _blank(rule: ForeignAlert) -> str:
    """Return an alert's expression with all its parameters alike."""
    blanks = {
        t: Duration(1_000) if isinstance(t.now, Duration) else 0.0
        for t in tunables(rule)
        if t.kind not in ("hold", "keep")
    }
    return unparse(set_within(rule.expr, blanks))


def _value(value: float | Duration) -> str:
    return str(value) if isinstance(value, Duration) else readable(value)


def _moved(what: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{what} is new: `{new}`"
    return f"{what} is gone" if new is None else f"{what} `{old}` → `{new}`"


def _verb(old: object, new: object) -> str:
    return "is new" if old is None else "is gone" if new is None else "changed"


def _recordings(old: Unit, new: Unit) -> Iterator[Change]:
    before, after = (_rules(unit, ForeignRecording) for unit in (old, new))
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            level = Level.MINOR if one is None else Level.MAJOR
            text = _verb(one, other)
        elif (_shape(one[0]), one[0].labels) != (_shape(other[0]), other[0].labels):
            level, text = Level.MINOR, "records another expression"
        else:
            continue
        yield Change(unit=new.name, kind="recording", name=name, text=text, level=level)


def _groups(old: Unit, new: Unit) -> Iterator[Change]:
    before, after = ({group.name: group for group in unit.rules} for unit in (old, new))
    for name in sorted(before.keys() & after.keys()):
        one, other = before[name], after[name]
        for what, was, now in (
            ("interval", one.interval, other.interval),
            ("offset", one.query_offset, other.query_offset),
            ("limit", one.limit, other.limit),
        ):
            if was != now:
                text = f"{what} {was or 'default'} → {now or 'default'}"
                yield Change(unit=new.name, kind="group", name=name, text=text, level=Level.MINOR)


def _all_dashboards(old: Unit, new: Unit) -> Iterator[Change]:
    for uid in sorted({*old.dashboards, *new.dashboards}):
        one, other = old.dashboards.get(uid), new.dashboards.get(uid)
        if one is None or other is None:
            level = Level.MINOR if one is None else Level.MAJOR
            title = (one or other).title  # type: ignore[union-attr]
            yield Change(
                unit=new.name,
                kind="dashboard",
                name=title or uid,
                text=_verb(one, other),
                level=level,
            )
        else:
            yield from _dashboard(new.name, one, other)


def _dashboard(unit: str, old: Dashboard, new: Dashboard) -> Iterator[Change]:
    def change(kind: str, name: str, text: str, level: Level) -> Change:
        return Change(unit=unit, kind=kind, name=name, text=text, level=level)

    if old.title != new.title:
        yield change("dashboard", new.title, f"was called `{old.title}`", Level.PATCH)
    for name in sorted({*old.variables, *new.variables}):
        was, now = old.variables.get(name), new.variables.get(name)
        if was != now:
            # Links and bookmarks set variables by name.
            level = Level.MAJOR if now is None else Level.MINOR
            yield change("variable", f"{new.title} / {name}", _verb(was, now), level)
    for title in sorted({*old.panels, *new.panels}):
        one, other = old.panels.get(title), new.panels.get(title)
        name = f"{new.title} / {title}"
        if one is None or other is None:
            yield change("panel", name, _verb(one, other), Level.MINOR)
            continue
        for text, level in _panel(one, other):
            yield change("panel", name, text, level)


def _panel(old: Panel, new: Panel) -> Iterator[tuple[str, Level]]:
    if old.queries != new.queries:
        yield "asks something else", Level.MINOR
    if old.thresholds != new.thresholds:
        was, now = (", ".join(map(readable, panel.thresholds)) or "none" for panel in (old, new))
        yield f"threshold {was} → {now}", Level.MINOR
    if old.unit != new.unit:
        yield f"unit `{old.unit or 'none'}` → `{new.unit or 'none'}`", Level.MINOR
    if old.kind != new.kind:
        yield f"`{old.kind}` → `{new.kind}`", Level.PATCH


def _broken(new: Version, old_uids: set[str], new_uids: set[str]) -> Iterator[Change]:
    """Yield the links that led somewhere and no longer do."""
    for unit in new.units.values():
        for dashboard in unit.dashboards.values():
            for target in sorted(dashboard.targets & (old_uids - new_uids)):
                text = f"leads to `{target}`, which is gone"
                yield Change(
                    unit=unit.name, kind="link", name=dashboard.title, text=text, level=Level.MAJOR
                )
