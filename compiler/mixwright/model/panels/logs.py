"""Lines of logs."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look


@attrs.frozen
class Logs(Look):
    """What programs wrote, the latest first."""

    kind: ClassVar[str] = "logs"
    height: ClassVar[int] = 10
    columns: ClassVar[int] = 24

    time: bool = checked.flag(True)
    labels: bool = checked.flag()
    common_labels: bool = checked.flag()
    wrap: bool = checked.flag(True)
    pretty: bool = checked.flag()
    details: bool = checked.flag(True)
    duplicates: Literal["show", "exact", "numbers", "signature"] = checked.choice(
        "show", "exact", "numbers", "signature"
    )
    order: Literal["descending", "ascending"] = checked.choice("descending", "ascending")
