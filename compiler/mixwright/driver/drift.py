"""The output directory and a Grafana server → what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixwright.driver.project import Progress, silent
from mixwright.errors import MixwrightError

if TYPE_CHECKING:
    from mixwright.drift import Drift


def find_drift(
    out: Path, url: str, token: str, *, save: Path | None = None, progress: Progress = silent
) -> Drift:
    """Compare the dashboards of a server with those compiled to `out`.

    Only reads from the server; what is to be adopted is written below `save`, as `<uid>.json`. Raises
    `MixwrightError` when nothing has been compiled, or the server does not answer.
    """
    from mixwright.dashboardfiles import read_dashboards
    from mixwright.drift import Grafana, compare

    folders = sorted(out.glob("*/dashboards")) if out.is_dir() else []
    ours = tuple(one for folder in folders for one in read_dashboards(folder))
    if not ours:
        raise MixwrightError(f"`{out}` holds no dashboards; run `mixwright compile` first")
    live = []
    for dashboard in Grafana(url, token).dashboards():
        live.append(dashboard)
        progress("reading dashboards", len(live), len(live))
    drift = compare(live, ours)
    if save is not None:
        _save(drift, {one.view.uid: one.view.content for one in live}, save)
    return drift


def _save(drift: Drift, contents: Mapping[str, dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for found in drift.findings:
        # A server's uids are not to be trusted with paths.
        if found.plan == "adopt" and re.fullmatch(r"[A-Za-z0-9_-]+", found.uid):
            text = json.dumps(contents[found.uid], indent=2, ensure_ascii=False)
            (folder / f"{found.uid}.json").write_text(f"{text}\n", "utf-8")
