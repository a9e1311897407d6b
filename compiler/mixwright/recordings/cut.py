"""A part of any recording, small enough to be given to somebody."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright.frame import Samples
from mixwright.frame.slicing import joined, share_clocks
from mixwright.recordings.memory import in_order
from mixwright.recordings.recording import Recording
from mixwright.values import Matcher


def cut(
    recording: Recording,
    selectors: Sequence[Sequence[Matcher]] = ((),),
    *,
    start: int | None = None,
    end: int | None = None,
) -> Samples:
    """Return the series that satisfy any of `selectors`, with samples in [start, end] (ms).

    A selector is a list of matchers that must all hold; without selectors everything is taken,
    without times all of the recording.
    """
    first, last = recording.span() or (0, 0)
    first, last = first if start is None else start, last if end is None else end
    parts = [recording.select(matchers, first, last) for matchers in selectors]
    return parts[0] if len(parts) == 1 else share_clocks(in_order(joined(parts)))
