"""Matchers put to many label values at once, each distinct value once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixwright.frame import Mask
from mixwright.values import Matcher, MatchOp, anchored_regex


def satisfying(matcher: Matcher, values: Sequence[str]) -> Mask:
    """Tell which of `values` satisfy `matcher`; shape (values,)."""
    match matcher.op:
        case MatchOp.EQUAL:
            found = (value == matcher.value for value in values)
        case MatchOp.NOT_EQUAL:
            found = (value != matcher.value for value in values)
        case MatchOp.REGEX:
            fullmatch = anchored_regex(matcher.value).fullmatch
            found = (fullmatch(value) is not None for value in values)
        case MatchOp.NOT_REGEX:
            fullmatch = anchored_regex(matcher.value).fullmatch
            found = (fullmatch(value) is None for value in values)
    return np.fromiter(found, np.bool_, len(values))
