"""The kustomize base: what is compiled for Kubernetes, all of it and nothing else, as kubectl builds it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from mixwright.backends.kustomize import PATH, kustomization
from mixwright.driver.compile import compile_project

_MIXIN = """
from mixwright import Alert, Dashboard, Mixin, Panel, RuleGroup, Severity
up = Alert("Down", expr="up == 0", severity=Severity.PAGE, summary="{{{{ $labels.job }}}} is down")
MIXIN = Mixin(
    "{name}", version="0.1.0", dashboards=Dashboard("{name} board", panels=Panel("Up", "up")),
    rules=RuleGroup("{name}", rules=({rules})),
)
"""


def project(root: Path, **rules: str) -> Path:
    (root / "mixins").mkdir(exist_ok=True)
    for name, found in rules.items():
        (root / "mixins" / f"{name}.py").write_text(_MIXIN.format(name=name, rules=found))
    (root / "pyproject.toml").write_text('[tool.mixwright]\noutputs = ["configmap"]\n')
    return root


def test_resources_are_told_from_rules_of_a_mixin_with_that_name() -> None:
    paths = [
        "kubernetes/rules/kubernetes.yaml",
        "kubernetes/kubernetes/a.yaml",
        "kubernetes/b.yaml",
    ]

    (found,) = kustomization(paths)

    assert yaml.safe_load(found.content)["resources"] == sorted(paths[1:])
    assert list(kustomization(["web/rules/web.yaml", "web/manifest.json"])) == []


def test_the_base_builds_to_what_was_compiled(tmp_path: Path) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("`kubectl`, which builds bases, is not installed")
    root = project(tmp_path, kubernetes="up,", web="up,")
    compile_project(root, root / "out")

    done = subprocess.run(["kubectl", "kustomize", root / "out"], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    built = sorted(
        yaml.safe_load_all(done.stdout),
        key=lambda found: (found["kind"], found["metadata"]["name"]),
    )
    compiled = sorted(
        (yaml.safe_load(file.read_bytes()) for file in root.glob("out/*/kubernetes/*.yaml")),
        key=lambda found: (found["kind"], found["metadata"]["name"]),
    )
    assert [one["kind"] for one in compiled] == ["ConfigMap"] * 3 + ["PrometheusRule"] * 2
    assert built == compiled


def test_the_base_lists_what_is_there(tmp_path: Path) -> None:
    root = project(tmp_path, web="up,")
    compile_project(root, root / "out")
    resources = yaml.safe_load((root / "out" / PATH).read_text())["resources"]

    assert all((root / "out" / path).is_file() for path in resources)
    assert "web/kubernetes/prometheusrule.yaml" in resources
    assert all(one.current for one in compile_project(root, root / "out", check=True))
    (root / "out" / PATH).write_text("edited")
    stale = [one for one in compile_project(root, root / "out", check=True) if not one.current]
    assert [(one.folder, one.changed) for one in stale] == [(PATH, (PATH,))]


def test_a_project_without_resources_has_no_base(tmp_path: Path) -> None:
    root = project(tmp_path, web="up,")
    (root / "pyproject.toml").unlink()
    compile_project(root, root / "out")
    assert (root / "out" / PATH).is_file()
    project(tmp_path, web="")
    (root / "pyproject.toml").unlink()
    (root / "mixins" / "web.py").write_text(
        "from mixwright import Mixin\nMIXIN = Mixin('web', version='1.0.0')\n"
    )

    compile_project(root, root / "out")

    assert not (root / "out" / PATH).exists()
