"""Finding and loading definitions: a project's `mixins/*.py`, and installed and standard mixins by name."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from mixwright.errors import DefinitionError, MixwrightError
from mixwright.model import Mixin
from mixwright.values import Origin

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_STANDARD = "mixwright.standard.mixins"
_ENTRY_POINTS = "mixwright.mixins"
_DEFINITION_FOLDERS = ("mixins", "rules", "dashboards")


def find_root(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds `mixins/`; else `start` itself.

    `tests/mixins/` holds the tests of a project's mixins.
    """
    start = start.resolve()
    folders = (f for f in (start, *start.parents) if f.name != "tests")
    return next((f for f in folders if (f / "mixins").is_dir()), start)


def load(root: Path, names: Sequence[str] = ()) -> tuple[Mixin, ...]:
    """Return the mixins of a project, sorted by name, or only those called `names`.

    A name that the project does not have may be an installed or a standard mixin. Raises `DefinitionError` for a
    definition that raises, `MixwrightError` for an unknown name or two mixins of one name.
    """
    by_name = _own(root)
    if not names:
        if not by_name:
            standard = ", ".join(f"`{name}`" for name in standard_names())
            raise MixwrightError(
                f"`{root}` has no mixins; `mixwright init` lays out a project, "
                f"or name a standard mixin: {standard}"
            )
        return tuple(by_name[name] for name in sorted(by_name))
    return tuple(by_name.get(name) or _from_elsewhere(name, tuple(by_name)) for name in names)


def own_names(root: Path) -> tuple[str, ...]:
    """Return the names of a project's own mixins, sorted; it may have none."""
    return tuple(sorted(_own(root)))


def sources(root: Path, name: str) -> tuple[Path, ...]:
    """Return the files of a project that its mixin `name` is made of: its own, then what that imports.

    Raises `MixwrightError` when the project has no such mixin.
    """
    files = _definitions(root)
    # Most files are called as their mixin.
    for file in sorted(files, key=lambda file: file.stem.replace("_", "-") != name):
        with _importable(root):
            if _mixin_of(_execute(file, root), file).name == name:
                imported = [m for n, m in sys.modules.items() if _is_definition(n)]
                origins = {getattr(module, "__file__", None) for module in imported}
                return (file, *sorted(map(Path, filter(None, origins - {str(file)}))))
    raise MixwrightError(f"`{root}` has no mixin `{name}` of its own")


def forget_compiled(file: Path) -> None:
    """Let a definition that has just been edited be read anew.

    Python tells compiled files that are old by seconds and sizes, which an edit may leave as they are.
    """
    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)


def standard_names() -> tuple[str, ...]:
    """Return the names of the standard mixins, sorted."""
    package = importlib.import_module(_STANDARD)
    modules = (m.name for m in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name.replace("_", "-") for name in modules if not name.startswith("_")))


def installed() -> dict[str, EntryPoint]:
    """Return the entry points of mixins that are Python distributions of their own, by name."""
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=_ENTRY_POINTS)}


def known_names() -> tuple[str, ...]:
    """Return the names of mixins that any project can take: standard and installed ones, sorted."""
    return tuple(sorted({*standard_names(), *installed()}))


def packed(package: str, module: str) -> ModuleType:
    """Run the definition of a packed mixin, whose package (the path of its `__init__`) is laid out as a project."""
    root = Path(package).parent
    with _importable(root):
        return _execute(root / "mixins" / module, root)


def module_of(name: str) -> str:
    """Return the Python module of an installed or a standard mixin."""
    entry = installed().get(name)
    return f"{_STANDARD}.{name.replace('-', '_')}" if entry is None else entry.module


def _own(root: Path) -> dict[str, Mixin]:
    """Load the mixins of a project, by name."""
    with _importable(root):
        found = [_mixin_of(_execute(file, root), file) for file in _definitions(root)]
    by_name: dict[str, Mixin] = {}
    for mixin in found:
        first = by_name.setdefault(mixin.name, mixin)
        if first is not mixin:
            raise DefinitionError(
                f"mixin `{mixin.name}` is defined twice, first at {first.origin}; give it another name",
                mixin.origin,
            )
    return by_name


def _definitions(root: Path) -> list[Path]:
    """Return the modules of a project that define a mixin each."""
    return [
        file for file in sorted((root / "mixins").glob("*.py")) if not file.name.startswith("_")
    ]


def _from_elsewhere(name: str, own: tuple[str, ...]) -> Mixin:
    """Return an installed or a standard mixin; an installed one may be a newer version of a standard one."""
    if name in (entries := installed()):
        return _installed(entries[name])
    names = standard_names()
    if name not in names:
        known = sorted({*own, *names, *entries})
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"
        raise MixwrightError(f"`{name}` is not a mixin; {hint}")
    module = importlib.import_module(module_of(name))
    return _mixin_of(module, Path(module.__file__ or name))


def _installed(entry: EntryPoint) -> Mixin:
    try:
        module = importlib.import_module(entry.module)
    except MixwrightError:
        raise
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise MixwrightError(
            f"the installed mixin `{entry.name}` (`{entry.module}`) raises {what}"
        ) from error
    mixin = _mixin_of(module, Path(module.__file__ or entry.name))
    if mixin.name != entry.name:
        raise MixwrightError(
            f"the entry point `{entry.name}` leads to `{entry.module}`, whose mixin is called `{mixin.name}`; "
            "give both one name"
        )
    return mixin


def _execute(file: Path, root: Path) -> ModuleType:
    """Run one definition module; whatever it raises becomes one line with the place in the project."""
    spec = importlib.util.spec_from_file_location(f"mixins.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise MixwrightError(f"`{file}` is not a Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except MixwrightError as error:
        if isinstance(error, DefinitionError) and error.origin is not None:
            raise
        raise DefinitionError(str(error), _blame(error, file, root)) from error
    except SyntaxError as error:
        origin = Origin(error.filename or str(file), error.lineno or 1)
        raise DefinitionError(f"not Python: {error.msg}", origin) from error
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise DefinitionError(f"the definition raises {what}", _blame(error, file, root)) from error
    return module


def _blame(error: BaseException, file: Path, root: Path) -> Origin:
    """Return the innermost line of the project that led to an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(root) and ".venv" not in f.filename]
    return Origin(own[-1].filename, own[-1].lineno or 1) if own else Origin(str(file), 1)


def _mixin_of(module: ModuleType, file: Path) -> Mixin:
    mixin = getattr(module, "MIXIN", None)
    if not isinstance(mixin, Mixin):
        found = "nothing" if mixin is None else f"a {type(mixin).__name__}"
        raise DefinitionError(
            f"a module in `mixins/` exports `MIXIN = Mixin(…)`, this one exports {found}; "
            "give modules that only help others a name that starts with `_`",
            Origin(str(file), 1),
        )
    return mixin


@contextlib.contextmanager
def _importable(root: Path) -> Iterator[None]:
    """Let definitions import the project's own `rules` and `dashboards`, and no other project's."""

    def forget() -> dict[str, ModuleType]:
        return {name: sys.modules.pop(name) for name in [*filter(_is_definition, sys.modules)]}

    # An installed mixin is loaded while the one that adapts it is.
    outer = forget()
    for name in _DEFINITION_FOLDERS:
        folder = root / name
        if folder.is_dir() and not (folder / "__init__.py").exists():
            # Left to itself, the import system prefers a package of this name anywhere else.
            sys.modules[name] = package = ModuleType(name)
            package.__path__ = [str(folder)]
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(root))
        forget()
        sys.modules.update(outer)


def _is_definition(module: str) -> bool:
    return module.split(".")[0] in _DEFINITION_FOLDERS
