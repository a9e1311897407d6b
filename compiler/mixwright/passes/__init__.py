"""The passes that turn a mixin as written into a mixin as emitted, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable

from mixwright.model import Mixin
from mixwright.passes.annotate import annotate
from mixwright.passes.expand import expand
from mixwright.passes.identify import identify
from mixwright.passes.layout import layout
from mixwright.passes.link import link
from mixwright.passes.resolve import resolve
from mixwright.passes.scope import scope
from mixwright.passes.tabulate import tabulate

Pass = Callable[[Mixin], Mixin]

PASSES: tuple[Pass, ...] = (resolve, identify, expand, scope, layout, link, tabulate, annotate)


def compile_mixin(mixin: Mixin) -> Mixin:
    """Return the mixin after all passes: what back ends emit, lint reads and the backtest replays.

    Raises `DefinitionError` at the place of the definition that cannot be meant.
    """
    for run in PASSES:
        mixin = run(mixin)
    return mixin
