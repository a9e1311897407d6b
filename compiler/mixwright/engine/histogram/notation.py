"""Histograms as test scripts write them: `schema:0 count:3 sum:4 buckets:[1 2] offset:1`.

Source: `buildHistogramFromMap` of Prometheus' `promql/parser/parse.go`.
"""

from __future__ import annotations

import re

from mixwright.frame.histogram import (
    CUSTOM_BUCKETS,
    Buckets,
    Histogram,
    HistogramError,
    ResetHint,
)

_FIELD = re.compile(r"\s*(\w+)\s*:\s*(\[[^\]]*\]|[^\s\[\]]+)")
_FIELDS = frozenset(
    {
        *("schema", "count", "sum", "z_bucket", "z_bucket_w", "buckets", "offset"),
        *("n_buckets", "n_offset", "counter_reset_hint", "custom_values"),
    }
)


def read_histogram(text: str) -> Histogram:
    """Read what stands between `{{` and `}}`; raises `HistogramError`."""
    fields: dict[str, str] = {}
    place = 0
    while text[place:].strip():
        found = _FIELD.match(text, place)
        if found is None or found[1] not in _FIELDS:
            raise HistogramError(f"`{text[place:].strip()}` is not a field of a histogram")
        if found[1] in fields:
            raise HistogramError(f"`{found[1]}` is given twice")
        fields[found[1]] = found[2]
        place = found.end()
    schema = _whole(fields.get("schema", "0"))
    if not (-4 <= schema <= 8 or schema == CUSTOM_BUCKETS):
        raise HistogramError(f"the schema {schema} must be -4 … 8, or {CUSTOM_BUCKETS}")
    try:
        hint = ResetHint(fields.get("counter_reset_hint", "unknown"))
    except ValueError:
        raise HistogramError(f"`{fields['counter_reset_hint']}` is not a reset hint") from None
    return Histogram(
        schema,
        _number(fields.get("count", "0")),
        _number(fields.get("sum", "0")),
        _number(fields.get("z_bucket_w", "0")),
        _number(fields.get("z_bucket", "0")),
        _buckets(fields, ""),
        _buckets(fields, "n_"),
        tuple(_numbers(fields.get("custom_values", "[]"))),
        hint,
    )


def _buckets(fields: dict[str, str], prefix: str) -> Buckets:
    first = _whole(fields.get(f"{prefix}offset", "0"))
    return dict(enumerate(_numbers(fields.get(f"{prefix}buckets", "[]")), first))


def _numbers(text: str) -> list[float]:
    return [_number(part) for part in text.strip("[]").split()]


def _whole(text: str) -> int:
    """Read a number of 32 bits."""
    try:
        number = int(text)
    except ValueError:
        number = 2**31
    if not -(2**31) <= number < 2**31:
        raise HistogramError(f"`{text:.40}` is not a whole number of 32 bits")
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise HistogramError(f"`{text}` is not a number") from None
