"""Every alert of the standard mixins fires when it should, and is silent when it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.ruletest import run_files
from mixwright.ruletest.render import text

FILES = sorted((Path(__file__).parent / "rules").glob("*_test.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem.removesuffix("_test"))
def test_the_rules_of_a_mixin_keep_their_word(file: Path) -> None:
    (result,) = run_files([file])

    assert result.passed, text([result])
