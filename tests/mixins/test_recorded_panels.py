"""Where a recording has every kind of target of a mixin, panels have data and links lead on, whatever is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.driver.preview import preview_project


@pytest.mark.parametrize("name", ["blackbox", "kube-state-metrics"])
def test_every_panel_has_data(name: str, repository: Path, tmp_path: Path) -> None:
    recording = repository / "recordings/cluster/metrics"

    result = preview_project(tmp_path, recording, tmp_path / "pages", [name])

    assert result.panels
    assert result.problems == ()
