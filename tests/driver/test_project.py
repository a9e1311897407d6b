"""What a project has beyond its mixins: ways between them, and a home."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.driver.compile import compile_project
from mixwright.driver.project import resolved
from mixwright.errors import DefinitionError

_NODE = """
from mixwright import Dashboard, Mixin, Panel
node = Dashboard("Node", per="instance", panels=Panel("Up", "up"))
MIXIN = Mixin("node", version="0.1.0", dashboards=node)
"""
_PODS = """
from mixwright import Dashboard, DrillDown, Mixin, Panel
way = DrillDown({to!r}, fill={{"instance": "node"}})
MIXIN = Mixin(
    "pods", version="0.1.0",
    dashboards=Dashboard("Pods", panels=Panel("CPU", "sum by (node) (rate(cpu[5m]))", drill_downs=way)),
)
"""


def project(root: Path, to: str = "node/node") -> Path:
    (root / "mixins").mkdir(exist_ok=True)
    (root / "mixins" / "node.py").write_text(_NODE)
    (root / "mixins" / "pods.py").write_text(_PODS.format(to=to))
    return root


@pytest.mark.parametrize("to", ["node/node", "node/Node", "node"])
def test_one_mixin_alone_still_knows_the_way_to_another(tmp_path: Path, to: str) -> None:
    (pods,) = resolved(project(tmp_path, to), ("pods",))

    (panel,) = pods.dashboards[0].all_panels()
    assert [link.uid for link in panel.links] == ["node"]


def test_a_way_to_nowhere_is_told_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"pods\.py:3: .*`node/nod` leads nowhere"):
        resolved(project(tmp_path, "node/nod"))


def test_home_is_compiled_with_the_whole_project_and_left_alone_by_a_part_of_it(
    tmp_path: Path,
) -> None:
    root = project(tmp_path)
    first = {one.folder for one in compile_project(root, root / "out")}
    home = root / "out" / "home" / "dashboards" / "home.json"
    before = home.read_bytes()

    part = {one.folder for one in compile_project(root, root / "out", ("node",))}

    assert first == {"node", "pods", "home", "provisioning"}
    assert part == {"node", "provisioning"}
    assert home.read_bytes() == before
    assert (root / "out" / "provisioning" / "dashboards" / "home.yaml").is_file()
    assert all(one.current for one in compile_project(root, root / "out", check=True))


def test_a_project_may_have_a_home_of_its_own(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "mixins" / "home.py").write_text(_NODE.replace('"node", v', '"home", v'))
    compile_project(root, root / "out")

    assert not (root / "out" / "home" / "dashboards" / "home.json").exists()
    assert (
        b"mixwright-home" not in (root / "out" / "pods" / "dashboards" / "pods.json").read_bytes()
    )
