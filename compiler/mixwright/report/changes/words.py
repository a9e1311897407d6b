"""What is said of a diff everywhere: the sentence, pages and incidents in words, and how sure the differences are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from mixwright.backtest import readable
from mixwright.backtest.changes import (
    Behaviour,
    Bump,
    Change,
    IncidentChange,
    Level,
    PageChange,
    Version,
)
from mixwright.backtest.changes.behaviour import Kind
from mixwright.report import facts

SURE = 0.05
"""Differences with a smaller probability under chance are called clear."""


@attrs.frozen(kw_only=True, eq=False)
class Differing:
    """What a report of a diff is made of."""

    old: Version
    new: Version
    changes: tuple[Change, ...]
    behaviour: Behaviour | None
    bumps: tuple[Bump, ...]
    notes: tuple[str, ...] = ()


def sentence(found: Differing) -> str:
    """Return what the change would have done in one sentence."""
    parts = list(_parts(found))
    if not parts:
        if found.changes:
            return f"{facts.count(len(found.changes), 'change')}, and nobody would have been told anything else."
        return "Nothing changed in meaning."
    return f"This change would have {_listed(parts)}."


def _parts(found: Differing) -> Iterator[str]:
    behaviour = found.behaviour
    if behaviour is not None:
        if behaviour.undetected:
            yield f"missed {_names(behaviour.undetected)}"
        if behaviour.found:
            yield f"found {_names(behaviour.found)}"
        moved = [i for i in behaviour.incidents if i.shift]
        for incident in sorted(moved, key=lambda i: i.shift or 0)[:3]:
            shift = incident.shift or 0
            when = "earlier" if shift < 0 else "later"
            yield f"told of `{incident.name}` {facts.span(abs(shift))} {when}"
        more = len(behaviour.new.pages) - len(behaviour.old.pages)
        if more:
            word = "more" if more > 0 else "fewer"
            yield f"sent {facts.count(abs(more), f'{word} page')}"
    broken = sum(change.kind == "link" for change in found.changes)
    if broken:
        yield f"broken {facts.count(broken, 'drill-down link')}"


def _names(incidents: Sequence[IncidentChange]) -> str:
    return _listed([f"`{incident.name}`" for incident in incidents])


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def page(change: PageChange) -> str:
    """Return what became of a page."""
    names = facts.names(change.page.alerts)
    at = facts.clock(change.page.onset)
    match change.kind:
        case Kind.LOST:
            return f"{names} at {at} is not sent any more"
        case Kind.NEW:
            return f"{names} at {at} is new"
        case Kind.EARLIER | Kind.LATER:
            return f"{names} at {at} comes {facts.span(abs(change.shift))} {change.kind.value}"
    return f"{names} at {at}"


def right(change: PageChange) -> str:
    """Return whether a page is about an incident."""
    return "about an incident" if change.explained else "outside any incident"


def tests(behaviour: Behaviour) -> Iterator[tuple[str, str, str, float]]:
    """Yield what was counted in both versions, and the probability of such a difference by chance."""
    old, new = behaviour.old.score, behaviour.new.score
    if behaviour.incidents:
        yield "incidents told of", str(old.detected), str(new.detected), behaviour.detection_test
        yield (
            "delay, median",
            facts.span(old.delay_median),
            facts.span(new.delay_median),
            behaviour.delay_test,
        )
        yield "false pages", str(old.false_pages), str(new.false_pages), behaviour.false_test


def counts(behaviour: Behaviour) -> Iterator[tuple[str, str, str]]:
    """Yield what else was counted in both versions."""
    old, new = behaviour.old.score, behaviour.new.score
    yield "pages and tickets", str(old.pages), str(new.pages)
    yield "a week", readable(old.pages_per_week), readable(new.pages_per_week)
    yield "time in alert", facts.percent(old.time_in_alert), facts.percent(new.time_in_alert)


def chance(probability: float) -> str:
    """Return a probability in words."""
    if probability >= 1:
        return "no difference"
    sure = "clear" if probability < SURE else "could be chance"
    return f"p = {probability:.2g}, {sure}"


def mean_shift(behaviour: Behaviour) -> str:
    """Return the mean difference of delays with its interval, or nothing."""
    found = behaviour.mean_shift
    if found is None or not any(behaviour.shifts):
        return ""
    mean, (low, high) = found
    return f"told {_signed(mean)} on average, 95 % interval {_signed(low)} to {_signed(high)}"


def _signed(ms: float) -> str:
    if round(ms / 1000) == 0:
        return "as early"
    return f"{facts.span(abs(ms))} {'earlier' if ms < 0 else 'later'}"


def versions(found: Differing) -> Iterator[tuple[str, bool]]:
    """Yield what each unit's version should be, and whether it is."""
    for bump in found.bumps:
        if bump.level is Level.NONE or not bump.deserved:
            continue
        level = bump.level.name.lower()
        if bump.enough:
            yield f"`{bump.unit}` {bump.old} → {bump.new}: enough for a {level} change", True
        else:
            yield f"`{bump.unit}` is {bump.new}, a {level} change deserves {bump.deserved}", False


def change(found: Change) -> str:
    """Return a change in words, the thing first."""
    return f"`{found.name}` {found.text}"
