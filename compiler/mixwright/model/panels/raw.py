"""Panels that no class here can say: as grafanalib or Grafana has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import attrs

from mixwright.model.panels.look import Look


@attrs.frozen
class Raw(Look):
    """The JSON of a panel, or a grafanalib panel, as it is, and why; place and number are the layout's."""

    kind: ClassVar[str] = "raw"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "nothing"

    panel: Mapping[str, Any] | Any = attrs.field(default=None, hash=False)
    reason: str = attrs.field(default="", kw_only=True)
