"""The module that makes a mixin of imported dashboards and rules."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright.importers.dashboards import imported_names
from mixwright.importers.source import Call, Name, written


def mixin_module(name: str, dashboards: Sequence[str], *, rules: bool) -> str:
    """Return the source of `mixins/<name>.py`; `dashboards` are the modules of roots in `dashboards/<name>/`."""
    folder = name.replace("-", "_")
    imports = [imported_names(f"dashboards.{folder}", sorted(dashboards))] if dashboards else []
    if rules:
        imports.append(f"from rules.{folder} import RULES")
    body = Call(
        "Mixin",
        name,
        version="0.1.0",
        dashboards=tuple(Name(f"{module}.DASHBOARD") for module in dashboards) or None,
        rules=Name("RULES") if rules else None,
    )
    return "\n".join(
        [
            f'"""{name}: imported; review it, and put dashboards below each other with `children=`."""',
            "",
            "from __future__ import annotations",
            "",
            "from mixwright import Mixin",
            "",
            *imports,
            "",
            written(body, before="MIXIN = "),
            "",
        ]
    )
