"""What a dashboard marks on all its charts: stretches of time in which an expression has a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from mixwright.frame import Matrix
from mixwright.model import Annotation
from mixwright.values import Labels

_PLACEHOLDER = re.compile(r"\{\{\s*(.+?)\s*\}\}")
_MOST: Final = 200


def marked(annotation: Annotation, answer: Matrix) -> Iterator[dict[str, Any]]:
    """Yield name, colour, text, start and end (ms) of each stretch; neighbouring steps are one."""
    times = answer.steps.times
    count = 0
    for labels, present in zip(answer.labels, answer.present, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], present.astype(int), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            count += 1
            if count > _MOST:
                return
            yield {
                "name": annotation.name,
                "color": annotation.color,
                "text": _text(annotation, labels),
                "start": int(times[start]),
                "end": int(times[end - 1]),
            }


def _text(annotation: Annotation, labels: Labels) -> str:
    words = _PLACEHOLDER.sub(lambda match: labels.get(match[1], ""), annotation.text)
    tags = (labels[tag] for tag in annotation.tags if tag in labels)
    return " ".join(part for part in (words, *tags) if part)
