"""`info()`: data labels of info metrics, found by `job` and `instance`, added to other series.

Source: Prometheus' `promql/info.go`.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from mixwright.engine.block import SAME_LABELSET, Block
from mixwright.engine.functions.times import stamped
from mixwright.engine.labels import as_dict
from mixwright.engine.logical import (
    Info,
    Matchers,
    Node,
    RangeCall,
    Select,
    Subquery,
    Window,
    inputs,
)
from mixwright.engine.operators.select import newest
from mixwright.engine.run import Run
from mixwright.errors import EvaluationError
from mixwright.frame import Mask, Times
from mixwright.frame.slicing import take
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

_IDENTIFYING = ("instance", "job")
_TARGET_INFO = (Matcher(METRIC_NAME, MatchOp.EQUAL, "target_info"),)


def info(node: Info, run: Run) -> Block:
    """Return the vector with labels added; raises `EvaluationError` where info series contradict."""
    base = run.block(node.inner)
    names, wanted = _divided(node)
    plain = np.array([all(m.matches(labels.name) for m in names) for labels in base.labels], bool)
    infos = _info_series(node, base, plain, (*names, *wanted), run)
    return _enriched(base, plain, infos, wanted)


def info_matchers(node: Info) -> Matchers:
    """Return what selects the info series, before they are narrowed to those of the vector."""
    names, wanted = _divided(node)
    return (*names, *wanted)


def _divided(node: Info) -> tuple[Matchers, Matchers]:
    """Return the matchers of info metrics' names, and those of their data labels."""
    names = tuple(m for m in node.matchers if m.name == METRIC_NAME)
    return _name_matchers(names), tuple(m for m in node.matchers if m.name != METRIC_NAME)


def _name_matchers(matchers: Matchers) -> Matchers:
    if any(m.op in (MatchOp.EQUAL, MatchOp.REGEX) for m in matchers):
        return matchers
    if matchers:
        return (Matcher(METRIC_NAME, MatchOp.REGEX, ".+_info"), *matchers)
    return _TARGET_INFO


def _info_series(node: Info, base: Block, plain: Mask, matchers: Matchers, run: Run) -> Block:
    """Return the info series that share a value with the vector; their values are sample times."""
    values: dict[str, set[str]] = defaultdict(set)
    for row in np.flatnonzero(~plain).tolist():
        for name in _IDENTIFYING:
            if value := as_dict(base.labels[row]).get(name):
                values[name].add(value)
    if not values:
        return Block.empty(base.steps)
    lookback = run.options.lookback.ms
    times = _data_times(node.inner, node.steps.times)
    samples = run.source.select(matchers, int(times.min()) - lookback + 1, int(times.max()))
    keep = [
        row
        for row, labels in enumerate(samples.labels)
        if all(as_dict(labels).get(name, "") in found for name, found in values.items())
    ]
    chosen = take(samples, np.array(keep, np.int64))
    block = newest(stamped(chosen), times, lookback)
    if (block.present & ~block.floats).any():
        row = int((block.present & ~block.floats).any(axis=1).argmax())
        raise EvaluationError(
            f"this should be an info metric, with float samples: {block.labels[row]}"
        )
    return block


def _data_times(node: Node, times: Times) -> Times:
    """Return from when the first selector of a plan takes its samples at each time."""
    match node:
        case Select(_, selection) | RangeCall(_, _, Window(_, selection)):
            return _shifted(times, selection.at, selection.offset)
        case RangeCall(_, _, Subquery(_, inner, offset, at)):
            return _data_times(inner, _shifted(times, at, offset))
    for child in inputs(node):
        return _data_times(child, times)
    return times


def _shifted(times: Times, at: int | None, offset: int) -> Times:
    return (times if at is None else np.full_like(times, at)) - offset


def _key(labels: Labels) -> tuple[str, ...]:
    values = as_dict(labels)
    return tuple(values.get(name, "") for name in _IDENTIFYING)


def _enriched(base: Block, plain: Mask, infos: Block, wanted: Matchers) -> Block:
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, labels in enumerate(infos.labels):
        by_key[_key(labels)].append(row)
    demanding = not all(matcher.matches("") for matcher in wanted)
    chosen_names = {matcher.name for matcher in wanted}
    _refuse_rivals(infos, by_key)
    rows: dict[tuple[Labels, bool], int] = {}
    cells: list[tuple[int, int, int]] = []
    for row, labels in enumerate(base.labels):
        for step in np.flatnonzero(base.present[row]).tolist():
            new: Labels | None = labels
            if not plain[row]:
                new = _at_step(labels, infos, by_key[_key(labels)], step, chosen_names, demanding)
            if new is not None:
                key = new, bool(base.late[row])
                cells.append((rows.setdefault(key, len(rows)), row, step))
    shape = len(rows), base.steps
    values, present = np.zeros(shape), np.zeros(shape, bool)
    histograms = None if base.histograms is None else np.full(shape, None, object)
    for target, row, step in cells:
        if present[target, step]:
            raise EvaluationError(SAME_LABELSET)
        present[target, step], values[target, step] = True, base.values[row, step]
        if histograms is not None and base.histograms is not None:
            histograms[target, step] = base.histograms[row, step]
    nameless = np.array([late for _, late in rows], bool)
    return Block(
        tuple(labels for labels, _ in rows),
        values,
        present,
        histograms,
        None if base.nameless is None else nameless,
        base.annotations,
    )


def _newest_of_each_name(infos: Block, rows: list[int], step: int) -> dict[str, int]:
    newest_row: dict[str, int] = {}
    for row in rows:
        if infos.present[row, step]:
            name = infos.labels[row].name
            known = newest_row.get(name)
            if known is None or infos.values[row, step] > infos.values[known, step]:
                newest_row[name] = row
    return newest_row


def _refuse_rivals(infos: Block, by_key: dict[tuple[str, ...], list[int]]) -> None:
    for rows in by_key.values():
        for step in range(infos.steps) if len(rows) > 1 else ():
            best = _newest_of_each_name(infos, rows, step)
            for row in rows:
                rival = best.get(infos.labels[row].name, row)
                if row == rival or not infos.present[row, step]:
                    continue
                if infos.values[row, step] == infos.values[rival, step]:
                    time = int(infos.values[row, step] * 1000)
                    first, second = sorted((row, rival))
                    raise EvaluationError(
                        "found duplicate series for info metric: existing "
                        f"{_text(infos.labels[first])} @ {time}, "
                        f"new {_text(infos.labels[second])} @ {time}"
                    )


def _text(labels: Labels) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels.pairs) + "}"


def _at_step(
    labels: Labels,
    infos: Block,
    rows: list[int],
    step: int,
    chosen: set[str],
    demanding: bool,
) -> Labels | None:
    own = as_dict(labels)
    added: dict[str, str] = {}
    matching = _newest_of_each_name(infos, rows, step)
    for row in matching.values():
        for name, value in infos.labels[row].pairs:
            if name == METRIC_NAME or (chosen and name not in chosen):
                continue
            if added.get(name, value) != value:
                raise EvaluationError(f"conflicting label: {name}")
            if name not in own:
                added[name] = value
    if not matching and demanding:
        return None
    return labels.with_(added) if added else labels
