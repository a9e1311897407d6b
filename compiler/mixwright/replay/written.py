"""What rules write: the series of a recording rule, and `ALERTS` and `ALERTS_FOR_STATE` of an alert.

A series that a successful evaluation wrote and the next successful one does not gets a staleness
marker. An evaluation that fails writes nothing at all.
Source: prometheus, `rules/recording.go#RecordingRule.Eval`, `rules/alerting.go#AlertingRule.sample`,
`rules/group.go#Group.Eval`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from mixwright.frame import STALE_NAN, Mask, Matrix, Objects, Times, Values, is_histogram
from mixwright.replay.overlay import ALERTS, ALERTS_FOR_STATE, Written
from mixwright.replay.states import Episode
from mixwright.values import METRIC_NAME, Labels

DUPLICATE_SERIES = "vector contains metrics with the same labelset after applying rule labels"
DUPLICATE_ALERTS = "vector contains metrics with the same labelset after applying alert labels"


def duplicates(identities: Sequence[Labels], present: Mask) -> Mask:
    """Tell at which steps two series of one identity are present; `present` is (series, steps)."""
    rows: dict[Labels, list[int]] = {}
    for row, labels in enumerate(identities):
        rows.setdefault(labels, []).append(row)
    clash = np.zeros(present.shape[1], dtype=bool)
    for own in rows.values():
        if len(own) > 1:
            clash |= present[own].sum(axis=0) > 1
    return clash


def recorded_labels(name: str, labels: Mapping[str, str], sample: Labels) -> Labels:
    """Return the labels under which a recording rule writes a sample; an empty value removes a label."""
    return sample.with_({METRIC_NAME: name}).with_(labels)


def recorded(
    identities: Sequence[Labels],
    matrix: Matrix,
    times: Times,
    succeeded: Mask,
    before: Iterable[Labels] = (),
) -> Iterator[Written]:
    """Yield the series of a recording rule, with staleness markers.

    `times` are the times that samples get, `succeeded` tells which evaluations count, both one per
    step; `before` are the series that the last successful evaluation before these wrote.
    """
    rows: dict[Labels, list[int]] = {labels: [] for labels in before}
    for row, labels in enumerate(identities):
        rows.setdefault(labels, []).append(row)
    going_on = frozenset(before)
    for labels, own in rows.items():
        present = matrix.present[own][:, succeeded]
        # At most one row of an identity is present, else the evaluation has failed.
        values = np.where(present, matrix.values[own][:, succeeded], 0.0).sum(axis=0)
        somewhere: Mask = np.any(present, axis=0)
        histograms: Objects | None = None
        if matrix.histograms is not None:
            objects = matrix.histograms[own][:, succeeded]
            places = np.nonzero(present & is_histogram(objects))
            histograms = np.full(len(values), None, object)
            histograms[places[1]] = objects[places]
        there = labels in going_on
        yield from _series(labels, times[succeeded], somewhere, values, histograms, there=there)


def alerts(
    name: str,
    labels: Mapping[str, str],
    episodes: Iterable[Episode],
    times: Times,
    offset: int,
    before: int | None = None,
) -> Iterator[Written]:
    """Yield `ALERTS` and `ALERTS_FOR_STATE` of an alert's episodes.

    `labels` are the rule's labels as written: one that expands to nothing shows through here, as it
    does in Prometheus. `times` are the successful evaluations, `before` the last one before them, if
    any; samples are written `offset` ms earlier.
    """
    if before is not None:
        times = np.concatenate([[before], times])
    first = int(before is not None)
    by_labels: dict[Labels, list[tuple[Times, Values]]] = {}

    def add(
        extra: Mapping[str, str], episode: Episode, start: int, end: int | None, v: float
    ) -> None:
        high = len(times) if end is None else int(np.searchsorted(times, end))
        span = times[int(np.searchsorted(times, start)) : high]
        identity = Labels({**labels, **episode.labels, "alertname": name, **extra})
        by_labels.setdefault(identity, []).append((span, np.full(len(span), v)))

    for episode in episodes:
        start, end, fired = episode.active_at, episode.resolved_at, episode.fired_at
        add({METRIC_NAME: ALERTS_FOR_STATE}, episode, start, end, float(start // 1000))
        if fired != start:
            pending = {METRIC_NAME: ALERTS, "alertstate": "pending"}
            add(pending, episode, start, end if fired is None else fired, 1.0)
        if fired is not None:
            add({METRIC_NAME: ALERTS, "alertstate": "firing"}, episode, fired, end, 1.0)
    for identity, parts in by_labels.items():
        present = np.zeros(len(times), dtype=bool)
        values = np.zeros(len(times))
        for span, value in parts:
            at = np.searchsorted(times, span)
            present[at], values[at] = True, value
        there = bool(present[:first].any())
        written = times[first:] - offset
        yield from _series(identity, written, present[first:], values[first:], there=there)


def _series(
    labels: Labels,
    times: Times,
    present: Mask,
    values: Values,
    histograms: Objects | None = None,
    *,
    there: bool = False,
) -> Iterator[Written]:
    """Yield one series with a marker at every step that lacks it after one that had it.

    `there` tells whether the step before the first one had it.
    """
    gone = np.zeros_like(present)
    gone[:1] = there & ~present[:1]
    gone[1:] = present[:-1] & ~present[1:]
    write = present | gone
    if write.any():
        objects = None if histograms is None else histograms[write]
        yield labels, times[write], np.where(gone, STALE_NAN, values)[write], objects
