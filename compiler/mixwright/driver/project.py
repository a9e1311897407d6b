"""What every job starts from: the mixins of a project, an opened recording, progress told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.uids import keep_uids
from mixwright.errors import DefinitionError, MixwrightError
from mixwright.loader import load
from mixwright.model import Mixin
from mixwright.passes import compile_mixin, compile_mixins, home

if TYPE_CHECKING:
    from mixwright.recordings import Damage, Location, Recording


Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Report no progress."""


def resolved(root: Path, names: Sequence[str] = ()) -> tuple[Mixin, ...]:
    """Load a project's mixins and run the passes; what is unique in a project is checked across them.

    Dashboards keep the uids under which `out/` has them. Raises `DefinitionError` or `MixwrightError`
    with one clear line.
    """
    return compiled(root, load(root, names))


def compiled(root: Path, written: Sequence[Mixin]) -> tuple[Mixin, ...]:
    """Run the passes on some or all mixins of a project as they were loaded."""
    _check_requirements(root, written)
    known = {mixin.name for mixin in written}
    # Others are needed for what leads to them.
    others = load(root) if set(_targets(written)) - known else ()
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
    own = any(one.name == home.NAME for one in every)
    # A part of a project leads to the same home as the whole.
    own = own or (root / "mixins" / f"{home.NAME}.py").is_file()
    return mixins if own else home.homeward(mixins)


def home_of(written: Sequence[Mixin], mixins: Sequence[Mixin]) -> Mixin | None:
    """Return the home dashboard of a project as a mixin: of all mixins as loaded and as compiled.

    A project may have a mixin `home` of its own instead.
    """
    shown = [mixin for mixin in mixins if mixin.dashboards]
    if not shown or any(mixin.name == home.NAME for mixin in mixins):
        return None
    summaries = compile_mixins(home.summaries([one for one in written if one.dashboards]))
    return home.led(compile_mixin(home.home(shown, summaries)), shown)


def _check_requirements(root: Path, written: Sequence[Mixin]) -> None:
    """Raise `DefinitionError` for a mixin that another one requires, and that is not there as required."""
    found = {mixin.name: mixin for mixin in written}
    for mixin in written:
        for wanted in mixin.requires:
            if wanted.name not in found:
                try:
                    (found[wanted.name],) = load(root, (wanted.name,))
                except MixwrightError as error:
                    text = f"mixin `{mixin.name}` requires `{wanted}`: {error}"
                    raise DefinitionError(text, mixin.origin) from error
            if not wanted.admits(version := found[wanted.name].version):
                raise DefinitionError(
                    f"mixin `{mixin.name}` requires `{wanted}`, and `{wanted.name}` is {version}; "
                    "install another version, or widen the range",
                    mixin.origin,
                )


def _targets(mixins: Sequence[Mixin]) -> Iterator[str]:
    """Yield the mixins that drill-downs lead to, or the uids of dashboards."""
    for mixin in mixins:
        for dashboard in mixin.all_dashboards():
            ways = (way for panel in dashboard.all_panels() for way in panel.drill_downs)
            yield from (way.to.partition("/")[0] for way in (*dashboard.drill_downs, *ways))


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


def opened(
    recording: Location,
    damage: Damage | None = None,
    *,
    start: int | None = None,
    end: int | None = None,
) -> Recording:
    """Open files, or a server for [start, end] (ms); a `RecordingError` when that cannot be read.

    Damage to files is an error unless it is salvaged.
    """
    from mixwright.recordings import open_recording

    return open_recording(recording, damage, start=start, end=end)
