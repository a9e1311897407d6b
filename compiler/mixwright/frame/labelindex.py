"""Which series of a set satisfy matchers: label values interned, each distinct value looked at once."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from mixwright.frame.columns import Index, Mask
from mixwright.values import Labels, Matcher, MatchOp, anchored_regex


@attrs.frozen(eq=False, slots=False)
class LabelIndex:
    """The labels of many series as numbers.

    Label `i` of all labels has the name `names[name_codes[i]]` and the value
    `values[value_codes[i]]`; those of series `s` are `starts[s]:starts[s + 1]`, sorted by name.
    """

    names: Sequence[str]
    values: Sequence[str]
    starts: Index
    name_codes: Index
    value_codes: Index
    _known: dict[int, Labels] = attrs.field(factory=dict, init=False)
    _pairs: dict[tuple[int, int], tuple[str, str]] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, series: Iterable[Labels]) -> LabelIndex:
        """Intern the labels of `series`."""
        names: dict[str, int] = {}
        values: dict[str, int] = {}
        sizes, codes = [0], []
        for labels in series:
            sizes.append(len(labels.pairs))
            for name, value in labels.pairs:
                codes.append(names.setdefault(name, len(names)))
                codes.append(values.setdefault(value, len(values)))
        table = np.array(codes, np.int64).reshape(-1, 2)
        return cls(tuple(names), tuple(values), np.cumsum(sizes), table[:, 0], table[:, 1])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def match(self, matchers: Sequence[Matcher]) -> Index:
        """Return the numbers of the series that satisfy all `matchers`, rising."""
        kept = np.ones(len(self), np.bool_)
        for matcher in matchers:
            satisfied = np.full(len(self), matcher.matches(""))
            series, codes = self._by_name.get(matcher.name, (_NONE, _NONE))
            distinct, inverse = np.unique(codes, return_inverse=True)
            found = satisfying(matcher, [self.values[code] for code in distinct.tolist()])
            satisfied[series] = found[inverse]
            kept &= satisfied
        return np.flatnonzero(kept)

    def labels(self, numbers: Index) -> tuple[Labels, ...]:
        """Return the labels of the series `numbers`."""
        return tuple(map(self._labels, numbers.tolist()))

    def _labels(self, number: int) -> Labels:
        labels = self._known.get(number)
        if labels is None:
            labels = self._known[number] = self._decode(number)
        return labels

    def _decode(self, number: int) -> Labels:
        first, last = self.starts[number : number + 2].tolist()
        found = []
        pairs = self._pairs
        names, values = self.name_codes[first:last].tolist(), self.value_codes[first:last].tolist()
        for key in zip(names, values, strict=True):
            pair = pairs.get(key)
            if pair is None:
                pair = pairs[key] = (self.names[key[0]], self.values[key[1]])
            found.append(pair)
        return Labels(found)

    @functools.cached_property
    def _by_name(self) -> dict[str, tuple[Index, Index]]:
        """Series and value codes of all labels of a name."""
        series = np.repeat(np.arange(len(self)), np.diff(self.starts))
        order = np.argsort(self.name_codes, kind="stable")
        edges = np.searchsorted(self.name_codes[order], np.arange(len(self.names) + 1)).tolist()
        return {
            name: (series[order[first:last]], self.value_codes[order[first:last]])
            for name, first, last in zip(self.names, edges, edges[1:], strict=False)
        }


_NONE = np.empty(0, np.int64)


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
