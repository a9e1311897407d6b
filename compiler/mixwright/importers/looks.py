"""The options of a kind of panel that give a JSON: found by asking the back end what each option does.

Nothing here knows what an option is called in JSON. An option is tried with the values that it can have, and
with those that stand in the JSON where the option writes; the one that comes closest is kept.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from mixwright.backends.grafana.panels import shown
from mixwright.errors import MixwrightError
from mixwright.importers.defaults import Leaves, defaults, flattened, same
from mixwright.model import Panel
from mixwright.model.calculations import CALCULATIONS
from mixwright.model.panels import Look, kinds

Options: TypeAlias = dict[str, Any]

_NUMBER, _TEXT = 7, "§"
_PROBES = (_NUMBER, _TEXT, (CALCULATIONS[-1],), CALCULATIONS[-1])


def leaves(panel: Panel) -> Leaves:
    """Return what a panel's options become, with what Grafana fills in."""
    made = shown(panel)
    found = dict(flattened({"options": made.options, "custom": made.custom}))
    return {**defaults(panel.kind), **found}


def fitted(panel: Panel, wanted: Leaves) -> tuple[Options, frozenset[str]]:
    """Return the options with which a panel comes closest to some leaves, and the places still different."""
    kind = panel.kind
    chosen: Options = {}
    best = _distance(panel, wanted)
    # One option may depend on another: what a stack is filled with, whether a legend is shown.
    for _ in range(2):
        for name in _names(kind):
            if not best:
                return chosen, best
            places = _touches(kind, name)
            if places and places.isdisjoint(best):
                continue
            for value in candidates(kind, name, wanted):
                trial = {**chosen, name: value}
                made = with_options(panel, trial)
                distance = best if made is None else _distance(made, wanted)
                if len(distance) < len(best):
                    chosen, best = trial, distance
    return chosen, best


def with_options(panel: Panel, options: Mapping[str, Any]) -> Panel | None:
    """Return a panel with options of its kind, None where they cannot be had together."""
    try:
        return attrs.evolve(panel, kind=attrs.evolve(panel.look, **options))
    except (MixwrightError, TypeError, ValueError):
        return None


def option_for(panel: Panel, place: str, value: Any) -> tuple[str, Any] | None:
    """Return the option that sets one place of single series to a value, and nothing else."""
    kind = panel.kind
    probes = {f"custom.{name}": part for name, part in flattened({place: value})}
    for name in _names(kind):
        if not getattr(attrs.fields(kinds()[kind]), name).metadata.get("each"):
            continue
        for candidate in candidates(kind, name, probes):
            after = _custom(panel, name, candidate)
            if after is not None and after.get(place) == value:
                others = (getattr(panel.look, name), *_others(kind, name, candidate))
                made = dict(flattened(after))
                if any(
                    _changed(dict(flattened(before)), made, place)
                    for before in (_custom(panel, name, other) for other in others)
                    if before is not None
                ):
                    return name, candidate
    return None


def _custom(panel: Panel, name: str, value: Any) -> Options | None:
    """Return what an option of single series makes of a panel's own settings, None where it cannot."""
    made = with_options(panel, {name: value})
    try:
        return None if made is None else shown(made).custom
    except (MixwrightError, TypeError, ValueError):
        return None


def _others(kind: str, name: str, value: Any) -> tuple[Any, ...]:
    """Return other values of an option: what is set to what it is already changes nothing."""
    choices = _choices(kind, name)
    if choices is not None:
        return choices
    return (value - 1, value + 1) if isinstance(value, int | float) else ()


def _changed(before: Leaves, after: Leaves, place: str) -> bool:
    """Tell whether the only difference is at a place."""
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return bool(names) and all(name == place or name.startswith(f"{place}.") for name in names)


def _distance(panel: Panel, wanted: Leaves) -> frozenset[str]:
    made = leaves(panel)
    return frozenset(
        place for place in {*made, *wanted} if not same(made.get(place), wanted.get(place))
    )


def candidates(kind: str, name: str, wanted: Leaves) -> Iterator[Any]:
    """Yield the values that an option may have to give some leaves."""
    choices = _choices(kind, name)
    if choices is not None:
        yield from choices
        return
    for place in _writes(kind, name):
        value = wanted.get(place)
        if isinstance(value, list):
            # One option may be all that Grafana has several of.
            yield from (tuple(value), *value[:1])
        elif value is not None:
            yield value
    types_of = _types(kind, name)
    if bool in types_of:
        yield from (True, False)
    if any(typing.get_origin(one) is tuple for one in types_of):
        # One of a few words that only the option itself knows.
        lists = (value for value in wanted.values() if isinstance(value, list))
        yield from ((), *(tuple(value) for value in lists))


@functools.cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(one.name for one in attrs.fields(kinds()[kind]) if one.name != "origin")


@functools.cache
def _hints(kind: str) -> Mapping[str, Any]:
    return typing.get_type_hints(kinds()[kind])


def _types(kind: str, name: str) -> tuple[Any, ...]:
    hint = _hints(kind)[name]
    several = typing.get_origin(hint) in (types.UnionType, typing.Union)
    return typing.get_args(hint) if several else (hint,)


@functools.cache
def _choices(kind: str, name: str) -> tuple[Any, ...] | None:
    """Return all values of an option that has a few; None where it takes any number or text."""
    found: list[Any] = []
    for part in _types(kind, name):
        if typing.get_origin(part) is Literal:
            found += typing.get_args(part)
        elif part is bool:
            found += [False, True]
        else:
            return None
    return tuple(found)


@functools.cache
def _touches(kind: str, name: str) -> frozenset[str]:
    """Return the places that an option can change; none where only values that it takes would tell."""
    cls = kinds()[kind]
    found: set[str] = set()
    for value in (*(_choices(kind, name) or (False, True)), *_PROBES):
        try:
            before = dict(flattened(_both(shown(_plain(cls())))))
            after = dict(flattened(_both(shown(_plain(cls(**{name: value}))))))
        except (MixwrightError, TypeError, ValueError):
            continue
        found |= {one for one in {*before, *after} if before.get(one) != after.get(one)}
    return frozenset(found)


@functools.cache
def _writes(kind: str, name: str) -> tuple[str, ...]:
    """Return the places that an option of any number or text writes its value to."""
    found = (
        place
        for probe, at in (
            (_NUMBER, _same),
            (_TEXT, _same),
            ((CALCULATIONS[-1],), _listed),
            (CALCULATIONS[-1], _same),
            (CALCULATIONS[-1], _alone),
        )
        for place in _places(kind, name, probe, at)
    )
    return tuple(dict.fromkeys(found))


def _same(value: Any, probe: Any) -> bool:
    return type(value) is type(probe) and bool(value == probe)


def _listed(value: Any, probe: Any) -> bool:
    return isinstance(value, list) and tuple(value) == probe


def _alone(value: Any, probe: Any) -> bool:
    return bool(value == [probe])


def _places(kind: str, name: str, probe: Any, at: Callable[[Any, Any], bool]) -> Iterator[str]:
    cls = kinds()[kind]
    try:
        plain = shown(_plain(cls()))
        made = shown(_plain(cls(**{name: probe})))
    except (MixwrightError, TypeError, ValueError):
        return
    before = dict(flattened(_both(plain)))
    for place, value in flattened(_both(made)):
        if at(value, probe) and before.get(place) != value:
            yield place


def _both(made: Any) -> dict[str, Any]:
    return {"options": made.options, "custom": made.custom}


def _plain(look: Look) -> Panel:
    if look.kind == "logs":
        return Panel("x", logs='{a="b"}', kind=look)
    return Panel("x", () if look.asks == "nothing" else "up", kind=look)


def look_named(kind: str) -> type[Look] | None:
    """Return the class of a kind of panel, None for one that has none."""
    return kinds().get(kind)
