"""Two versions → what differs between them, and what they would have done otherwise."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.backtest import find_incidents, telling_config
from mixwright.driver.project import Progress, opened, silent
from mixwright.errors import MixwrightError
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.backtest import Backtest
    from mixwright.backtest.changes import Behaviour, Version
    from mixwright.report.changes.words import Differing


FAILURES = ("undetected", "later", "noise", "links", "version")
"""What may make a check fail."""


def failures(found: Differing, wanted: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with a change, of the kinds that are `wanted`.

    Raises `MixwrightError` when a kind needs a recording and there was none.
    """
    behaviour = found.behaviour
    needy = [kind for kind in wanted if kind in ("undetected", "later", "noise")]
    if behaviour is None and needy:
        raise MixwrightError(f"`--fail-on {needy[0]}` needs a `--recording` with incidents")
    if behaviour is not None:
        if "undetected" in wanted:
            for incident in behaviour.undetected:
                yield f"`{incident.name}` is no longer told of"
        if "later" in wanted:
            for incident in behaviour.incidents:
                if (shift := incident.shift or 0) > 0:
                    yield f"`{incident.name}` is told of {Duration(shift)} later"
        old, new = behaviour.old.score.false_pages, behaviour.new.score.false_pages
        if "noise" in wanted and new > old:
            yield f"{new} false pages, there were {old}"
    if "links" in wanted:
        for change in found.changes:
            if change.kind == "link":
                yield f"`{change.name}` {change.text}"
    if "version" in wanted:
        for bump in found.bumps:
            if not bump.enough:
                yield f"mixin `{bump.unit}` is {bump.new}, its changes deserve {bump.deserved}"


def diff(
    root: Path,
    old: str,
    new: str,
    *,
    recording: Path | None = None,
    incidents: Path | None = None,
    alertmanager: Path | None = None,
    deadline: Duration | None = None,
    start: int | None = None,
    end: int | None = None,
    interval: Duration = Duration(60_000),
    memory: int | None = None,
    progress: Progress = silent,
) -> Differing:
    """Compare two versions of a project: directories, or git revisions `REV` or `REV:PATH`.

    With `memory`, the most bytes that a replay may take, long recordings are replayed shard by shard.
    """
    from mixwright.backtest.changes import bump, changes, compare, read_version
    from mixwright.backtest.changes.semantic import renamed
    from mixwright.report.changes.words import Differing

    with _folder(root, old) as one, _folder(root, new) as other:
        before, after = read_version(old, one), read_version(new, other)
    found = changes(before, after)
    behaviour: Behaviour | None = None
    notes: tuple[str, ...] = ()
    if recording is not None:
        runs, notes = _replayed(
            (before, after),
            recording,
            incidents=incidents,
            alertmanager=alertmanager,
            deadline=deadline,
            start=start,
            end=end,
            interval=interval,
            memory=memory,
            progress=progress,
        )
        behaviour = compare(*runs, renamed(found))
    return Differing(
        old=before,
        new=after,
        changes=found,
        behaviour=behaviour,
        bumps=bump(before, after, found, behaviour),
        notes=notes,
    )


def _replayed(
    versions: tuple[Version, Version],
    recording: Path,
    *,
    incidents: Path | None,
    alertmanager: Path | None,
    deadline: Duration | None,
    start: int | None,
    end: int | None,
    interval: Duration,
    memory: int | None,
    progress: Progress,
) -> tuple[tuple[Backtest, Backtest], tuple[str, ...]]:
    from mixwright.backtest import Tolerance, backtest, read_incidents

    truth = incidents or find_incidents(recording)
    happened = () if truth is None else read_incidents(truth)
    config = None if alertmanager is None else telling_config(alertmanager)
    with opened(recording) as source:
        first, second = (
            backtest(
                tuple(version.units.values()),
                source,
                incidents=happened,
                start=start,
                end=end,
                interval=interval,
                tolerance=Tolerance(deadline=deadline),
                alertmanager=config or version.routing,
                memory=memory,
                progress=progress,
            )
            for version in versions
        )
        return (first, second), source.info.notes


@contextmanager
def _folder(root: Path, version: str) -> Iterator[Path]:
    """Yield the folder that holds what a version compiles to.

    A project's definitions are compiled now; of a revision its committed output counts, if there is one.
    """
    path = Path(version)
    if path.is_dir():
        with _compiled(path) as folder:
            yield folder
        return
    revision, _, inside = version.partition(":")
    archive = _archive(root, revision, version)
    with tempfile.TemporaryDirectory(prefix="mixwright-diff-") as temporary:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(temporary, filter="data")
        folder = Path(temporary) / inside
        if not folder.is_dir():
            raise MixwrightError(f"`{revision}` has no folder `{inside}`")
        if not inside and (folder / "out").is_dir():
            yield folder / "out"
            return
        with _compiled(folder) as compiled:
            yield compiled


def _archive(root: Path, revision: str, version: str) -> bytes:
    """Return the files of a project at a git revision."""
    if not revision or revision.startswith("-"):
        raise MixwrightError(f"`{version}` is neither a folder nor a git revision")
    try:
        known = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"],
            cwd=root,
            capture_output=True,
        )
        if known.returncode:
            raise MixwrightError(f"`{version}` is neither a folder nor a git revision of `{root}`")
        commit = known.stdout.decode().strip()
        return subprocess.run(
            ["git", "archive", "--format=tar", commit], cwd=root, capture_output=True, check=True
        ).stdout
    except FileNotFoundError as error:
        raise MixwrightError(
            f"`{version}` is no folder, and there is no git to ask for it"
        ) from error
    except subprocess.CalledProcessError as error:
        raise MixwrightError(
            f"`{version}` cannot be had: {error.stderr.decode().strip()}"
        ) from error


@contextmanager
def _compiled(folder: Path) -> Iterator[Path]:
    """Yield what a project compiles to, or the folder itself when it is no project."""
    if not (folder / "mixins").is_dir():
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="mixwright-out-") as out:
        # In a process of its own: two versions of a module cannot be loaded in one.
        command = [sys.executable, "-m", "mixwright", "-C", str(folder), "compile", "--out", out]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise MixwrightError(
                done.stderr.strip().removeprefix("error: ") or f"`{folder}` does not compile"
            )
        yield Path(out)
