"""A mixin's definitions and its last release → the version that the changes deserve, written down."""

from __future__ import annotations

import ast
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.changelog import Changelog, read_changelog
from mixwright.driver.compile import compile_project
from mixwright.driver.diff import diff
from mixwright.driver.git import git
from mixwright.driver.project import Progress, compiled, outputs, silent
from mixwright.errors import DefinitionError, MixwrightError
from mixwright.folders import put_file, put_folder
from mixwright.loader import forget_compiled, load, sources
from mixwright.model import Mixin
from mixwright.values import Origin, version_numbers

if TYPE_CHECKING:
    from mixwright.report.changes.words import Differing


@attrs.frozen(kw_only=True, eq=False)
class Proposal:
    """What releasing a mixin would do.

    `last` is the version that was released last, empty before the first; `version` the one to release now,
    empty when nothing has changed since; `differing` what differs from the last one.
    """

    mixin: Mixin
    file: Path
    changelog: Changelog
    last: str
    version: str
    differing: Differing | None


def propose(
    root: Path,
    name: str,
    *,
    version: str = "",
    since: str = "",
    recording: Path | None = None,
    incidents: Path | None = None,
    progress: Progress = silent,
) -> Proposal:
    """Return the version that a mixin's changes since its last release deserve, or `version` if that goes as far.

    What was released last is found by its digest: in `out/`, else in git; `since` is a git revision that has it
    in its `out/`. A version in the definition that is newer than the last one counts as asked for. Raises
    `MixwrightError` for a version that does not go as far as the changes do.
    """
    from mixwright.backends.manifest import digest

    file = sources(root, name)[0]
    (mixin,) = load(root, (name,))
    changelog = read_changelog(root, name)
    last = changelog.latest
    asked = version or (mixin.version if mixin.version != last else "")

    def proposal(version: str, differing: Differing | None = None) -> Proposal:
        return Proposal(
            mixin=mixin,
            file=file,
            changelog=changelog,
            last=last,
            version=version,
            differing=differing,
        )

    if not last:
        return proposal(asked or mixin.version)
    if asked and version_numbers(asked) <= version_numbers(last):
        raise MixwrightError(f"`{name}` {last} has been released; {asked} would not come after it")
    released = changelog.released[last]
    # The version is written into some files.
    if not asked and digest(_files(root, attrs.evolve(mixin, version=last))) == released:
        return proposal("")
    old = f"{since}:out/{name}" if since else _where(root, name, last, released)
    with tempfile.TemporaryDirectory(prefix="mixwright-release-") as temporary:
        new = Path(temporary) / name
        put_folder(new, _files(root, mixin))
        found = diff(
            root, old, str(new), recording=recording, incidents=incidents, progress=progress
        )
    found = attrs.evolve(
        found,
        old=attrs.evolve(found.old, name=f"{name} {last}"),
        new=attrs.evolve(found.new, name="now"),
    )
    deserved = _deserved(found, last)
    if asked and version_numbers(asked) < version_numbers(deserved):
        raise MixwrightError(
            f"`{name}` {asked} does not go as far as the changes since {last}, which deserve {deserved}"
        )
    return proposal(asked or deserved, found)


def release(root: Path, proposal: Proposal) -> tuple[Path, ...]:
    """Write the version into the definition, compile, and add to the changelog; return what was written."""
    from mixwright.backends.manifest import digest

    name, version, file = proposal.mixin.name, proposal.version, proposal.file
    # What cannot be compiled or edited is told before anything is written.
    stated = digest(_files(root, attrs.evolve(proposal.mixin, version=version)))
    before = after = file.read_bytes()
    if version != proposal.mixin.version:
        after = with_version(file, proposal.mixin, version)
    try:
        _write(file, after)
        compile_project(root, root / "out")
    except BaseException:
        # Another mixin that does not compile must not leave a version behind that was not released.
        _write(file, before)
        raise
    proposal.changelog.release(version, stated, tuple(_lines(proposal.differing)))
    return file, root / "out" / name, proposal.changelog.file


def _write(file: Path, content: bytes) -> None:
    if content != file.read_bytes():
        put_file(file, content)
        forget_compiled(file)


def with_version(file: Path, mixin: Mixin, version: str) -> bytes:
    """Return a definition with another version, and nothing else changed.

    Raises `DefinitionError` unless the file says `version="…"` of this mixin in one place.
    """
    source = file.read_bytes()
    places = [
        keyword.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "version"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value == mixin.version
    ]
    if len(places) != 1:
        raise DefinitionError(
            f'the version of mixin `{mixin.name}` must be written as `version="{mixin.version}"` in one '
            f"place of its module, this one has it in {len(places)}; write {version} there yourself",
            Origin(str(file), places[1].lineno if len(places) > 1 else 1),
        )
    (place,) = places
    lines = source.splitlines(keepends=True)
    line, end = lines[place.lineno - 1], place.end_col_offset
    written = line[place.col_offset : end].replace(mixin.version.encode(), version.encode())
    lines[place.lineno - 1] = line[: place.col_offset] + written + line[end:]
    return b"".join(lines)


def _files(root: Path, mixin: Mixin) -> dict[str, bytes]:
    from mixwright.backends import emit

    (resolved,) = compiled(root, (mixin,))
    return {artifact.path: artifact.content for artifact in emit(resolved, outputs(root))}


def _where(root: Path, name: str, version: str, digest: str) -> str:
    """Return where the files of a digest are: a folder, or a git revision with the folder in it."""
    path = f"out/{name}/manifest.json"
    here = root / path
    if here.is_file() and _stated(here.read_bytes()) == digest:
        return str(here.parent)
    try:
        for commit in git(root, "log", "--format=%H", "--", path).decode().split():
            shown = git(root, "show", f"{commit}:./{path}")
            if _stated(shown) == digest:
                return f"{commit}:out/{name}"
    except MixwrightError as error:
        raise MixwrightError(_LOST.format(name=name, version=version)) from error
    raise MixwrightError(_LOST.format(name=name, version=version))


_LOST = (
    "the files of `{name}` {version} are neither in out/ nor in git's history; "
    "name a revision that has them with `--since`"
)


def _stated(manifest: bytes) -> object:
    try:
        content = json.loads(manifest)
    except (ValueError, RecursionError):
        return None
    return content.get("digest") if isinstance(content, dict) else None


def _deserved(found: Differing, last: str) -> str:
    from mixwright.backtest.changes import Level, next_version

    (bump,) = found.bumps
    # Other files that mean the same are another version, too.
    return next_version(last, max(bump.level, Level.PATCH))


def _lines(found: Differing | None) -> Iterator[str]:
    """Yield what a changelog says of a release."""
    from mixwright.backtest.changes import Level
    from mixwright.report.changes import words

    if found is None:
        yield "the first release"
        return
    for change in found.changes:
        loud = "**major** " if change.level is Level.MAJOR else ""
        yield f"{loud}{change.kind} `{change.name}` {change.text}"
    if not found.changes:
        yield "no change in meaning"
    if found.behaviour is not None:
        yield f"on recorded metrics: {words.sentence(found)}"
