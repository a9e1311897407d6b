"""How single values and series are shown: texts of values, colours from values on, overrides, links."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import checked
from mixwright.model.expression import origin_field, several
from mixwright.values import Origin, caller

COLOUR_MODES = frozenset(
    {
        *("thresholds", "palette-classic", "palette-classic-by-name"),
        *("continuous-GrYlRd", "continuous-RdYlGr", "continuous-BlYlRd", "continuous-YlRd"),
        *("continuous-BlPu", "continuous-YlBl", "continuous-blues", "continuous-reds"),
        *("continuous-greens", "continuous-purples", "continuous-viridis", "continuous-magma"),
        *("continuous-plasma", "continuous-inferno", "continuous-cividis"),
    }
)
"""Ways to colour by value or by series (`FieldColorModeId` of @grafana/schema 13.2 and its schemes)."""


@attrs.frozen
class ValueMap:
    """A value, a number or a text, that is shown as another text."""

    value: float | str
    text: str = checked.text()
    color: str = checked.colour()
    origin: Origin | None = origin_field()

    def means(self, value: float) -> bool:
        """Tell whether a number is meant."""
        return not isinstance(self.value, str) and value == self.value


@attrs.frozen
class RangeMap:
    """Numbers from `low` to `high`, both included, that are shown as a text; without an end it is open."""

    low: float | None
    high: float | None
    text: str = checked.text()
    color: str = checked.colour()
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that some number is in the range."""
        if self.low is not None and self.high is not None and self.low > self.high:
            raise DefinitionError(
                f"no value lies from `{self.low}` to `{self.high}`; give the lower one first",
                self.origin,
            )

    def means(self, value: float) -> bool:
        """Tell whether a number is meant."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return low <= value <= high


@attrs.frozen
class RegexMap:
    """Texts that match a regular expression (JavaScript's), shown as `text`, in which `$1` is a group."""

    pattern: str
    text: str = checked.text()
    color: str = checked.colour()
    origin: Origin | None = origin_field()

    def means(self, _value: float) -> bool:
        """Tell whether a number is meant: only texts are."""
        return False


@attrs.frozen
class SpecialMap:
    """What is no number: `null`, `nan`, `null+nan`, `true`, `false` or `empty`, shown as a text."""

    match: Literal["null", "nan", "null+nan", "true", "false", "empty"]
    text: str = checked.text()
    color: str = checked.colour()
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that Grafana knows the word."""
        known = ("null", "nan", "null+nan", "true", "false", "empty")
        if self.match not in known:
            raise DefinitionError(
                f"`{self.match}` is no special value; there are {', '.join(f'`{one}`' for one in known)}",
                self.origin,
            )

    def means(self, value: float) -> bool:
        """Tell whether a number is meant."""
        return math.isnan(value) and "nan" in self.match


ValueMapping: TypeAlias = ValueMap | RangeMap | RegexMap | SpecialMap


def value_mappings(value: object) -> tuple[ValueMapping, ...]:
    """Convert `{0: "down", 1: "up"}`, or mappings, to mappings."""
    if not isinstance(value, Mapping):
        return several(
            value, (ValueMap, RangeMap, RegexMap, SpecialMap), "a `ValueMap` or the like"
        )
    return tuple(_mapped(key, text) for key, text in value.items())


def _mapped(key: object, text: str) -> ValueMapping:
    if isinstance(key, float) and math.isnan(key):
        return SpecialMap("nan", text=text)
    if not isinstance(key, int | float | str):
        raise DefinitionError(f"`{key!r:.60}` is neither a number nor a text to map", caller())
    return ValueMap(key, text=text)


@attrs.frozen
class Steps:
    """Colours by value: `base`, and from each key of `colours` on another one.

    With `percentage` the keys are percent of the way from the panel's minimum to its maximum.
    """

    colours: Mapping[float, str] = attrs.field(hash=False)
    base: str = checked.colour("green")
    percentage: bool = checked.flag()
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that the keys are numbers and the values colours."""
        for value, name in self.colours.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
                raise DefinitionError(
                    f"`{value!r:.60}` is no number to change colour at", self.origin
                )
            if not checked.is_colour(name):
                raise DefinitionError(
                    f"`{name!r:.60}` is no colour; write `red`, `dark-green` or `#73bf69`",
                    self.origin,
                )

    def colour(self, value: float, low: float = 0.0, high: float = 100.0) -> str:
        """Return the colour of a value; `low` and `high` are the ends of the scale for percentages."""
        if self.percentage:
            value = 100 * (value - low) / (high - low) if high > low else 0.0
        reached = [step for step in self.colours if value >= step]
        return self.colours[max(reached)] if reached else self.base


@attrs.frozen
class DataLink:
    """A link from a series, value or row to any address; Grafana's `${__field.labels.pod}` and friends are filled in.

    The way to another dashboard is a `DrillDown`, which is checked.
    """

    title: str
    url: str
    new_tab: bool = checked.flag()
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that the link can be seen and followed."""
        if not self.title or not self.url:
            raise DefinitionError("a data link needs a title and an address", self.origin)
        scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", self.url)
        if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
            raise DefinitionError(
                f"data link `{self.title}` leads to `{scheme[1]}:`; browsers open http, https and mailto",
                self.origin,
            )


def data_links(value: DataLink | Iterable[DataLink]) -> tuple[DataLink, ...]:
    """Convert one link or several."""
    return several(value, DataLink, "a `DataLink`")


MATCHERS = ("name", "regexp", "type", "query")


@attrs.frozen(init=False)
class Override:
    """Other settings for some series or columns: `Override("p99", color="red", line_width=2)`.

    `of` is what `by` says: the `name` of a series or column, a `regexp` for names, the `type` of a
    field (`number`, `string`, `time`, `boolean`), or the `query` by its letter. `look` are options of
    the panel's kind.
    """

    of: str
    by: str
    unit: str | None
    display_name: str | None
    color: str | None
    decimals: int | None
    minimum: float | None
    maximum: float | None
    no_value: str | None
    mappings: tuple[ValueMapping, ...]
    steps: Steps | None
    links: tuple[DataLink, ...]
    look: Mapping[str, Any] = attrs.field(hash=False)
    origin: Origin | None = attrs.field(eq=False, repr=False)

    def __init__(
        self,
        of: str,
        *,
        by: Literal["name", "regexp", "type", "query"] = "name",
        unit: str | None = None,
        display_name: str | None = None,
        color: str | None = None,
        decimals: int | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
        no_value: str | None = None,
        mappings: object = (),
        steps: Steps | None = None,
        links: DataLink | tuple[DataLink, ...] = (),
        **look: Any,
    ) -> None:
        """Take what is shown otherwise; everything that is not named here is an option of the panel's kind."""
        origin = caller()
        if by not in MATCHERS:
            known = ", ".join(f"`{one}`" for one in MATCHERS)
            raise DefinitionError(f"an override goes by one of {known}; this is `{by}`", origin)
        if by == "type" and of not in ("number", "string", "time", "boolean", "other"):
            raise DefinitionError(
                f"`{of}` is no type of a field; there are `number`, `string`, `time` and `boolean`",
                origin,
            )
        check_colour(color or "", f"override of `{of}`", origin)
        self.__attrs_init__(
            *(of, by, unit, display_name, color, decimals, minimum, maximum, no_value),
            *(value_mappings(mappings), steps, data_links(links), look, origin),
        )


def check_colour(color: str, whose: str, origin: Origin | None) -> None:
    """Refuse what is neither a colour nor a way to colour."""
    if color and color not in COLOUR_MODES and not checked.is_colour(color):
        raise DefinitionError(
            f"{whose} has the color `{color}`; write a colour such as `red` or `#73bf69`, "
            "or a mode such as `palette-classic` or `continuous-GrYlRd`",
            origin,
        )
