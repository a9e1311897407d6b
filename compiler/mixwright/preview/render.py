"""Dashboards drawn from a recording: evaluated, made into pages, put in place of the folder that was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Final

import attrs

from mixwright.engine import Options
from mixwright.errors import MixwrightError, RecordingError
from mixwright.folders import put_folder
from mixwright.frame import Source
from mixwright.model import Mixin
from mixwright.preview.choices import find_choices
from mixwright.preview.drawing import Drawn, draw_dashboard, scenes
from mixwright.preview.evaluation import evaluate_queries, steps_for
from mixwright.preview.index import index_page
from mixwright.preview.page import page_height, pages, time_range
from mixwright.preview.recorded import with_alerts, with_recorded
from mixwright.preview.result import Episode, PreviewResult

MOST_CHOICES: Final = 24
"""How many combinations of a dashboard's variables are drawn; the page names the others."""

_SCRIPTS: Final = ("core.js", "units.js", "chart.js", "panels.js")
_LAST_SCRIPT: Final = "page.js"


def render(
    mixins: Sequence[Mixin],
    source: Source,
    directory: Path,
    *,
    start: int,
    end: int,
    episodes: Sequence[Episode] = (),
    memory: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> PreviewResult:
    """Draw every dashboard of resolved mixins from `source` over [start, end] (ms) as pages in `directory`.

    The pages need neither Grafana nor a network: they open from the file system. `episodes` are
    drawn behind the panels that show their alert. The folder takes its place only when it is
    complete. Raises `MixwrightError` when `directory` holds anything but an earlier preview, or when
    the range holds no samples.
    """
    _check_replaceable(directory)
    _check_range(source, start, end)
    report = progress or (lambda _what, _done, _of: None)
    steps = steps_for(source, start, end)
    total = sum(1 for mixin in mixins for _ in mixin.all_dashboards())
    report("dashboards", 0, total)
    options = Options(memory=memory)
    recorded = with_alerts(episodes, with_recorded(mixins, source, end, options), end)
    by_mixin = {
        mixin.name: tuple(
            scenes(mixin, lambda d: find_choices(d, recorded, start, end, at_most=MOST_CHOICES))
        )
        for mixin in mixins
    }
    everywhere = {scene.dashboard.uid: scene for own in by_mixin.values() for scene in own}
    files: dict[str, bytes] = dict(_assets())
    drawn: list[Drawn] = []
    for own in by_mixin.values():
        queries = (query for scene in own for query in scene.queries())
        answers = evaluate_queries(queries, recorded, steps, end, options)
        for scene in own:
            one = draw_dashboard(scene, everywhere, answers, steps, end, episodes)
            files |= pages(one, everywhere, steps, (start, end))
            drawn.append(attrs.evolve(one, panels=()))
            report("dashboards", len(drawn), total)
    files["index.html"] = index_page(drawn, (start, end))
    put_folder(directory, files)
    return PreviewResult(
        index=directory / "index.html",
        pages=tuple(directory / one.scene.file for one in drawn),
        panels=sum(len(list(one.scene.dashboard.all_panels())) for one in drawn),
        problems=tuple(problem for one in drawn for problem in one.problems),
        heights=tuple(page_height(one) for one in drawn),
        dashboards=tuple(
            (
                one.scene.dashboard.title,
                tuple(panel.title for panel in one.scene.dashboard.all_panels()),
            )
            for one in drawn
        ),
    )


def _assets() -> Iterator[tuple[str, bytes]]:
    """Yield what all pages share: the style, our scripts as one file, and Plotly from its package."""
    own = resources.files("mixwright.preview").joinpath("assets")
    yield "assets/preview.css", own.joinpath("preview.css").read_bytes()
    kinds = sorted(own.joinpath("kinds").iterdir(), key=lambda script: script.name)
    scripts = [*(own.joinpath(name) for name in _SCRIPTS), *kinds, own.joinpath(_LAST_SCRIPT)]
    yield "assets/preview.js", b"\n".join(script.read_bytes() for script in scripts)
    plotly = resources.files("plotly").joinpath("package_data", "plotly.min.js")
    yield "assets/plotly.min.js", plotly.read_bytes()


def _check_range(source: Source, start: int, end: int) -> None:
    """Refuse a range without samples: every page would be empty."""
    span = source.span()
    if span is None:
        raise RecordingError("the recording has no samples; there is nothing to draw")
    if end < start:
        raise MixwrightError(f"the range ends before it starts: {time_range((start, end))}")
    if end < span[0] or span[1] < start:
        raise RecordingError(
            f"the recording has no samples in {time_range((start, end))}; it holds {time_range(span)}"
        )


def _check_replaceable(directory: Path) -> None:
    """Refuse to replace a folder with anything in it that is not an earlier preview."""
    if directory.is_dir() and any(directory.iterdir()):
        if not (directory / "assets" / "preview.js").is_file():
            raise MixwrightError(
                f"`{directory}` holds other files; a preview replaces its folder, name a new or empty one"
            )
    elif directory.exists() and not directory.is_dir():
        raise MixwrightError(f"`{directory}` is a file; name a folder for the preview")
