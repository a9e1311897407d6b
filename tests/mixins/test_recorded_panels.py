"""Every panel of the standard mixins shows data on a bundled recording, and every link of it leads on.

What no recording has is in `test_simulated_panels.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.driver.preview import preview_project
from mixwright.loader import standard_names

from .test_simulated_panels import JOBS as SIMULATED

RECORDED = {
    "loopback": ("http-service", "node"),
    "stack": (
        *("alertmanager", "apache", "blackbox", "etcd"),
        *("grafana", "mysql", "nginx", "prometheus"),
    ),
    "cluster": (
        *("apiserver", "containers", "controller-manager", "coredns", "envoy", "jobs", "jvm"),
        *("kube-proxy", "kube-state-metrics", "kubelet", "kubernetes", "loki", "node-problems"),
        *("probes", "scheduler"),
    ),
}
"""The recordings, and the mixins whose systems are in them with all that they tell."""
SHORT_OF = {"kubernetes"}
"""What has panels that are empty for some choices: containers that never ran, and workloads without a pod."""
SHOWN = [(recording, name) for recording, names in RECORDED.items() for name in names]


@pytest.mark.parametrize(("recording", "name"), SHOWN)
def test_every_panel_has_data(recording: str, name: str, repository: Path, tmp_path: Path) -> None:
    metrics = repository / "recordings" / recording / "metrics"

    result = preview_project(tmp_path, metrics, tmp_path / "pages", [name])

    assert result.panels
    assert (result.failures if name in SHORT_OF else result.problems) == ()


def test_every_mixin_is_shown() -> None:
    assert {name for _, name in SHOWN} | set(SIMULATED) == set(standard_names())
