"""Label arithmetic of the engine: what matching, grouping and renaming do to a label set, remembered."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, TypeAlias

from mixwright.values import METRIC_NAME, Labels

Relabel: TypeAlias = Callable[[Labels], Labels]
Signature: TypeAlias = tuple[object, ...]

METADATA: Final = frozenset({METRIC_NAME, "__type__", "__unit__"})
"""The labels that say what a metric is; they go when an operation changes its meaning (`schema.IsMetadataLabel`)."""

_REMEMBERED: Final = 1 << 17


@functools.lru_cache(_REMEMBERED)
def as_dict(labels: Labels) -> dict[str, str]:
    """Return the labels as a dictionary, not to be changed."""
    return dict(labels.pairs)


@functools.lru_cache(_REMEMBERED)
def without_metadata(labels: Labels) -> Labels:
    """Return the labels without name, type and unit."""
    if any(name in METADATA for name, _ in labels.pairs):
        return Labels(pair for pair in labels.pairs if pair[0] not in METADATA)
    return labels


@functools.lru_cache(_REMEMBERED)
def without(labels: Labels, names: frozenset[str]) -> Labels:
    """Return the labels without those called `names`."""
    return Labels(pair for pair in labels.pairs if pair[0] not in names)


@functools.lru_cache(_REMEMBERED)
def only(labels: Labels, names: frozenset[str]) -> Labels:
    """Return the labels called `names` alone."""
    return Labels(pair for pair in labels.pairs if pair[0] in names)


def signature(names: tuple[str, ...], on: bool) -> Callable[[Labels], Signature]:
    """Return what two series must share to be matched or grouped together.

    With `on`, the values of `names`; else all labels but `names` and the metric name.
    """
    if on:
        return lambda labels: tuple(as_dict(labels).get(name, "") for name in names)
    ignored = frozenset((*names, METRIC_NAME))
    return lambda labels: tuple(pair for pair in labels.pairs if pair[0] not in ignored)


def matching_labels(labels: Labels, names: tuple[str, ...], on: bool) -> Labels:
    """Return the labels that take part in a match (`labels.Labels.MatchLabels`)."""
    if on:
        return only(labels, frozenset(names))
    return without(labels, frozenset((*names, METRIC_NAME)))
