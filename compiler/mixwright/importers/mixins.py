"""The module that makes a mixin of imported dashboards and rules."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright.importers.source import Call, Name, written


def mixin_module(name: str, dashboards: Sequence[str], *, rules: bool) -> str:
    """Return the source of `mixins/<name>.py`; `dashboards` are modules of `dashboards/<name>/`."""
    folder = name.replace("-", "_")
    imports = []
    if dashboards:
        line = f"from dashboards.{folder} import {', '.join(sorted(dashboards))}"
        if len(line) > 100:
            listed = "".join(f"    {module},\n" for module in sorted(dashboards))
            line = f"from dashboards.{folder} import (\n{listed})"
        imports.append(line)
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
            f'"""{name}: imported; review it, and give the dashboards their hierarchy with `children=`."""',
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
