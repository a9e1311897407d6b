"""A mixin → a wheel of its definitions, and an archive of what they compile to."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from mixwright.driver.archives import tarred, zipped
from mixwright.driver.changelog import read_changelog
from mixwright.driver.project import compiled, outputs
from mixwright.errors import MixwrightError
from mixwright.folders import put_file
from mixwright.loader import installed, load, sources, standard_names
from mixwright.model import Mixin

_INIT = '''\
"""The mixin `{name}` {version}: `MIXIN` as it comes, and what else its definition has to adapt it."""

from mixwright.loader import packed

_definition = packed(__file__, "{module}")
MIXIN = _definition.MIXIN


def __getattr__(name):
    return getattr(_definition, name)
'''


def pack(root: Path, name: str, out: Path) -> tuple[Path, Path]:
    """Write a project's mixin as a wheel and as an archive of compiled files; return both.

    The bytes depend on the definitions and on the version of mixwright alone. Raises `MixwrightError` for
    a version that has been released with other files.
    """
    from mixwright.backends import emit
    from mixwright.backends.kustomize import kustomization
    from mixwright.backends.manifest import digest

    files = sources(root, name)
    written = load(root)
    (mixin,) = (one for one in written if one.name == name)
    (resolved,) = compiled(root, (mixin,))
    emitted = {artifact.path: artifact.content for artifact in emit(resolved, outputs(root))}
    changelog = read_changelog(root, name)
    stated = digest(emitted)
    if changelog.released.get(mixin.version, stated) != stated:
        raise MixwrightError(
            f"`{name}` {mixin.version} has been released with other content; "
            f"`mixwright release {name}` gives this one a version of its own"
        )
    source = {file.relative_to(root).as_posix(): file.read_bytes() for file in files}
    provenance = _provenance(mixin, stated, source)
    package = f"mixwright_mixin_{name.replace('-', '_')}"
    titled = f"{package}-{mixin.version}"
    init = _INIT.format(name=name, version=mixin.version, module=files[0].name)
    content = {f"{package}/__init__.py": init.encode()}
    content |= {f"{package}/{path}": source[path] for path in sorted(source)}
    own = {one.name for one in written}
    content |= {
        f"{titled}.dist-info/METADATA": _metadata(mixin, own, changelog.text).encode(),
        f"{titled}.dist-info/WHEEL": _WHEEL.format(version=version("mixwright")).encode(),
        f"{titled}.dist-info/entry_points.txt": f"[mixwright.mixins]\n{name} = {package}\n".encode(),
        f"{titled}.dist-info/provenance.json": provenance,
    }
    content[f"{titled}.dist-info/RECORD"] = _record(content, f"{titled}.dist-info/RECORD")
    wheel = out / f"{titled}-py3-none-any.whl"
    put_file(wheel, zipped(content))
    archive = out / f"{name}-{mixin.version}.tar.gz"
    compiled_files = emitted | _runbooks(root, mixin)
    compiled_files |= {
        "CHANGELOG.md": changelog.text.encode(),
        "provenance.json": provenance,
        "mixin.libsonnet": _libsonnet(emitted).encode(),
    } | {artifact.path: artifact.content for artifact in kustomization(emitted)}
    put_file(archive, tarred(compiled_files, below=f"{name}-{mixin.version}"))
    return wheel, archive


_WHEEL = """\
Wheel-Version: 1.0
Generator: mixwright {version}
Root-Is-Purelib: true
Tag: py3-none-any
"""


def _distribution(mixin: str) -> str:
    """Return what the distribution of a packed mixin is called."""
    return f"mixwright-mixin-{mixin}"


def _metadata(mixin: Mixin, own: set[str], changelog: str) -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {_distribution(mixin.name)}",
        f"Version: {mixin.version}",
        f"Summary: {' '.join(mixin.description.split())}",
        "Requires-Python: >=3.11",
        f"Requires-Dist: mixwright>={version('mixwright')}",
    ]
    for wanted in mixin.requires:
        entry = installed().get(wanted.name)
        if entry is not None and entry.dist is not None:
            lines.append(f"Requires-Dist: {entry.dist.name}{wanted.versions}")
        # A standard one comes with mixwright, and is checked when the mixin is compiled.
        elif wanted.name in own and wanted.name not in standard_names():
            lines.append(f"Requires-Dist: {_distribution(wanted.name)}{wanted.versions}")
    return "\n".join((*lines, "Description-Content-Type: text/markdown", "", changelog))


def _record(content: Mapping[str, bytes], own: str) -> bytes:
    """Return the list of a wheel's files with their digests (PEP 376 as amended by PEP 427)."""

    def lines() -> Iterator[str]:
        for path, data in content.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            yield f"{path},sha256={digest},{len(data)}\n"
        yield f"{own},,\n"

    return "".join(lines()).encode()


def _provenance(mixin: Mixin, digest: str, source: Mapping[str, bytes]) -> bytes:
    """Say what a package was made of, and by what."""
    files = {path: hashlib.sha256(source[path]).hexdigest() for path in sorted(source)}
    content = {
        "mixin": mixin.name,
        "version": mixin.version,
        "compiler": f"mixwright {version('mixwright')}",
        "requires": [str(wanted) for wanted in mixin.requires],
        "output_digest": digest,
        "source_digest": hashlib.sha256(json.dumps(files).encode()).hexdigest(),
        "sources": files,
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def _runbooks(root: Path, mixin: Mixin) -> dict[str, bytes]:
    wanted = {f"{alert.name}.md" for alert in mixin.alerts()}
    pages = sorted((root / "runbooks").rglob("*.md"))
    return {
        page.relative_to(root).as_posix(): page.read_bytes()
        for page in pages
        if page.name in wanted
    }


def _libsonnet(paths: Mapping[str, bytes]) -> str:
    """Return the files as the fields that jsonnet mixins have."""

    def lines() -> Iterator[str]:
        yield "{"
        yield "  grafanaDashboards+:: {"
        for path in sorted(paths):
            if path.startswith("dashboards/"):
                yield f"    '{path.partition('/')[2]}': import '{path}',"
        yield "  },"
        for path in sorted(paths):
            if path.startswith("rules/"):
                groups = f"std.parseYaml(importstr '{path}').groups"
                yield f"  prometheusAlerts+:: {{ groups+: {groups} }},"
        yield "}"

    return "\n".join(lines()) + "\n"
