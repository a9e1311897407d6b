"""Mixins from elsewhere: listed, taken, pinned, and upgraded once it is known what that changes."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright
from mixwright.loader import known_names, load

HEAT = """\
import attrs
from mixwright import Alert, Mixin, RuleGroup, Severity

@attrs.frozen
class Config:
    limit: int = {limit}
    rooms: str = ""

def mixin(config=Config()):
    down = Alert("NodeDead", expr=f"up == {{config.limit}}", severity=Severity.PAGE, summary="down")
    return Mixin("heat", version="{version}", rules=RuleGroup("heat", rules=(down,)))

MIXIN = mixin()
"""
Install = Callable[[str, int], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what installs the distribution `shop-heat` in a version, with a limit."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def put(version: str, limit: int) -> None:
        info = site / "shop_heat.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (site / "shop_heat.py").write_text(HEAT.format(version=version, limit=limit))
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: shop-heat\nVersion: {version}\n"
        )
        (info / "entry_points.txt").write_text("[mixwright.mixins]\nheat = shop_heat\n")
        importlib.invalidate_caches()
        monkeypatch.delitem(sys.modules, "shop_heat", raising=False)

    return put


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project" / "mixins").mkdir(parents=True)
    return tmp_path / "project"


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(mixwright, ["-C", str(root), *arguments])


@pytest.mark.parametrize("name", known_names())
def test_every_standard_mixin_can_be_added_as_it_comes(root: Path, name: str) -> None:
    (standard,) = load(root, (name,))

    done = run(root, "add", name)

    assert done.exit_code == 0, done.exception
    (own,) = load(root)
    assert own == standard
    assert f'{name} = "{standard.version}"' in (root / "mixwright.lock").read_text()


def test_what_was_added_is_set_up_in_its_module(root: Path) -> None:
    run(root, "add", "node")
    file = root / "mixins" / "node.py"
    text = file.read_text()
    assert "        # cpu_above=0.9,\n" in text
    file.write_text(text.replace("# cpu_above=0.9", "cpu_above=0.75"))

    (own,) = load(root)

    assert any("0.75" in str(alert.expr) for alert in own.alerts())
    again = run(root, "add", "node")
    assert "the project has a mixin `node` already" in str(again.exception)
    assert "cpu_above=0.75" in file.read_text()


def test_mixins_are_listed_with_where_they_are_from(root: Path, install: Install) -> None:
    install("0.1.0", 0)
    run(root, "add", "node")

    rows = {line.split()[0]: line.split()[1:3] for line in run(root, "list").output.splitlines()}

    assert rows["heat"] == ["0.1.0", "shop-heat"]
    assert rows["node"][1] == "project"
    assert rows["apache"][1] == "standard"


def test_an_upgrade_shows_what_it_would_have_done_before_it_is_taken(
    root: Path, install: Install, repository: Path
) -> None:
    install("0.1.0", 0)
    run(root, "add", "heat")
    assert "        # limit=0,\n        # rooms='',\n" in (root / "mixins" / "heat.py").read_text()
    assert run(root, "compile").exit_code == 0
    assert run(root, "outdated").exit_code == 0
    rules = root / "out" / "heat" / "rules" / "heat.yaml"
    before, pins = rules.read_text(), (root / "mixwright.lock").read_text()

    install("0.2.0", 2)
    told = run(root, "outdated")
    refused = run(root, "compile")
    recording = repository / "recordings" / "loopback" / "metrics"
    shown = run(root, "upgrade", "--check", "--recording", str(recording))

    assert (told.exit_code, told.stdout) == (1, "heat 0.1.0 → 0.2.0\n")
    assert "pinned to 0.1.0 in `mixwright.lock`, 0.2.0 is installed" in str(refused.exception)
    assert shown.exit_code == 1, shown.exception
    assert "This change would have missed" in shown.output
    assert (rules.read_text(), (root / "mixwright.lock").read_text()) == (before, pins)

    assert run(root, "upgrade").exit_code == 0
    assert "up == 2" in rules.read_text()
    assert 'heat = "0.2.0"' in (root / "mixwright.lock").read_text()
    assert run(root, "compile", "--check").exit_code == 0
    assert run(root, "upgrade").output == "everything is as pinned\n"


def test_what_is_required_is_pinned_too(root: Path, install: Install) -> None:
    install("0.1.0", 0)
    (root / "mixins" / "shop.py").write_text(
        'from mixwright import Mixin\nMIXIN = Mixin("shop", version="1.0.0", requires="heat<1")\n'
    )
    assert run(root, "outdated").stdout == "heat (not pinned) → 0.1.0\n"

    assert run(root, "upgrade").exit_code == 0
    install("0.2.0", 0)

    assert "pinned to 0.1.0" in str(run(root, "compile").exception)


@pytest.mark.parametrize("text", ["[mixins", "mixins = 3", "[mixins]\nnode = 1", "\udcff"])
def test_a_lock_file_that_cannot_be_read_is_told_in_one_line(root: Path, text: str) -> None:
    (root / "mixwright.lock").write_bytes(text.encode(errors="surrogateescape"))

    told = str(run(root, "compile").exception)

    assert "mixwright.lock`" in told
    assert "\n" not in told


def test_an_installed_mixin_that_fails_is_told_by_name(
    root: Path, install: Install, tmp_path: Path
) -> None:
    install("0.1.0", 0)
    (tmp_path / "site" / "shop_heat.py").write_text("1 / 0\n")
    assert "the installed mixin `heat` (`shop_heat`) raises ZeroDivisionError" in str(
        run(root, "compile", "heat").exception
    )
    other = HEAT.format(version="0.1.0", limit=0).replace('"heat", v', '"cold", v')
    (tmp_path / "site" / "shop_heat.py").write_text(other)
    sys.modules.pop("shop_heat", None)

    assert "whose mixin is called `cold`" in str(run(root, "compile", "heat").exception)
