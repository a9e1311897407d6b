"""Catalogues as files: JSON, a metric a line; those of the package are read when first asked for."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from mixwright.catalogue.metric import TYPES, Catalogue, Metric, System
from mixwright.errors import MixwrightError

_DATA = Path(__file__).parent / "data"


@functools.cache
def standard() -> Catalogue:
    """Return the catalogue of the systems that the package knows."""
    return Catalogue(tuple(_system(_loaded(file), file) for file in sorted(_DATA.glob("*.json"))))


def read_catalogue(path: Path) -> System:
    """Return the system of a catalogue file. Raises `MixwrightError` that names what cannot be meant."""
    return _system(_loaded(path), path)


def to_json(system: System) -> str:
    """Return a system as a file holds it: what is not said is as `Metric` has it."""
    head = {"system": system.name, "versions": system.versions, "closed": system.closed}
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    metrics = [
        f"  {json.dumps(name)}: {json.dumps(_fields(metric), ensure_ascii=False)}"
        for name, metric in sorted(system.metrics.items())
    ]
    lines.append(f'"renamed": {json.dumps(dict(sorted(system.renamed.items())), indent=2)}')
    lines.append('"metrics": {\n' + ",\n".join(metrics) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _fields(metric: Metric) -> dict[str, Any]:
    fields = attrs.asdict(metric)
    del fields["name"]
    for name in ("values", "some_values"):
        fields[name] = dict(sorted(fields[name].items()))
    kept = {name: value for name, value in fields.items() if value or value == 0.0}
    return {name: value for name, value in kept.items() if value is not False}


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise MixwrightError(f"`{path}` is not a catalogue: not JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("metrics"), dict):
        raise MixwrightError(f"`{path}` is not a catalogue: it needs `system` and `metrics`")
    return content


def _system(content: Mapping[str, Any], path: Path) -> System:
    return System(
        name=str(content.get("system", path.stem)),
        versions=_texts(content.get("versions", ()), path),
        closed=_texts(content.get("closed", ()), path),
        metrics={name: _metric(name, fields, path) for name, fields in content["metrics"].items()},
        renamed={str(old): str(new) for old, new in dict(content.get("renamed", {})).items()},
    )


class _Metrics(Mapping[str, Metric]):
    """Metrics that are made of what the file says when they are asked for: most never are."""

    def __init__(self, said: Mapping[str, Any], path: Path) -> None:
        self._said = said
        self._path = path

    def __getitem__(self, name: str) -> Metric:
        return _metric(name, self._said[name], self._path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


def _metric(name: str, fields: Any, path: Path) -> Metric:
    try:
        if fields["type"] not in TYPES:
            raise ValueError(fields["type"])
        constant = fields.get("constant")
        return Metric(
            name=name,
            type=fields["type"],
            labels=_texts(fields.get("labels", ()), path),
            counts=bool(fields.get("counts", False)),
            values={n: tuple(v) for n, v in fields.get("values", {}).items()},
            some_values={n: tuple(v) for n, v in fields.get("some_values", {}).items()},
            buckets=tuple(map(float, fields.get("buckets", ()))),
            since=str(fields.get("since", "")),
            until=str(fields.get("until", "")),
            constant=None if constant is None else float(constant),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        types = ", ".join(f"`{kind}`" for kind in TYPES)
        raise MixwrightError(
            f"`{path}`: `{name}` needs a `type` ({types}), lists of `labels` and `buckets`, "
            f"and `values` by label: {error}"
        ) from error


def _texts(value: Any, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise MixwrightError(f"`{path}` is not a catalogue: {value!r:.60} must be a list of texts")
    return tuple(value)
