"""A sweep beside as many runs: how much faster it is, on the same alert and the same metrics.

    python benchmarks/tune.py [RECORDING] [--alert HttpLatencyHigh] [--runs 5]

A run is what a sweep saves: the backtest of that alert alone, with the recording rules that it reads, in a process
that has everything loaded and compiled. Runs are timed at settings drawn at random, and must agree with the sweep.
"""

from __future__ import annotations

import argparse
import platform
import random
import time
from pathlib import Path

import attrs

from mixwright.alertmanager import compiled_config
from mixwright.backtest import Tolerance, backtest, read_incidents
from mixwright.backtest.tune import Tuned, prepare, read_axis, sweep
from mixwright.backtest.tune.parameters import with_values
from mixwright.model import Alert, Mixin
from mixwright.passes import compile_mixin
from mixwright.recordings import open_recording
from mixwright.standard.mixins import http_service
from mixwright.values import Duration

LOOPBACK = Path(__file__).resolve().parent.parent / "recordings" / "loopback" / "metrics"
AXES = ("threshold=0.05:3:60", "window=1m:10m:30s", "hold=0s:10m:30s")
INTERVAL = Duration(60_000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recording", type=Path, nargs="?", default=LOOPBACK)
    parser.add_argument("--alert", default="HttpLatencyHigh")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    mixin = compile_mixin(http_service.mixin())
    alert = next(alert for alert in mixin.alerts() if alert.name == given.alert)
    incidents = read_incidents(given.recording.parent / "incidents.yaml")
    with open_recording(given.recording) as source:

        def swept() -> Tuned:
            ready = prepare([mixin], mixin, alert, source, interval=INTERVAL, start=None, end=None)
            found = sweep(
                ready.scheduled,
                [read_axis(alert, text) for text in AXES],
                ready.overlay,
                compiled_config([mixin]),
                incidents=incidents,
                tolerance=Tolerance(),
                start=ready.start,
                end=ready.end,
            )
            return Tuned.of(found, None)

        swept()
        start = time.perf_counter()
        found = swept().sweep
        whole = time.perf_counter() - start
        singles = []
        for point in random.Random(1).sample(found.points, given.runs):
            values = dict(zip((axis.tunable for axis in found.axes), point.values, strict=True))
            lone = alone(mixin, with_values(alert, values))
            start = time.perf_counter()
            done = backtest([lone], source, incidents=incidents, interval=INTERVAL)
            singles.append(time.perf_counter() - start)
            (result,) = done.alerts
            assert (len(result.pages), result.score.false_pages) == (point.pages, len(point.false))
    single = sorted(singles)[len(singles) // 2]
    runs = single * len(found.points)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(f"{len(found.points)} settings of {given.alert}: {whole:.2f} s")
    print(f"one run: {single:.3f} s (median of {given.runs}), as many: {runs:.0f} s")
    print(f"faster: {runs / whole:.0f}×")


def alone(mixin: Mixin, alert: object) -> Mixin:
    """Return the mixin with its recording rules and this alert only."""
    groups = []
    for group in mixin.rules:
        rules = tuple(
            alert if rule.name == alert.name else rule  # type: ignore[attr-defined]
            for rule in group.rules
            if not isinstance(rule, Alert) or rule.name == alert.name  # type: ignore[attr-defined]
        )
        if rules:
            groups.append(attrs.evolve(group, rules=rules))
    return attrs.evolve(mixin, rules=tuple(groups), dashboards=())


if __name__ == "__main__":
    main()
