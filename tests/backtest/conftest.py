"""Small recordings and rules for the simulator's tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pytest

from mixwright.backtest import Backtest, Incident, backtest
from mixwright.frame import STALE_NAN, Samples
from mixwright.model import Alert, Mixin, Recording, RuleGroup
from mixwright.recordings.memory import MemoryRecording
from mixwright.values import Duration, Labels

START = 1_800_000_000_000
"""When the recordings of these tests begin, in ms."""

Source: TypeAlias = MemoryRecording


@pytest.fixture
def record() -> Callable[..., Source]:
    """Return a function from series (`'up{job="a"}': "1 1 _ 0 x"`, a sample every 15 s) to a recording.

    `_` is no sample, `x` a staleness marker, `1*4` four times 1.
    """

    def recording(series: dict[str, str], every: int = 15_000) -> Source:
        return MemoryRecording(
            Samples.of(
                sorted(
                    (_series(n, text, every) for n, text in series.items()),
                    key=lambda s: s[0].pairs,
                )
            ),
            form="test",
            provenance="",
        )

    return recording


def _series(name: str, text: str, every: int) -> tuple[Labels, np.ndarray, np.ndarray]:
    metric, _, rest = name.partition("{")
    pairs = (pair.split("=", 1) for pair in rest.rstrip("}").split(",") if pair)
    labels = {"__name__": metric} | {key.strip(): value.strip('"') for key, value in pairs}
    items = [
        item
        for word in text.split()
        for item in [word.split("*")[0]] * int(word.split("*")[1] if "*" in word else 1)
    ]
    points = [
        (START + number * every, STALE_NAN if item == "x" else float(item))
        for number, item in enumerate(items)
        if item != "_"
    ]
    times, values = zip(*points, strict=True)
    return Labels(labels), np.array(times, np.int64), np.array(values)


@pytest.fixture
def run() -> Callable[..., Backtest]:
    """Return a function that replays rules, as one group or several, every 15 s."""

    def runs(
        source: Source,
        *rules: Alert | Recording | RuleGroup,
        incidents: Sequence[Incident] = (),
        interval: str = "15s",
        **more: int,
    ) -> Backtest:
        groups = [rule for rule in rules if isinstance(rule, RuleGroup)]
        loose = [rule for rule in rules if not isinstance(rule, RuleGroup)]
        if loose:
            groups.append(RuleGroup("group", rules=tuple(loose)))
        mixin = Mixin("test", version="1.0.0", rules=tuple(groups))
        every = Duration.parse(interval)
        return backtest([mixin], source, incidents=incidents, interval=every, **more)

    return runs


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    """Return a function that makes an alert on `expr`."""

    def makes(expr: str, name: str = "Hot", **fields: object) -> Alert:
        given = {"severity": "page", "summary": "too hot"} | fields
        return Alert(name, expr=expr, **given)  # type: ignore[arg-type]

    return makes
