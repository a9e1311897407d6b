"""What a mixin requires of another one: a name and a range of versions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from mixwright.errors import DefinitionError
from mixwright.values import caller, version_numbers

_REQUIREMENT = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\s*(.*)")
_BOUND = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+){0,2})\s*")
_HOLDS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@attrs.frozen
class Requirement:
    """A mixin, and the versions of it that will do: all that every one of `bounds` admits."""

    name: str
    bounds: tuple[tuple[str, str], ...] = ()

    @property
    def versions(self) -> str:
        """The range as it is written for Python distributions, `>=0.1,<1`."""
        return ",".join(f"{sign}{version}" for sign, version in self.bounds)

    def __str__(self) -> str:
        return f"{self.name}{self.versions}"

    def admits(self, version: str) -> bool:
        """Whether a version will do."""
        found = version_numbers(version)
        return all(_HOLDS[sign](found, version_numbers(bound)) for sign, bound in self.bounds)


def requirements(value: str | Sequence[str | Requirement]) -> tuple[Requirement, ...]:
    """Convert `"node>=0.1,<1"`, or several of them, to requirements."""
    several = (value,) if isinstance(value, str) else value
    return tuple(one if isinstance(one, Requirement) else _requirement(one) for one in several)


def _requirement(text: str) -> Requirement:
    named = _REQUIREMENT.fullmatch(text.strip())
    bounds = [_BOUND.fullmatch(part) for part in named[2].split(",")] if named and named[2] else []
    found = [(bound[1], bound[2]) for bound in bounds if bound is not None]
    if named is None or len(found) < len(bounds):
        raise DefinitionError(
            f"`{text}` does not name a mixin and its versions; write `node>=0.1,<1`", caller()
        )
    return Requirement(named[1], tuple(found))
