"""The passes that turn mixins as written into mixins as emitted, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mixwright.model import Mixin
from mixwright.passes.across import across
from mixwright.passes.annotate import annotate
from mixwright.passes.expand import expand
from mixwright.passes.identify import identify
from mixwright.passes.layout import layout
from mixwright.passes.link import link
from mixwright.passes.resolve import resolve
from mixwright.passes.scope import scope
from mixwright.passes.tabulate import tabulate

Pass = Callable[[Mixin], Mixin]

ALONE: tuple[Pass, ...] = (resolve, identify, expand, scope, layout, link)
"""What each mixin goes through by itself, before `across` looks at all of them."""

LINKED: tuple[Pass, ...] = (tabulate, annotate)
"""What follows once every way to another dashboard is known."""


def compile_mixin(mixin: Mixin) -> Mixin:
    """Return a mixin that needs no other after all passes: what back ends emit, lint reads and the backtest replays.

    Raises `DefinitionError` at the place of the definition that cannot be meant.
    """
    (compiled,) = compile_mixins((mixin,))
    return compiled


def compile_mixins(mixins: Sequence[Mixin]) -> tuple[Mixin, ...]:
    """Return all mixins of a project after all passes."""
    linked = across(tuple(_through(ALONE, mixin) for mixin in mixins))
    return tuple(_through(LINKED, mixin) for mixin in linked)


def _through(passes: Sequence[Pass], mixin: Mixin) -> Mixin:
    for run in passes:
        mixin = run(mixin)
    return mixin
