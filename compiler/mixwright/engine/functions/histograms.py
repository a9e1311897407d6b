"""`histogram_quantile`, `histogram_quantiles` and `histogram_fraction`, of classic and native histograms."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block, any_step, stacked
from mixwright.engine.functions import VectorFunction
from mixwright.engine.kernels import run_rows
from mixwright.engine.labels import as_dict, without
from mixwright.engine.logical import Call, Node
from mixwright.engine.run import Run
from mixwright.frame import Index, Mask, Values
from mixwright.gofloat import format_float
from mixwright.values import Labels

_LE: Final = frozenset({"le"})
_GO_NUMBER = re.compile(
    r"[+-]?(?:inf(?:inity)?|nan|0x[0-9a-f_]*\.?[0-9a-f_]*(?:p[+-]?\d+)?|[\d_]*\.?[\d_]*(?:e[+-]?\d+)?)",
    re.IGNORECASE,
)


@attrs.frozen(eq=False)
class _Classic:
    """Buckets grouped into histograms: their rows by rising bound, the bounds, and the labels."""

    labels: tuple[Labels, ...]
    rows: Index
    borders: Index
    uppers: Values
    nameless: Mask
    texts: tuple[str, ...]


def upper_bound(text: str) -> float | None:
    """Return a bucket's `le` as a number, or `None` when it is none."""
    if not _GO_NUMBER.fullmatch(text):
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _classic(vector: Block, run: Run) -> _Classic:
    groups: dict[Labels, list[tuple[float, int]]] = {}
    texts: list[str] = []
    floats = any_step(vector.floats)
    late = run.options.late_names
    for row, labels in enumerate(vector.labels):
        if not floats[row]:
            continue
        text = as_dict(labels).get("le", "")
        bound = upper_bound(text)
        if bound is None:
            texts.append(notices.bad_bucket(text, labels.name if late else ""))
            continue
        groups.setdefault(without(labels, _LE), []).append((bound, row))
    ordered = [sorted(buckets) for buckets in groups.values()]
    rows = np.array([row for buckets in ordered for _, row in buckets], np.int64)
    return _Classic(
        tuple(groups),
        rows,
        np.cumsum([0, *map(len, ordered)]).astype(np.int64),
        np.array([bound for buckets in ordered for bound, _ in buckets], np.float64),
        np.array([vector.late[buckets[0][1]] for buckets in ordered], bool),
        tuple(texts),
    )


def _evaluated(vector: Block, run: Run, one: Values, other: Values | None) -> Block:
    """Return quantiles `one`, or fractions between `one` and `other`, of all histograms."""
    from mixwright.engine.kernels import buckets

    classic = _classic(vector, run)
    shape = len(classic.labels), vector.steps
    out, seen, forced = np.zeros(shape), np.zeros(shape, bool), np.zeros(shape, bool)
    data = classic.rows, classic.borders, classic.uppers, vector.values, vector.floats
    scratch = np.empty((2, len(classic.rows)))
    cost = len(classic.rows) * vector.steps
    texts = list(classic.texts)
    if other is None:
        run_rows(buckets.quantiles, shape[0], cost, *data, one, scratch, out, seen, forced)
        for row in np.flatnonzero(forced.any(axis=1)):
            late = run.options.late_names
            texts.append(notices.forced_monotonicity(classic.labels[row].name if late else ""))
    else:
        run_rows(buckets.fractions, shape[0], cost, *data, one, other, scratch, out, seen)
    block = Block(classic.labels, out, seen)
    if vector.histograms is not None:
        from mixwright.engine.operators.histogram_functions import with_native

        block, more = with_native(vector, block, run, one, other)
        texts += more
    return block.annotated(texts)


def _named(block: Block, run: Run) -> Block:
    late = run.options.late_names
    block = block.compact().without_names(late)
    return block if late else block.merged()


def _histogram_quantile(node: Call, run: Run) -> Block:
    quantile, vector = _blocks(node, run)
    wanted = quantile.values[0]
    block = _evaluated(vector, run, wanted, None)
    return _named(block, run).annotated(
        (*quantile.annotations, *vector.annotations, *notices.odd_quantiles(wanted))
    )


def _histogram_fraction(node: Call, run: Run) -> Block:
    lower, upper, vector = _blocks(node, run)
    block = _evaluated(vector, run, lower.values[0], upper.values[0])
    texts = [text for part in (lower, upper, vector) for text in part.annotations]
    return _named(block, run).annotated(texts)


def _histogram_quantiles(node: Call, run: Run) -> Block:
    vector, *quantiles = _blocks(node, run)
    label = next(arg for arg in node.args if isinstance(arg, str))
    parts: list[Block] = []
    texts: list[str] = list(vector.annotations)
    for quantile in quantiles:
        wanted = quantile.values[0]
        texts += (*quantile.annotations, *notices.odd_quantiles(wanted))
        block = _named(_evaluated(vector, run, wanted, None), run)
        parts += _labelled(block, label, wanted)
    return stacked(parts).merged().annotated(texts)


def _labelled(block: Block, label: str, wanted: Values) -> Iterable[Block]:
    """Yield the block once per distinct quantile, with the quantile as a label."""
    for value in np.unique(wanted):
        here = np.isnan(wanted) if np.isnan(value) else wanted == value
        text = open_metrics_number(float(value))

        def relabel(labels: Labels, text: str = text) -> Labels:
            return labels.with_({label: text})

        yield attrs.evolve(block, present=block.present & here).relabelled(relabel)


def open_metrics_number(value: float) -> str:
    """Return a float as OpenMetrics writes it, with `.0` on whole ones."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = format_float(value)
    return text if "e" in text or "." in text else f"{text}.0"


def _blocks(node: Call, run: Run) -> list[Block]:
    return [run.block(arg) for arg in node.args if isinstance(arg, Node)]


VECTORS: Final[dict[str, VectorFunction]] = {
    "histogram_fraction": _histogram_fraction,
    "histogram_quantile": _histogram_quantile,
    "histogram_quantiles": _histogram_quantiles,
}
