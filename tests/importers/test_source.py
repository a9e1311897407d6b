"""Source as ruff format writes it, whatever the values."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mixwright.importers.source import Call, Name, written

# Nobody knows how wide what has no glyph is.
LETTERS = st.characters(max_codepoint=0x17F, exclude_categories=("Cc", "Cf"))
TEXTS = st.text(LETTERS | st.sampled_from("日本語"), max_size=30) | st.sampled_from(
    ["it's", 'say "x"', "both ' and \"", "a\\b\n\t", "é\t "]
)
PLAIN = TEXTS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)
VALUES = st.recursive(
    PLAIN,
    lambda inside: (
        st.lists(inside, max_size=5)
        | st.lists(inside, max_size=5).map(tuple)
        | st.dictionaries(TEXTS, inside, max_size=5)
    ),
    max_leaves=25,
)


@given(VALUES)
def test_a_value_is_read_back_as_it_was(value) -> None:
    assert eval(written(value, before="", after="")) == value


# Each try is a process; what ruff writes otherwise is short enough to read as it is.
@settings(max_examples=3, phases=(Phase.generate,))
@given(st.lists(st.tuples(VALUES, VALUES), min_size=12, max_size=12))
def test_ruff_changes_nothing(pairs) -> None:
    calls = (Call("Panel", one, Name("LONG_NAME"), show=other, again=one) for one, other in pairs)
    source = "".join(written(call, before=f"X{n} = ") + "\n" for n, call in enumerate(calls))

    command = [sys.executable, "-m", "ruff", "format", "--line-length=100", "-"]
    done = subprocess.run(command, input=source, text=True, capture_output=True, check=True)

    assert done.stdout == source
