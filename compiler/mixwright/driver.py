"""The stages put together: load → passes → lint → emit, and load → passes → replay → score.

Everything heavy is imported where it is needed, so that compiling and linting start at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.errors import DefinitionError, EvaluationError, MixwrightError, RecordingError
from mixwright.folders import put_folder
from mixwright.loader import load
from mixwright.model import Mixin
from mixwright.passes import compile_mixin
from mixwright.values import Duration, search_regex, utc

if TYPE_CHECKING:
    from mixwright.backtest import Backtest
    from mixwright.lint import Finding
    from mixwright.preview import PreviewResult
    from mixwright.recordings import Recording, RecordingInfo
    from mixwright.report.query import Answer, Kind
    from mixwright.ruletest import FileResult

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Report no progress."""


def resolved(root: Path, names: Sequence[str] = ()) -> tuple[Mixin, ...]:
    """Load a project's mixins and run the passes; what is unique in a project is checked across them.

    Raises `DefinitionError` or `MixwrightError` with one clear line.
    """
    mixins = tuple(compile_mixin(mixin) for mixin in load(root, names))
    owner: dict[str, Mixin] = {}
    for mixin in mixins:
        for dashboard in mixin.all_dashboards():
            first = owner.setdefault(dashboard.uid, mixin)
            if first is not mixin:
                raise DefinitionError(
                    f"dashboard uid `{dashboard.uid}` belongs to mixin `{first.name}` and to "
                    f"`{mixin.name}`; give one of them another `uid=`",
                    dashboard.origin,
                )
    return mixins


def init(directory: Path) -> tuple[str, ...]:
    """Lay out a user's own repository; return the files written."""
    from mixwright.scaffold import lay_out

    return lay_out(directory)


@attrs.frozen
class Compiled:
    """What compiling did to one folder of the output directory, or with `check` would have done."""

    folder: str
    version: str
    files: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether the output was what the definitions say."""
        return not (self.changed or self.removed)


def compile_project(
    root: Path, out: Path, names: Sequence[str] = (), *, check: bool = False
) -> tuple[Compiled, ...]:
    """Compile mixins into `out/<mixin>/`, or with `check` only tell what differs.

    Nothing is written unless all mixins compile. Each folder is built beside the old one and then
    takes its place. Folders of mixins that a whole-project compile no longer has are removed.
    """
    from mixwright.backends import emit
    from mixwright.backends.provisioning import provisioning

    mixins = resolved(root, names)
    folders = {mixin.name: (mixin.version, emit(mixin)) for mixin in mixins}
    results = []
    for name, (version, artifacts) in folders.items():
        files = {artifact.path: artifact.content for artifact in artifacts}
        results.append(_put(out / name, version, files, check=check))
    shared = {a.path.removeprefix("provisioning/"): a.content for a in provisioning(mixins)}
    if names:
        shared = _files_below(out / "provisioning") | shared
    results.append(_put(out / "provisioning", "", shared, check=check))
    if not names:
        gone = (path.parent for path in sorted(out.glob("*/manifest.json")))
        results += [_put(f, "", {}, check=check) for f in gone if f.name not in folders]
    return tuple(results)


def _put(folder: Path, version: str, files: dict[str, bytes], *, check: bool) -> Compiled:
    """Make `folder` hold exactly `files`, or with `check` only tell what would change."""
    before = _files_below(folder)
    changed = sorted(path for path, content in files.items() if before.get(path) != content)
    removed = sorted(before.keys() - files.keys())
    if not check and (changed or removed):
        put_folder(folder, files)
    return Compiled(folder.name, version, len(files), tuple(changed), tuple(removed))


def _files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def lint_project(root: Path, names: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return what the checks find in a project's mixins, or in those called `names`.

    The whole project is looked at all the same: what one mixin records, another may read.
    """
    from mixwright.lint import lint

    asked = resolved(root, names)
    project = resolved(root) if names and (root / "mixins").is_dir() else ()
    wanted = {mixin.name for mixin in asked}
    others = tuple(mixin for mixin in project if mixin.name not in wanted)
    return tuple(finding for finding in lint((*asked, *others)) if finding.mixin in wanted)


def test_rules(
    files: Sequence[Path],
    *,
    run: Sequence[str],
    promtool_compat: bool,
    ignore_unknown_fields: bool,
) -> tuple[FileResult, ...]:
    """Run rule test files, or of their tests those whose names match any of the expressions `run`.

    With `promtool_compat`, what cannot fail passes; with `ignore_unknown_fields`, rule files may have
    fields that Prometheus does not know.
    Raises `MixwrightError` when no test at all has such a name, unless `promtool_compat`.
    """
    from mixwright.ruletest import run_files

    pattern = search_regex("|".join(run))
    results = tuple(
        run_files(
            files,
            selected=lambda name: pattern.search(name) is not None,
            compat=promtool_compat,
            ignoring=ignore_unknown_fields,
        )
    )
    if run and not promtool_compat and not any(r.tests or r.unreadable for r in results):
        raise MixwrightError(f"`{'|'.join(run)}` matches the name of no test")
    return results


@attrs.frozen
class Backtested:
    """A backtest, and what it was run on; `notes` say what of the recording was lost or left unread."""

    mixins: tuple[Mixin, ...]
    result: Backtest
    notes: tuple[str, ...]


def backtest_project(
    root: Path,
    recording: Path,
    names: Sequence[str] = (),
    *,
    incidents: Path | None = None,
    start: int | None = None,
    end: int | None = None,
    interval: Duration = Duration(60_000),
    progress: Progress = silent,
) -> Backtested:
    """Replay mixins over a recording and score them against its incidents.

    Without `incidents`, a file `incidents.yaml` in or beside the recording is used when there is one.
    """
    from mixwright.backtest import backtest, read_incidents

    mixins = resolved(root, names)
    truth = incidents or find_incidents(recording)
    with _opened(recording) as source:
        result = backtest(
            mixins,
            source,
            incidents=() if truth is None else read_incidents(truth),
            start=start,
            end=end,
            interval=interval,
            progress=progress,
        )
        return Backtested(mixins, result, source.info.notes)


def find_incidents(recording: Path) -> Path | None:
    """Return the incidents file that lies in or beside a recording, if any."""
    places = (recording / "incidents.yaml", recording.parent / "incidents.yaml")
    return next((place for place in places if place.is_file()), None)


def record(
    source: Path,
    out: Path,
    *,
    selectors: Sequence[str] = (),
    start: int | None = None,
    end: int | None = None,
    provenance: str = "",
) -> RecordingInfo:
    """Copy the series that any of `selectors` asks for, or all, from [start, end] (ms) into a store."""
    from mixwright.promql import Selector, parse
    from mixwright.recordings.cut import cut
    from mixwright.recordings.store import write_store

    conditions = []
    for text in selectors:
        expr = parse(text)
        if not isinstance(expr, Selector):
            raise MixwrightError(f'`{text}` must be a selector such as `{{job="node"}}`')
        conditions.append(expr.conditions)
    with _opened(source) as recording:
        samples = cut(recording, conditions or ((),), start=start, end=end)
        if not len(samples):
            raise RecordingError(f"`{source}` has no samples of what was asked for")
        write_store(
            out,
            samples,
            provenance=provenance or recording.info.provenance,
            metadata=recording.info.metadata,
        )
        notes = recording.info.notes
    with _opened(out) as written:
        return attrs.evolve(written.info, notes=(*notes, *written.info.notes))


def query(
    recording: Path, expression: str, *, start: int | None, end: int | None, step: int
) -> Answer:
    """Evaluate one expression: at `start` when `end` is `None`, else over the range; times in ms.

    Without `start`, at the recording's last sample.
    """
    from mixwright.engine import evaluate, evaluate_range_vector
    from mixwright.frame import Steps
    from mixwright.promql import String, ValueType, parse, type_of
    from mixwright.report.query import Answer

    expr = parse(expression)
    with _opened(recording) as source:
        time, end = _covered(recording, source.span(), start, end)
        instant = end is None
        match type_of(expr):
            case ValueType.STRING if instant and isinstance(expr, String):
                return Answer("string", text=expr.value, time=time)
            case ValueType.MATRIX if instant:
                return Answer.of("matrix", evaluate_range_vector(expr, source, time))
            case ValueType.SCALAR if instant:
                kind: Kind = "scalar"
            case _:
                kind = "vector" if instant else "matrix"
        steps = Steps.instant(time) if end is None else Steps(time, end, step)
        (matrix,) = evaluate((expr,), source, steps)
    if matrix.histograms is not None and any(h is not None for h in matrix.histograms.flat):
        raise EvaluationError(
            f"`{expr}` yields native histograms, which are not shown yet; "
            "take a number of them, such as `histogram_count()`"
        )
    return Answer.of(kind, matrix)


def _covered(
    recording: Path, span: tuple[int, int] | None, start: int | None, end: int | None
) -> tuple[int, int | None]:
    """Return the times asked for, the last sample by default; refuse what the recording does not cover."""
    if span is None:
        raise RecordingError(f"`{recording}` has no samples")
    time = span[1] if start is None else start
    last = time if end is None else end
    if last < time:
        raise MixwrightError(f"the range ends before it starts: {utc(time)} … {utc(last)}")
    if last < span[0] or time > span[1] + Duration.parse("5m").ms:
        raise RecordingError(
            f"`{recording}` has samples from {utc(span[0])} to {utc(span[1])}, "
            f"none of which is seen from {utc(time)} to {utc(last)}"
        )
    return time, end


def preview_project(
    root: Path,
    recording: Path,
    directory: Path,
    names: Sequence[str] = (),
    *,
    backtested: Backtested | None = None,
    start: int | None = None,
    end: int | None = None,
    progress: Progress = silent,
) -> PreviewResult:
    """Draw every dashboard from a recording as HTML pages below `directory`.

    With a backtest of the same recording, alerts' episodes are drawn on the panels that show them.
    """
    from mixwright.preview import render

    mixins = resolved(root, names) if backtested is None else backtested.mixins
    with _opened(recording) as source:
        span = source.span()
        if span is None:
            raise RecordingError(f"`{recording}` has no samples")
        return render(
            mixins,
            source,
            directory,
            start=span[0] if start is None else start,
            end=span[1] if end is None else end,
            episodes=() if backtested is None else backtested.result.episodes,
            progress=progress,
        )


@attrs.frozen
class Report:
    """Where a report was written."""

    index: Path
    dashboards: Path


def report(
    backtested: Backtested, recording: Path, folder: Path, progress: Progress = silent
) -> Report:
    """Write the HTML report of a backtest into `folder`, and below it every dashboard as it looked."""
    from mixwright.report import html

    index = html.write(backtested.result, folder, previews="dashboards")
    dashboards = folder / "dashboards"
    preview_project(Path(), recording, dashboards, backtested=backtested, progress=progress)
    return Report(index, dashboards / "index.html")


def _opened(recording: Path) -> Recording:
    from mixwright.recordings import open_recording

    return open_recording(recording)
