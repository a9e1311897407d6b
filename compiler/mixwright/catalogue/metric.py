"""What is known of a metric, of a system's metrics, and of all of them."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, TypeAlias

import attrs

MetricType: TypeAlias = Literal["counter", "gauge", "histogram", "summary", "untyped"]

TYPES: tuple[MetricType, ...] = ("counter", "gauge", "histogram", "summary", "untyped")

_PARTS: Mapping[str, tuple[MetricType, ...]] = {
    "_bucket": ("histogram",),
    "_count": ("histogram", "summary"),
    "_sum": ("histogram", "summary"),
}


@attrs.frozen(kw_only=True)
class Metric:
    """A metric as a target exposes it.

    `counts` marks what only grows until a restart although its type does not say so. `values` are all
    that a label can have, `some_values` those that were seen. `buckets` are the finite upper bounds.
    `since` and `until` are versions; `constant` is the one value that all series always have.
    """

    name: str
    type: MetricType
    labels: tuple[str, ...] = ()
    counts: bool = False
    values: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    some_values: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    buckets: tuple[float, ...] = ()
    since: str = ""
    until: str = ""
    constant: float | None = None

    @property
    def is_counter(self) -> bool:
        """Whether the value only grows until a restart."""
        return self.type == "counter" or self.counts


@attrs.frozen(kw_only=True)
class System:
    """The metrics of one system, as versions from the oldest to the newest expose them.

    Names that begin with one of `closed` are this system's alone, and all of them are known.
    `renamed` has the successors of metrics that are gone; an empty one has none.
    """

    name: str
    versions: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    metrics: Mapping[str, Metric] = attrs.field(factory=dict)
    renamed: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def said(self) -> str:
        """The name and the newest version."""
        return " ".join([self.name, *self.versions[-1:]])


@attrs.frozen(eq=False)
class Catalogue:
    """Several systems."""

    systems: tuple[System, ...]

    @cached_property
    def _exposing(self) -> Mapping[str, tuple[System, ...]]:
        found: dict[str, tuple[System, ...]] = {}
        for system in self.systems:
            for name in system.metrics:
                found[name] = (*found.get(name, ()), system)
        return found

    def find(self, name: str) -> tuple[tuple[System, Metric], ...]:
        """Return what systems say about a series name; `_bucket`, `_sum` and `_count` find their metric."""
        found = self._known(name)
        for part, types in _PARTS.items() if not found else ():
            if name.endswith(part):
                base = self._known(name.removesuffix(part))
                found = tuple(pair for pair in base if pair[1].type in types)
        return found

    def _known(self, name: str) -> tuple[tuple[System, Metric], ...]:
        return tuple((system, system.metrics[name]) for system in self._exposing.get(name, ()))

    @functools.cache  # noqa: B019 - a run has one catalogue, and asks for few names often
    def metric(self, name: str) -> Metric | None:
        """Return what all systems that expose a series name agree upon, or nothing."""
        found = [metric for _, metric in self.find(name)]
        if not found or len({metric.type for metric in found}) > 1:
            return None
        constants = {metric.constant for metric in found}
        return attrs.evolve(
            found[0],
            labels=_union(metric.labels for metric in found),
            counts=any(metric.counts for metric in found),
            values=_agreed([metric.values for metric in found]),
            some_values=_agreed([{**metric.some_values, **metric.values} for metric in found]),
            buckets=tuple(sorted({bound for metric in found for bound in metric.buckets})),
            constant=constants.pop() if len(constants) == 1 else None,
        )

    def counts(self, name: str) -> bool | None:
        """Tell whether a series only grows until a restart; `None` when nobody knows."""
        metric = self.metric(name)
        if metric is None:
            return None
        if metric.is_counter or metric.name != name:
            return True
        return None if metric.type == "untyped" else False

    def owner(self, name: str) -> System | None:
        """Return the system to which a name that is not known must belong, if any."""
        for system in self.systems:
            if system.closed and name.startswith(system.closed):
                return system
        return None

    def renamed(self, name: str) -> tuple[System, str] | None:
        """Return the successor of a metric that is gone, with its system."""
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        for system in self.systems:
            for old in (name, base):
                if old in system.renamed:
                    return system, system.renamed[old]
        return None

    @functools.cache  # noqa: B019
    def near(self, name: str) -> tuple[System, str] | None:
        """Return the name that looks most like one that is not known, with its system.

        Only names with the same first word are looked at.
        """
        suffix = next((part for part in _PARTS if name.endswith(part)), "")
        alike = self._by_first_word.get(_first_word(name), {})
        plain = difflib.get_close_matches(name, alike, n=1, cutoff=0.85)
        if suffix:
            types = _PARTS[suffix]
            parts = [n for n, system in alike.items() if system.metrics[n].type in types]
            base = name.removesuffix(suffix)
            for found in difflib.get_close_matches(base, parts, n=1, cutoff=0.85):
                return alike[found], found + suffix
        return (alike[plain[0]], plain[0]) if plain else None

    @cached_property
    def _by_first_word(self) -> Mapping[str, Mapping[str, System]]:
        found: dict[str, dict[str, System]] = {}
        for system in self.systems:
            for name in system.metrics:
                found.setdefault(_first_word(name), {}).setdefault(name, system)
        return found


def _first_word(name: str) -> str:
    return name.partition("_")[0]


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({name for part in parts for name in part}))


def _agreed(parts: list[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Return the values of the labels that all parts know, those of all of them."""
    names = set(parts[0]).intersection(*parts[1:])
    return {name: _union(part[name] for part in parts) for name in sorted(names)}
