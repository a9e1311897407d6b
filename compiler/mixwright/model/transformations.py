"""Steps between the answers of queries and what a panel shows: those that nearly all dashboards use.

Semantics: `standardTransformers` of @grafana/data 13.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import checked
from mixwright.model.calculations import CALCULATIONS
from mixwright.model.expression import origin_field, several
from mixwright.values import Origin


@attrs.frozen
class Organize:
    """Hide, order and rename the fields of a table; fields that `order` does not name come last."""

    exclude: tuple[str, ...] = checked.texts()
    rename: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, hash=False)
    order: tuple[str, ...] = checked.texts()
    origin: Origin | None = origin_field()


@attrs.frozen
class Merge:
    """Make one table of several: rows that agree in all shared fields become one."""

    origin: Origin | None = origin_field()


@attrs.frozen
class JoinByField:
    """Put tables beside each other where `field` is the same; without a field, by time."""

    field: str = ""
    mode: Literal["outer", "inner", "outerTabular"] = checked.choice(
        "outer", "inner", "outerTabular"
    )
    origin: Origin | None = origin_field()


@attrs.frozen
class RenameByRegex:
    """Replace what matches in the names of fields; `$1` is the first group. Regular expressions are JavaScript's."""

    pattern: str
    replacement: str
    origin: Origin | None = origin_field()


@attrs.frozen
class GroupBy:
    """Make one row of all that agree in `by`; `calculate` says what becomes of the other fields."""

    by: tuple[str, ...] = attrs.field(converter=checked.several_texts)
    calculate: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, kw_only=True, hash=False)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check the names of the calculations."""
        for field, names in self.calculate.items():
            for name in names:
                if name not in CALCULATIONS:
                    raise DefinitionError(
                        f"`{name}` of field `{field}` is no calculation; there are "
                        f"{', '.join(f'`{one}`' for one in CALCULATIONS[:9])} and others",
                        self.origin,
                    )


@attrs.frozen
class FilterFields:
    """Keep the fields that are named or match a pattern, and drop those that `exclude` or its pattern name."""

    names: tuple[str, ...] = checked.texts()
    pattern: str = checked.text()
    exclude: tuple[str, ...] = checked.texts()
    exclude_pattern: str = checked.text()
    origin: Origin | None = origin_field()


@attrs.frozen
class Calculate:
    """Add a field: two fields or numbers with an operator, `Calculate("share", "used", "/", "size")`.

    With `only`, the other fields go.
    """

    name: str
    left: str | float
    operator: Literal["+", "-", "*", "/"]
    right: str | float
    only: bool = checked.flag()
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check the operator."""
        if self.operator not in ("+", "-", "*", "/"):
            raise DefinitionError(
                f"`{self.operator}` is no operator; there are `+`, `-`, `*`, `/`",
                self.origin,
            )


@attrs.frozen
class CalculateRow:
    """Add a field that is calculated from all others of its row, or from `fields`."""

    name: str
    calculation: str = checked.choice("sum", *(one for one in CALCULATIONS if one != "sum"))
    fields: tuple[str, ...] = checked.texts()
    only: bool = checked.flag()
    origin: Origin | None = origin_field()


@attrs.frozen
class Reduce:
    """Make one value of each field: a row for each series, or with `fields` one row with the same fields."""

    calculations: tuple[str, ...] = checked.texts("lastNotNull", among=CALCULATIONS)
    fields: bool = checked.flag()
    labels: bool = checked.flag()
    """Whether labels become columns; for rows only."""
    origin: Origin | None = origin_field()


@attrs.frozen
class SortBy:
    """Sort the rows by one field."""

    field: str
    descending: bool = checked.flag()
    origin: Origin | None = origin_field()


@attrs.frozen
class LabelsToFields:
    """Make fields of labels: a column for each, or with `rows` two columns of names and values.

    `keep` are the labels that are wanted, all unless given; the values of `value_label` name the
    fields of values.
    """

    rows: bool = checked.flag()
    keep: tuple[str, ...] = checked.texts()
    value_label: str = checked.text()
    origin: Origin | None = origin_field()


@attrs.frozen
class OtherTransformation:
    """A transformation that has no class here, as Grafana stores it, and the reason for it."""

    id: str
    options: Mapping[str, Any] = attrs.field(hash=False)
    reason: str = attrs.field(kw_only=True)
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Ask for the reason."""
        if not self.reason.strip():
            raise DefinitionError(f"transformation `{self.id}` needs a reason", self.origin)


Transformation: TypeAlias = (
    Organize
    | Merge
    | JoinByField
    | RenameByRegex
    | GroupBy
    | FilterFields
    | Calculate
    | CalculateRow
    | Reduce
    | SortBy
    | LabelsToFields
    | OtherTransformation
)


def transformations(value: object) -> tuple[Transformation, ...]:
    """Convert one transformation or several."""
    return several(value, Transformation.__args__, "a transformation such as `Merge()`")
