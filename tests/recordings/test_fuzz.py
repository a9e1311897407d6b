"""A short run of the fuzzer: the same inputs every time; the long one is `python -m tests.recordings.fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from .fuzz.run import outcome
from .fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_hostile_input_is_refused_or_read(name: str, tmp_path: Path) -> None:
    target = TARGETS[name](tmp_path)
    found = {seed: outcome(target, seed) for seed in range(30)}

    assert {seed: said for seed, said in found.items() if said not in ("fine", "refused")} == {}
