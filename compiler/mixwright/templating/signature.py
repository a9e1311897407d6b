"""The Go types of a template function's parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from mixwright.templating.gotypes import GoValue

ANY: Final = "interface {}"
STRING: Final = "string"
RESULT: Final = "template.queryResult"
SAMPLE: Final = "*template.sample"


@attrs.frozen
class Callee:
    """A function with the types of its parameters; `variadic` is the type of all further ones."""

    function: Callable[..., GoValue]
    parameters: tuple[str, ...]
    variadic: str | None


def callee(
    function: Callable[..., GoValue], *parameters: str, variadic: str | None = None
) -> Callee:
    """Return a function as templates call it; `ANY` takes everything."""
    return Callee(function, parameters, variadic)
