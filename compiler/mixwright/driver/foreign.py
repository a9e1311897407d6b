"""Files that others wrote, told apart by what is in them: rule files, PrometheusRules, dashboards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.dashboardfiles import DashboardFile, is_bare_json, read_dashboards
from mixwright.errors import DefinitionError, MixwrightError, PromQLError
from mixwright.values import Origin

if TYPE_CHECKING:
    from mixwright.lint import ForeignMixin
    from mixwright.lint.things import Allowed, Resource, Unreadable
    from mixwright.rulefiles import ForeignGroup

_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".rules"})
_RULES = re.compile(r"^groups[ \t]*:|\A\s*\{\s*\"groups\"", re.MULTILINE)
_RESOURCE = re.compile(
    r"(?:^|[{,])[ \t-]*[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?PrometheusRule\b", re.MULTILINE
)
_PROVISIONED = re.compile(r"^apiVersion:[ \t]*1[ \t]*$", re.MULTILINE)
"""Grafana's own alerts, whose groups are others than Prometheus'."""

_DASHBOARDS = re.compile(
    r"dashboard\.grafana\.app/|grafana\.integreatly\.org/|\bConfigMap\b"
    r"|\"(panels|rows|templating|schemaVersion)\"\s*:"
)
_PARTS = frozenset({"alerts", "dashboards", "rules"})
"""Folders inside a mixin rather than of it."""

_LARGEST = 64 * 2**20
"""No rule file or dashboard is larger; what is, is not read."""


def read_foreign(paths: Sequence[Path]) -> tuple[ForeignMixin, ...]:
    """Return what files and folders hold, as one mixin for each folder that rules lie in.

    Of a folder, files that are something else are passed over; a file that is named must be rules or
    a dashboard. Raises `MixwrightError` for one that is neither, or that cannot be opened.
    """
    found = sorted({(_home(file, path), file) for path in paths for file in _files(path)})
    named = {path for path in paths if not path.is_dir()}
    return tuple(
        _read(folder, [file for _, file in files], named)
        for folder, files in groupby(found, key=lambda pair: pair[0])
    )


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in path.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        readable = file.suffix in _SUFFIXES or is_bare_json(file)
        if readable and not hidden and file.is_file():
            yield file


def _home(file: Path, given: Path) -> Path:
    """Return the folder of the mixin that a file belongs to, not above what was asked for."""
    folder = file.parent
    while folder.name in _PARTS and folder != given:
        folder = folder.parent
    return folder


def _read(folder: Path, files: Sequence[Path], named: set[Path]) -> ForeignMixin:
    from mixwright.lint import ForeignMixin
    from mixwright.lint.suppressions import comments
    from mixwright.lint.things import Resource

    groups: list[ForeignGroup] = []
    dashboards: list[DashboardFile] = []
    unreadable: list[Unreadable] = []
    resources: list[Resource] = []
    allowed: dict[Origin, Allowed] = {}
    for file in files:
        text = _text(file)
        if _DASHBOARDS.search(text):
            dashboards += _dashboard_files(file, unreadable)
            continue
        resource = _RESOURCE.search(text) is not None
        plain = _RULES.search(text) is not None and not _PROVISIONED.search(text)
        if not resource and not plain:
            if file in named:
                raise MixwrightError(f"`{file}` holds neither rules nor a dashboard")
            continue
        if resource:
            resources.append(Resource(len(text.encode()), Origin(str(file), 1)))
        own = _rules(file, unreadable)
        allowed |= comments(str(file), text, own)
        groups += own
    return ForeignMixin(
        folder.name,
        tuple(groups),
        tuple(unreadable),
        allowed,
        tuple(dashboards),
        resources=tuple(resources),
    )


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise MixwrightError(f"`{file}` is larger than 64 MiB; that is not a file of rules")
        return file.read_text("utf-8", errors="replace")
    except OSError as error:
        raise MixwrightError(f"`{file}` cannot be read: {error.strerror}") from error


def _rules(file: Path, unreadable: list[Unreadable]) -> tuple[ForeignGroup, ...]:
    from mixwright.rulefiles import read_rule_file

    def complain(error: MixwrightError) -> None:
        unreadable.append(_complaint(error, file))

    try:
        return read_rule_file(file, complain=complain)
    except MixwrightError as error:
        complain(error)
        return ()


def _dashboard_files(file: Path, unreadable: list[Unreadable]) -> tuple[DashboardFile, ...]:
    try:
        return read_dashboards(file)
    except MixwrightError as error:
        unreadable.append(_complaint(error, file))
        return ()


def _complaint(error: MixwrightError, file: Path) -> Unreadable:
    from mixwright.lint.things import Unreadable

    origin = error.origin if isinstance(error, DefinitionError) else None
    message = error.message if isinstance(error, DefinitionError) else str(error)
    cause = error.__context__
    text, span = "", None
    if isinstance(cause, PromQLError) and cause.span is not None:
        text, span = _line(cause.text, cause.span)
    return Unreadable(message.splitlines()[0], origin or Origin(str(file), 1), text, span)


def _line(text: str, span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Return the line of a text in which a range begins, and the range there."""
    start = text.rfind("\n", 0, span[0]) + 1
    line = text[start:].split("\n", 1)[0]
    return line, (span[0] - start, max(span[0] + 1, min(span[1], start + len(line))) - start)
