"""Load → passes → back ends → the output directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from mixwright.driver.changelog import read_changelog
from mixwright.driver.lock import check_lock
from mixwright.driver.project import compiled, home_of, outputs
from mixwright.folders import put_file, put_folder
from mixwright.loader import load


@attrs.frozen
class Compiled:
    """What compiling did to one folder of the output directory, or with `check` would have done."""

    folder: str
    version: str
    files: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    reused: bool = False
    """Whether this version has been released with other files."""

    @property
    def current(self) -> bool:
        """Whether the output was what the definitions say."""
        return not (self.changed or self.removed)


def compile_project(
    root: Path,
    out: Path,
    names: Sequence[str] = (),
    *,
    check: bool = False,
    pinned: bool = True,
) -> tuple[Compiled, ...]:
    """Compile mixins into `out/<mixin>/`, or with `check` only tell what differs.

    Nothing is written unless all mixins compile. Each folder is built beside the old one and then
    takes its place. Folders of mixins that a whole-project compile no longer has are removed.
    Unless `pinned` is turned off, mixins from elsewhere must be there as the lock file has them.
    """
    from mixwright.backends import emit
    from mixwright.backends.alertmanager import alertmanager
    from mixwright.backends.kustomize import PATH as KUSTOMIZATION
    from mixwright.backends.kustomize import kustomization
    from mixwright.backends.manifest import PATH as MANIFEST
    from mixwright.backends.manifest import digest
    from mixwright.backends.provisioning import provisioning

    if pinned:
        check_lock(root)
    written = load(root, names)
    mixins = compiled(root, written)
    more = outputs(root)
    folders = {mixin.name: (mixin.version, emit(mixin, more)) for mixin in mixins}
    shown = [mixin for mixin in mixins if mixin.dashboards]
    entry = None if names else home_of(written, mixins)
    if entry is not None:
        # It changes with every mixin, and has no version of its own.
        folders[entry.name] = ("", tuple(one for one in emit(entry, more) if one.path != MANIFEST))
        shown = [entry, *shown]
    results = []
    for name, (version, artifacts) in folders.items():
        files = {artifact.path: artifact.content for artifact in artifacts}
        released = read_changelog(root, name).released.get(version)
        reused = released is not None and released != digest(files)
        results.append(attrs.evolve(_put(out / name, version, files, check=check), reused=reused))
    shared = {a.path.removeprefix("provisioning/"): a.content for a in provisioning(shown)}
    if names:
        shared = _files_below(out / "provisioning") | shared
    results.append(_put(out / "provisioning", "", shared, check=check))
    if not names:
        # Routing concerns all mixins at once, so that compiling one of them leaves it alone.
        routing = {a.path.removeprefix("routing/"): a.content for a in alertmanager(mixins)}
        if routing or (out / "routing").is_dir():
            results.append(_put(out / "routing", "", routing, check=check))
        every = (f"{name}/{one.path}" for name, (_, found) in folders.items() for one in found)
        base = b"".join(one.content for one in kustomization(every))
        if base or (out / KUSTOMIZATION).is_file():
            results.append(_put_base(out / KUSTOMIZATION, base, check=check))
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


def _put_base(file: Path, content: bytes, *, check: bool) -> Compiled:
    """Make the kustomize base, which lies beside the folders, hold `content`; without any there is none."""
    before = file.read_bytes() if file.is_file() else b""
    differs = (file.name,) if content != before else ()
    if differs and not check:
        if content:
            put_file(file, content)
        else:
            file.unlink()
    if content:
        return Compiled(file.name, "", 1, differs, ())
    return Compiled(file.name, "", 0, (), differs)


def _files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
