"""A version: what a folder of compiled mixins, or of anybody's rule files and dashboards, says, without its looks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from mixwright.alertmanager import Config, as_if_reached, read_config
from mixwright.errors import MixwrightError
from mixwright.rulefiles import ForeignGroup, RuleFile, read_rule_file
from mixwright.yamlnodes import read_documents

MANIFEST = "manifest.json"
_ROUTING = "routing/alertmanager.yaml"
_NOT_RULES = frozenset({"kubernetes", "provisioning", "routing"})
"""Folders whose YAML says again what rule files say, or something else."""
_DASHBOARD_LINK = re.compile(r"/d/([A-Za-z0-9_-]{1,40})")
_DEEPEST = 20


@attrs.frozen
class Panel:
    """What a panel shows: its queries, unit and thresholds, and the dashboards that it leads to."""

    title: str
    kind: str
    queries: tuple[str, ...]
    unit: str
    thresholds: tuple[float, ...]
    links: frozenset[str]


@attrs.frozen
class Dashboard:
    """A dashboard: its panels by title, its variables' queries by name, and the dashboards that it leads to."""

    uid: str
    title: str
    panels: Mapping[str, Panel]
    variables: Mapping[str, str]
    links: frozenset[str]

    @property
    def targets(self) -> frozenset[str]:
        """The uids of all dashboards that it, or a panel of it, leads to."""
        return self.links.union(*(panel.links for panel in self.panels.values()))


@attrs.frozen(kw_only=True)
class Unit:
    """A mixin, or what takes its place: a name, a version if it has one, rules and dashboards by uid."""

    name: str
    version: str
    rules: tuple[ForeignGroup, ...]
    dashboards: Mapping[str, Dashboard]

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".rstrip()

    @property
    def rule_file(self) -> str:
        """The path that its rules are assumed to be deployed at, the same for every version."""
        return f"/etc/mixwright/{self.name}/rules/{self.name}.yaml"


@attrs.frozen(kw_only=True)
class Version:
    """What people call it, its units by name, and the routing that it compiles to, if there is one."""

    name: str
    units: Mapping[str, Unit]
    routing: Config | None = None


def read_version(name: str, folder: Path) -> Version:
    """Read a folder: below it mixins with manifests, or, without any, all rule files and dashboards as one unit.

    Raises `MixwrightError` for a file that cannot be read, and for a folder without either.
    """
    manifests = sorted((*folder.glob(MANIFEST), *folder.glob(f"*/{MANIFEST}")))
    units = [_mixin(path) for path in manifests] or [_loose(folder)]
    if not any(unit.rules or unit.dashboards for unit in units):
        raise MixwrightError(f"`{name}` has neither rule files nor dashboards")
    routing = folder / _ROUTING
    return Version(
        name=name,
        units={unit.name: unit for unit in units},
        routing=as_if_reached(read_config(routing)) if routing.is_file() else None,
    )


def _mixin(manifest: Path) -> Unit:
    said = _json(manifest)
    folder = manifest.parent
    return Unit(
        name=_text(said, "name") or folder.name,
        version=_text(said, "version"),
        rules=tuple(
            g for path in sorted(folder.glob("rules/*.y*ml")) for g in read_rule_file(path)
        ),
        dashboards=_dashboards(sorted(folder.glob("dashboards/*.json"))),
    )


def _loose(folder: Path) -> Unit:
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _NOT_RULES.intersection(path.relative_to(folder).parts[:-1])
    ]
    rules = [path for path in files if path.suffix in (".yaml", ".yml") and _has_groups(path)]
    return Unit(
        name=folder.name,
        version="",
        rules=tuple(
            group
            for path in rules
            for group in RuleFile(path=path, rules=read_rule_file(path)).rules
        ),
        dashboards=_dashboards([path for path in files if path.suffix == ".json"]),
    )


def _has_groups(path: Path) -> bool:
    """Tell rule files from other YAML."""
    try:
        fields = [root.fields("a file") for root in read_documents(path)]
    except MixwrightError:
        return False
    kinds = {node.text("`kind`") for found in fields if (node := found.get("kind")) is not None}
    return any("groups" in found for found in fields) or "PrometheusRule" in kinds


def _dashboards(paths: list[Path]) -> dict[str, Dashboard]:
    found = {}
    for path in paths:
        content = _json(path)
        if isinstance(content.get("panels"), list):
            dashboard = _dashboard(content)
            found[dashboard.uid or path.stem] = dashboard
    return found


def _dashboard(content: dict[str, Any]) -> Dashboard:
    panels: dict[str, Panel] = {}
    for panel in _panels(content, 0):
        title, number = panel.title or panel.kind, 1
        while (key := title if number == 1 else f"{title} ({number})") in panels:
            number += 1
        panels[key] = panel
    templating = content.get("templating")
    variables = _dicts(templating.get("list") if isinstance(templating, dict) else None)
    return Dashboard(
        uid=_text(content, "uid"),
        title=_text(content, "title"),
        panels=panels,
        variables={_text(v, "name"): _query(v) for v in variables},
        links=frozenset(_links(content.get("links"))),
    )


def _panels(content: dict[str, Any], depth: int) -> Iterator[Panel]:
    for part in _dicts(content.get("panels")):
        if part.get("type") == "row":
            if depth < _DEEPEST:
                yield from _panels(part, depth + 1)
            continue
        config = part.get("fieldConfig")
        defaults = config.get("defaults") if isinstance(config, dict) else None
        defaults = defaults if isinstance(defaults, dict) else {}
        thresholds = defaults.get("thresholds")
        steps = _dicts(thresholds.get("steps") if isinstance(thresholds, dict) else None)
        values = [step.get("value") for step in steps]
        yield Panel(
            title=_text(part, "title"),
            kind=_text(part, "type"),
            queries=tuple(filter(None, (_text(t, "expr") for t in _dicts(part.get("targets"))))),
            unit=_text(defaults, "unit"),
            thresholds=tuple(float(v) for v in values if isinstance(v, int | float)),
            links=frozenset((*_links(part.get("links")), *_links(defaults.get("links")))),
        )


def _query(variable: dict[str, Any]) -> str:
    query = variable.get("query")
    return query if isinstance(query, str) else json.dumps(query, sort_keys=True)


def _links(value: object) -> Iterator[str]:
    for link in _dicts(value):
        yield from _DASHBOARD_LINK.findall(_text(link, "url"))


def _dicts(value: object) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _text(content: dict[str, Any], field: str) -> str:
    value = content.get(field)
    return value if isinstance(value, str) else ""


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise MixwrightError(f"`{path}` is not JSON: {error}") from error
    return content if isinstance(content, dict) else {}
