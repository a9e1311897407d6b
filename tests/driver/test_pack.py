"""A packed mixin: a distribution that any project can name, the same bytes for the same definitions."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import site
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright
from mixwright.driver.project import resolved
from mixwright.errors import MixwrightError
from mixwright.loader import load
from mixwright.model import Mixin

WEB = """\
import attrs

from mixwright import Dashboard, Mixin, Panel
from rules.heat import above

from ._limits import LIMIT

@attrs.frozen
class Config:
    limit: int = LIMIT

def mixin(config=Config()):
    \"\"\"Return the mixin.\"\"\"
    return Mixin(
        "web", version="0.3.0", description="Rooms", rules=above(config.limit), requires="node>=0.1,<1",
        dashboards=Dashboard("Rooms", panels=Panel("Heat", "heat")),
    )

MIXIN = mixin()
"""
HEAT = """\
from mixwright import Alert, RuleGroup, Severity

def above(limit):
    hot = Alert("Hot", expr=f"heat > {limit}", severity=Severity.TICKET, summary="hot")
    return RuleGroup("web", rules=(hot,))
"""
NEVER = "raise RuntimeError('nobody needs this')\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for path, text in {
        "mixins/web.py": WEB,
        "mixins/_limits.py": "LIMIT = 30\n",
        "rules/heat.py": HEAT,
        "rules/never.py": NEVER,
        "runbooks/Hot.md": "# Hot\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(mixwright, ["-C", str(root), *arguments])


def packed(root: Path, out: Path) -> tuple[Path, Path]:
    done = run(root, "pack", "web", "--out", str(out))
    assert done.exit_code == 0, done.exception or done.output
    return out / "mixwright_mixin_web-0.3.0-py3-none-any.whl", out / "web-0.3.0.tar.gz"


def test_the_wheel_has_what_the_definition_imports_and_says_where_it_is_from(
    project: Path, tmp_path: Path
) -> None:
    wheel, _ = packed(project, tmp_path / "dist")

    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        names = {name for name in archive.namelist() if ".dist-info" not in name}
        info = "mixwright_mixin_web-0.3.0.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        provenance = json.loads(archive.read(f"{info}/provenance.json"))
    files = ("__init__.py", "mixins/web.py", "mixins/_limits.py", "rules/heat.py")
    assert names == {f"mixwright_mixin_web/{path}" for path in files}
    assert "Name: mixwright-mixin-web\nVersion: 0.3.0\n" in metadata
    # `node` is a standard mixin, which comes with mixwright.
    assert metadata.count("Requires-Dist: ") == metadata.count("Requires-Dist: mixwright>=") == 1
    assert provenance["requires"] == ["node>=0.1,<1"]
    assert provenance["sources"].keys() == {"mixins/web.py", "mixins/_limits.py", "rules/heat.py"}


def test_the_archive_has_what_people_without_python_take(project: Path, tmp_path: Path) -> None:
    _, archive = packed(project, tmp_path / "dist")
    run(project, "compile")

    with tarfile.open(archive) as files:
        files.extractall(tmp_path, filter="data")
    folder = tmp_path / "web-0.3.0"
    for path in ("rules/web.yaml", "dashboards/rooms.json", "manifest.json"):
        # `out/` has a way home, and so has this.
        assert (folder / path).read_bytes() == (project / "out" / "web" / path).read_bytes()
    assert (folder / "runbooks" / "Hot.md").is_file()
    if shutil.which("jsonnet"):
        said = subprocess.run(
            ["jsonnet", "-e", "local m = import 'mixin.libsonnet'; m.prometheusAlerts"],
            cwd=folder, capture_output=True, check=True,
        ).stdout  # fmt: skip
        assert json.loads(said)["groups"][0]["rules"][0]["alert"] == "Hot"
    if shutil.which("kubectl"):
        built = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True)
        assert b"kind: PrometheusRule" in built.stdout, built.stderr


def test_two_runs_make_the_same_bytes(project: Path, tmp_path: Path) -> None:
    made = []
    for seed, stamp in (("1", 1_000_000_000), ("2", 1_700_000_000)):
        copy, out = tmp_path / seed / "project", tmp_path / seed / "dist"
        shutil.copytree(project, copy)
        for file in copy.rglob("*.py"):
            os.utime(file, (stamp, stamp))
        subprocess.run(
            [sys.executable, "-m", "mixwright", "-C", copy, "pack", "web", "--out", out],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"},
            check=True,
            capture_output=True,
        )
        made.append([file.read_bytes() for file in sorted(out.iterdir())])

    assert len(made[0]) == 2
    assert made[0] == made[1]


def test_a_released_version_is_not_packed_with_other_content(project: Path, tmp_path: Path) -> None:
    run(project, "release", "web")
    packed(project, tmp_path / "dist")
    (project / "rules" / "heat.py").write_text(HEAT.replace("heat >", "2 * heat >"))

    done = run(project, "pack", "web", "--out", str(tmp_path / "other"))

    assert "`web` 0.3.0 has been released with other content" in str(done.exception)
    assert not (tmp_path / "other").exists()


@pytest.fixture
def taken(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another project, for which the wheel is installed."""
    wheel, _ = packed(project, tmp_path / "dist")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, "mixwright_mixin_web", raising=False)
    root = tmp_path / "taker"
    (root / "mixins").mkdir(parents=True)
    (root / "rules").mkdir()
    (root / "rules" / "heat.py").write_text("LIMIT = 40\n")
    (root / "mixins" / "shop.py").write_text(SHOP)
    return root


SHOP = """\
from rules.heat import LIMIT
from mixwright import Mixin
import mixwright_mixin_web as web
from rules import heat
assert heat.LIMIT == LIMIT
found = web.mixin(web.Config(limit=LIMIT))
MIXIN = Mixin("shop", version="1.0.0", rules=found.rules, requires=("web>=0.3,<0.4",))
"""


def test_an_installed_mixin_is_named_and_adapted_beside_rules_of_the_same_name(taken: Path) -> None:
    (web,) = load(taken, ("web",))
    (shop,) = resolved(taken)

    (one,), (other,) = web.alerts(), shop.alerts()
    assert (str(one.expr), str(other.expr)) == ("heat > 30", "heat > 40")


def test_a_wheel_requires_the_distributions_that_its_mixin_requires(
    taken: Path, tmp_path: Path
) -> None:
    done = run(taken, "pack", "shop", "--out", str(tmp_path / "more"))

    assert done.exit_code == 0, done.exception
    with zipfile.ZipFile(
        tmp_path / "more" / "mixwright_mixin_shop-1.0.0-py3-none-any.whl"
    ) as archive:
        metadata = archive.read("mixwright_mixin_shop-1.0.0.dist-info/METADATA").decode()
    assert "Requires-Dist: mixwright-mixin-web>=0.3,<0.4\n" in metadata


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("web>=0.4", r"shop\.py:7: mixin `shop` requires `web>=0.4`, and `web` is 0.3.0"),
        (
            "wib",
            r"shop\.py:7: mixin `shop` requires `wib`: `wib` is not a mixin; did you mean `web`",
        ),
        ("web~1", r"shop\.py:7: .*`web~1` does not name a mixin and its versions"),
    ],
)
def test_what_a_mixin_requires_is_there_as_required(taken: Path, wanted: str, message: str) -> None:
    (taken / "mixins" / "shop.py").write_text(SHOP.replace("web>=0.3,<0.4", wanted))

    with pytest.raises(MixwrightError, match=message):
        resolved(taken)


@pytest.mark.parametrize(
    ("wanted", "version", "will_do"),
    [
        ("a", "0.0.1", True),
        ("a>=0.1,<1", "0.1.0", True),
        ("a>=0.1,<1", "1.0.0", False),
        ("a>=0.9", "0.10.0", True),
        ("a==1", "1.0.0", True),
        ("a!=1.2.3, >1", "1.2.4", True),
        ("a<=1.2", "1.2.1", False),
    ],
)
def test_ranges_are_those_of_python_distributions(wanted: str, version: str, will_do: bool) -> None:
    (found,) = Mixin("b", version="1.0.0", requires=wanted).requires

    assert found.admits(version) is will_do


@pytest.mark.slow
def test_pip_installs_the_wheel_and_another_project_compiles_it_by_name(
    project: Path, tmp_path: Path
) -> None:
    wheel, _ = packed(project, tmp_path / "dist")
    environment = tmp_path / "venv"

    def python(*arguments: str | Path) -> str:
        done = subprocess.run(
            [environment / "bin" / "python", *arguments],
            env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"},
            cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
    # mixwright and what it needs are those of this test, everything else is the wheel's.
    (own,) = (environment / "lib").glob("python*/site-packages")
    program = Path(load.__code__.co_filename).parents[1]
    (own / "tested.pth").write_text("\n".join((str(program), *site.getsitepackages())))

    told = python("-m", "mixwright", "compile", "web", "--out", tmp_path / "out")

    assert "web 0.3.0" in told
    assert "heat > 30" in (tmp_path / "out" / "web" / "rules" / "web.yaml").read_text()
