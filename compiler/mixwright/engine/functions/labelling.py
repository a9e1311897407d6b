"""`label_replace`, `label_join`, and sorting by value or by label."""

from __future__ import annotations

import functools
import re
from typing import Any, Final

import attrs
import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.labels import as_dict
from mixwright.engine.logical import Call, Node
from mixwright.engine.run import Run
from mixwright.errors import EvaluationError, MixwrightError
from mixwright.values import METRIC_NAME, Labels, anchored_regex

_REFERENCE = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))")


def _vector(node: Call, run: Run) -> tuple[Block, list[str]]:
    vector, *texts = node.args
    assert isinstance(vector, Node)
    return run.block(vector), [text for text in texts if isinstance(text, str)]


def _check_name(name: str, role: str, function: str) -> None:
    if not name:
        raise EvaluationError(f"invalid {role} label name in {function}(): {name}")


def _label_replace(node: Call, run: Run) -> Block:
    vector, (target, replacement, source, pattern) = _vector(node, run)
    try:
        regex = anchored_regex(pattern)
    except MixwrightError:
        raise EvaluationError(f"invalid regular expression in label_replace(): {pattern}") from None
    _check_name(target, "destination", node.function)

    def relabel(labels: Labels) -> Labels:
        found = regex.fullmatch(as_dict(labels).get(source, ""))
        if found is None:
            return labels
        return labels.with_({target: _expanded(replacement, found)})

    return _renamed(vector, vector.relabelled(relabel), target)


def _expanded(template: str, found: Any) -> str:
    """Fill `$1`, `${1}`, `$name` and `$$` as Go's `Regexp.Expand` does; unknown groups are empty."""
    groups = {**{str(n): g for n, g in enumerate((found.group(0), *found.groups()))}}
    groups.update(found.groupdict())

    def value(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        return groups.get(reference[2] or reference[3]) or ""

    return _REFERENCE.sub(value, template)


def _label_join(node: Call, run: Run) -> Block:
    vector, (target, separator, *sources) = _vector(node, run)
    for source in sources:
        _check_name(source, "source", node.function)
    _check_name(target, "destination", node.function)

    def relabel(labels: Labels) -> Labels:
        values = as_dict(labels)
        return labels.with_({target: separator.join(values.get(name, "") for name in sources)})

    return _renamed(vector, vector.relabelled(relabel), target)


def _renamed(before: Block, after: Block, target: str) -> Block:
    """A label set that got a name on purpose keeps it."""
    if target == METRIC_NAME and before.nameless is not None:
        changed = [a != b for a, b in zip(before.labels, after.labels, strict=True)]
        after = attrs.evolve(after, nameless=before.nameless & ~np.array(changed, bool))
    return after.merged()


def _by_value(node: Call, run: Run) -> Block:
    vector, _ = _vector(node, run)
    floats = attrs.evolve(vector, present=vector.floats, histograms=None).compact()
    if floats.steps > 1:
        return floats
    values = floats.values[:, 0]
    keys = -values if node.function == "sort_desc" else values
    # NaN comes last in both directions.
    return floats.take(np.argsort(keys, kind="stable"))


def _by_label(node: Call, run: Run) -> Block:
    vector, names = _vector(node, run)

    def compare(a: int, b: int) -> int:
        left, right = vector.labels[a], vector.labels[b]
        for name in names:
            one, other = left.get(name, ""), right.get(name, "")
            if one != other:
                return -1 if _naturally_less(one, other) else 1
        return -1 if left < right else 1

    order = sorted(range(len(vector)), key=functools.cmp_to_key(compare))
    if node.function.endswith("desc"):
        order.reverse()
    return vector.take(np.array(order, np.int64))


_CHUNKS = re.compile(r"(\d+|\D+)")


def _naturally_less(left: str, right: str) -> bool:
    """Compare with numbers by value (`natsort.Compare`)."""
    chunks_left, chunks_right = _CHUNKS.findall(left), _CHUNKS.findall(right)
    for one, other in zip(chunks_left, chunks_right, strict=False):
        if one == other:
            continue
        if one.isdigit() and other.isdigit():
            if int(one) == int(other):
                return len(one) < len(other)
            return int(one) < int(other)
        return bool(one < other)
    return len(chunks_left) < len(chunks_right)


VECTORS: Final[dict[str, VectorFunction]] = {
    "label_join": _label_join,
    "label_replace": _label_replace,
    "sort": _by_value,
    "sort_desc": _by_value,
    "sort_by_label": _by_label,
    "sort_by_label_desc": _by_label,
}
