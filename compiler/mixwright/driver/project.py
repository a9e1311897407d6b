"""What every job starts from: the mixins of a project, an opened recording, progress told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.uids import keep_uids
from mixwright.errors import DefinitionError, MixwrightError
from mixwright.loader import load
from mixwright.model import Mixin
from mixwright.passes import compile_mixin, compile_mixins, home

if TYPE_CHECKING:
    from mixwright.recordings import Recording


Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Report no progress."""


def resolved(root: Path, names: Sequence[str] = ()) -> tuple[Mixin, ...]:
    """Load a project's mixins and run the passes; what is unique in a project is checked across them.

    Dashboards keep the uids under which `out/` has them. Raises `DefinitionError` or `MixwrightError`
    with one clear line.
    """
    written = load(root, names)
    # Others are needed for what leads to them.
    others = () if not names or not any(map(_leads_away, written)) else load(root)
    known = {mixin.name for mixin in written}
    together = (*written, *(one for one in others if one.name not in known))
    every = compile_mixins([keep_uids(one, root / "out" / one.name) for one in together])
    owner: dict[str, Mixin] = {}
    for mixin in every:
        for dashboard in mixin.all_dashboards():
            first = owner.setdefault(dashboard.uid, mixin)
            if first is not mixin:
                raise DefinitionError(
                    f"dashboard uid `{dashboard.uid}` belongs to mixin `{first.name}` and to "
                    f"`{mixin.name}`; give one of them another `uid=`",
                    dashboard.origin,
                )
    mixins = every[: len(written)]
    return mixins if any(one.name == home.NAME for one in every) else home.homeward(mixins)


def home_of(root: Path, mixins: Sequence[Mixin]) -> Mixin | None:
    """Return the home dashboard of a project as a mixin; a project may have a mixin `home` of its own instead."""
    written = [mixin for mixin in load(root) if mixin.dashboards]
    if not written or any(mixin.name == home.NAME for mixin in written):
        return None
    shown = [mixin for mixin in mixins if mixin.dashboards]
    summaries = compile_mixins(home.summaries(written))
    return home.led(compile_mixin(home.home(shown, summaries)), shown)


def _leads_away(mixin: Mixin) -> bool:
    return any(
        dashboard.drill_downs or any(panel.drill_downs for panel in dashboard.all_panels())
        for dashboard in mixin.all_dashboards()
    )


def outputs(root: Path) -> tuple[str, ...]:
    """Return the formats that a project asks for beside the usual ones: `outputs` of `[tool.mixwright]`."""
    file = root / "pyproject.toml"
    if not file.is_file():
        return ()
    try:
        settings = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("mixwright", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MixwrightError(f"`{file}` is not TOML: {error}") from None
    found = settings.get("outputs", []) if isinstance(settings, dict) else []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise MixwrightError(f'`outputs` in `{file}` must be a list of names, `["configmap"]`')
    return tuple(dict.fromkeys(found))


def opened(recording: Path) -> Recording:
    """Open what lies at `recording`; a `RecordingError` when that cannot be read."""
    from mixwright.recordings import open_recording

    return open_recording(recording)
