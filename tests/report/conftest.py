"""A backtest with something of everything, and strings in it that would like to be markup."""

from __future__ import annotations

import numpy as np
import pytest

from mixwright.backtest import Backtest, Incident, backtest
from mixwright.frame import Samples
from mixwright.model import Alert, Mixin, Recording, RuleGroup
from mixwright.recordings.memory import MemoryRecording
from mixwright.values import Duration, Labels

START, MINUTE = 1_800_000_000_000, 60_000
EVIL = "<script>alert(1)</script>`|_*"


def _at(minute: int) -> int:
    return START + minute * MINUTE


@pytest.fixture(scope="session")
def rooms() -> MemoryRecording:
    times = np.arange(START, _at(60) + 1, 15_000, dtype=np.int64)
    minutes = (times - START) / MINUTE
    hot = np.where((minutes >= 10) & (minutes < 20) | (minutes >= 40) & (minutes < 45), 90.0, 20.0)
    series = [
        (Labels({"__name__": "room", "place": EVIL}), times, hot),
        (Labels({"__name__": "room", "place": "quiet"}), times, np.full(len(times), 18.5)),
    ]
    return MemoryRecording(Samples.of(series), form="test", provenance="")


@pytest.fixture(scope="session")
def result(rooms: MemoryRecording) -> Backtest:
    summary = "{{ $labels.place }} has {{ $value }}"
    rules = RuleGroup(
        "rooms",
        rules=(
            Recording("place:room:max", expr="max by (place) (room)"),
            Recording("never", expr="nope"),
            Alert(
                "Hot",
                expr="place:room:max > 50",
                severity="page",
                summary=summary,
                hold="1m",
                annotations={"summary": summary},
            ),
            Alert("Warm", expr="room > 50 and room < 100", severity="ticket", summary="x", hold="30m"),
            Alert("Cold", expr='room{job="x"} < 5', severity="log", summary="x"),
            Alert("Doubled", expr="room > 0", severity="ticket", summary="x", labels={"place": "one"}),
        ),
    )  # fmt: skip
    incidents = (
        Incident(name="heat" + EVIL, start=_at(10), end=_at(20), what=EVIL),
        Incident(name="flood", start=_at(25), end=_at(30)),
        Incident(name="long ago", start=_at(-20), end=_at(-10)),
    )
    return backtest(
        [Mixin("rooms", version="1.0.0", rules=rules)],
        rooms,
        incidents=incidents,
        interval=Duration(15_000),
    )
