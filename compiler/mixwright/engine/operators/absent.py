"""The labels that `absent` and `absent_over_time` can tell from a selector."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp


def absent_labels(matchers: Sequence[Matcher]) -> Labels:
    """Return what equality matchers say once (`createLabelsForAbsentFunction`)."""
    known: dict[str, str] = {}
    seen: set[str] = set()
    for matcher in matchers:
        if matcher.name == METRIC_NAME:
            continue
        if matcher.op is MatchOp.EQUAL and matcher.name not in seen:
            known[matcher.name] = matcher.value
            seen.add(matcher.name)
        else:
            known.pop(matcher.name, None)
    return Labels(known)
