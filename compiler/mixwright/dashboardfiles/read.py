"""Files of dashboards in every format that Grafana and its operators know.

Classic JSON, answers of Grafana's API, Kubernetes-style resources (v0alpha1 to v2), ConfigMaps, the operator's
GrafanaDashboard, lists of any of these; as JSON, or as YAML with several documents.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mixwright.dashboardfiles.building import build
from mixwright.dashboardfiles.dashboard import DashboardFile
from mixwright.dashboardfiles.document import (
    MOST_BYTES,
    Document,
    Place,
    read_json,
    read_text,
    read_yaml,
)
from mixwright.dashboardfiles.schema2 import classic
from mixwright.errors import MixwrightError
from mixwright.yamlnodes import read_documents

_YAML = (".yaml", ".yml")
_RESOURCE = "dashboard.grafana.app/"
_OPERATOR = "grafana.integreatly.org/"
_GZIP = zlib.MAX_WBITS | 16


def read_dashboards(path: Path) -> tuple[DashboardFile, ...]:
    """Return the dashboards of a file, or of all files below a folder, in order.

    In a folder, what is no dashboard is passed over; a file without one is refused. Raises
    `MixwrightError`, with file and line where there is one, on what Grafana could not read.
    """
    if path.is_dir():
        return tuple(
            dashboard
            for file in dashboard_files(path)
            for dashboard in _read(file, demanding=False)
        )
    found = tuple(_read(path, demanding=True))
    if not found:
        raise MixwrightError(f"`{path}` holds no dashboard; one has `title` and `panels`")
    return found


def dashboard_files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that may hold dashboards: JSON, YAML, and JSON without a suffix."""
    for file in sorted(folder.rglob("*")):
        if is_bare_json(file) or (file.is_file() and file.suffix in (".json", *_YAML)):
            yield file


def is_bare_json(file: Path) -> bool:
    """Tell whether a file without a suffix begins as a JSON object does."""
    if file.suffix or not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(64).lstrip().startswith(b"{")


def as_dashboard(content: dict[str, Any], file: str) -> DashboardFile:
    """Return the view of classic JSON that is in no file yet; `file` is what places are named after."""
    document = Document(file, content, lambda _steps: 1)
    return build(Place(document, content))


def _read(path: Path, *, demanding: bool) -> Iterator[DashboardFile]:
    if path.suffix in _YAML:
        if path.stat().st_size > MOST_BYTES:
            raise MixwrightError(f"`{path}` is larger than {MOST_BYTES >> 20} MiB")
        for node in read_documents(path):
            document = read_yaml(node)
            yield from _dashboards(Place(document, document.value))
        return
    document = read_json(read_text(path), str(path))
    root = Place(document, document.value)
    if demanding and not isinstance(document.value, dict | list):
        raise root.error("a dashboard must be an object")
    yield from _dashboards(root)


def _dashboards(root: Place) -> Iterator[DashboardFile]:
    """Yield the dashboards of a value, whatever wraps them."""
    value = root.value
    if isinstance(value, list):
        for number in range(len(value)):
            yield from _dashboards(root.at(number))
        return
    if not isinstance(value, dict):
        return
    version, kind = root.loose_text("apiVersion"), root.loose_text("kind")
    if isinstance(value.get("items"), list):
        yield from _dashboards(root.at("items"))
    elif kind == "Dashboard" and version.startswith(_RESOURCE):
        yield _resource(root)
    elif kind == "GrafanaDashboard" and version.startswith(_OPERATOR):
        yield from _operator(root)
    elif kind == "GrafanaManifest" and version.startswith(_OPERATOR):
        yield from _dashboards(root.object("spec").at("template"))
    elif kind == "ConfigMap":
        yield from _config_map(root)
    elif not kind and isinstance(value.get("dashboard"), dict):
        yield _classic(root.at("dashboard"))
    elif not version and _is_dashboard(value):
        yield _classic(root)


def _is_dashboard(value: dict[str, Any]) -> bool:
    parts = ("panels", "rows", "templating", "schemaVersion")
    return "title" in value and any(part in value for part in parts)


def _classic(place: Place, uid: str = "") -> DashboardFile:
    document = place.document
    inner = Document(
        document.file,
        place.value,
        document.line_of,
        document.text,
        {(): document.written(place.steps)},
    )
    return build(Place(inner, place.value), fixable=bool(document.text), uid=uid)


def _resource(root: Place) -> DashboardFile:
    spec, metadata = root.object("spec"), root.object("metadata")
    uid = metadata.loose_text("name")
    if "elements" not in spec.value:
        return _classic(spec, uid)
    content, moved = classic(spec.value, uid, root.document.written(spec.steps))
    document = Document(root.document.file, content, root.document.line_of, moved=moved)
    return build(Place(document, content))


def _operator(root: Place) -> Iterator[DashboardFile]:
    spec = root.object("spec")
    uid = spec.loose_text("uid")
    if text := spec.text("json"):
        yield from _embedded(spec.at("json"), text, uid)
    elif packed := spec.text("gzipJson"):
        yield from _embedded(spec.at("gzipJson"), _unpacked(spec, packed), uid)


def _config_map(root: Place) -> Iterator[DashboardFile]:
    data = root.object("data")
    for name in data.value:
        if name.endswith(".json"):
            yield from _embedded(data.at(name), data.text(name))


def _embedded(place: Place, text: str, uid: str = "") -> Iterator[DashboardFile]:
    """Yield the dashboards of a JSON text inside a YAML or JSON file."""
    # The text of a YAML block begins on the line below its name.
    inner = read_json(text, place.document.file, place.origin.line + ("\n" in text))
    document = Document(inner.file, inner.value, inner.line_of)
    for found in _dashboards(Place(document, document.value)):
        yield found if found.uid or not uid else _classic(found.place, uid)


def _unpacked(spec: Place, packed: str) -> str:
    try:
        inflate = zlib.decompressobj(_GZIP)
        content = inflate.decompress(base64.b64decode(packed), MOST_BYTES)
        if inflate.unconsumed_tail:
            raise spec.error(f"`gzipJson` is larger than {MOST_BYTES >> 20} MiB")
        return content.decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise spec.error(f"`gzipJson` cannot be unpacked: {error}") from None
