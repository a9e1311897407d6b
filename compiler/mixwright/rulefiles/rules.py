"""Rules as Prometheus takes them, without the conventions that this project's own definitions keep.

Any name goes, no label or annotation is demanded, and an empty label value, which removes a label,
is kept. What reads these needs no more than what Prometheus knows of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs

from mixwright.promql import Expr
from mixwright.values import Duration, Origin


@attrs.frozen(kw_only=True)
class ForeignRecording:
    """A recording rule of a rule file."""

    name: str
    expr: Expr
    labels: Mapping[str, str]
    origin: Origin


@attrs.frozen(kw_only=True)
class ForeignAlert:
    """An alerting rule of a rule file; `hold` is `for`, `keep_firing` is `keep_firing_for`."""

    name: str
    expr: Expr
    labels: Mapping[str, str]
    origin: Origin
    annotations: Mapping[str, str]
    hold: Duration
    keep_firing: Duration


ForeignRule: TypeAlias = ForeignAlert | ForeignRecording


@attrs.frozen(kw_only=True)
class ForeignGroup:
    """A rule group of a rule file; one without rules is legal."""

    name: str
    rules: tuple[ForeignRule, ...]
    interval: Duration | None
    query_offset: Duration | None
    limit: int
    labels: Mapping[str, str]
    origin: Origin
