"""Template variables: the labels of levels, and what else a reader may choose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, TypeAlias

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import checked
from mixwright.model.expression import origin_field, several, vector
from mixwright.promql import Expr, Selector
from mixwright.values import Duration, Origin, caller, duration, is_legacy_label_name


def _of(value: str | Expr | None) -> Selector | None:
    if value is None:
        return None
    expr = vector(value)
    if not isinstance(expr, Selector):
        raise DefinitionError(f'`{value}` must be a selector such as `up{{job="node"}}`', caller())
    return expr


@attrs.frozen
class Variable:
    """The values of label `name` on the series that `of` selects; every selector is narrowed to the choice.

    `multi` lets a reader choose several values and `All`. Without `of`, the first selector of the
    dashboard's panels that can have the label is used. `pattern`, a regular expression, leaves only
    the values that match.
    """

    name: str
    of: Selector | None = attrs.field(default=None, converter=_of, kw_only=True)
    title: str = attrs.field(default="", kw_only=True)
    multi: bool = attrs.field(default=False, kw_only=True)
    pattern: str = checked.text()
    origin: Origin | None = origin_field()

    def __attrs_post_init__(self) -> None:
        """Check that Grafana and PromQL can both use the name."""
        if not is_legacy_label_name(self.name):
            raise DefinitionError(f"`{self.name}` is not a label name", self.origin)


def check_name(instance: Input, _attribute: object, name: str) -> None:
    """Refuse what Grafana cannot have after a `$`."""
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) or name == "datasource":
        raise DefinitionError(
            f"`{name}` is not a name for a variable; write letters, digits and `_`, "
            "and leave `datasource`, which every dashboard has",
            instance.origin,
        )


@attrs.frozen
class Input:
    """What all variables have that readers choose without narrowing selectors by themselves; write `$name`."""

    multi: ClassVar[bool]
    name: str = attrs.field(validator=check_name)
    title: str = checked.text()
    description: str = checked.text()
    hidden: bool = checked.flag()
    origin: Origin | None = origin_field()


@attrs.frozen
class QueryVariable(Input):
    """The answer of the Prometheus data source: `label_values(up, job)`, `metrics(node_.*)`, `query_result(…)`.

    For the values of one label that narrow all selectors, write `Variable`.
    """

    query: str = checked.text()
    pattern: str = checked.text()
    multi: bool = checked.flag()  # type: ignore[misc]

    def __attrs_post_init__(self) -> None:
        """Ask for the query."""
        if not self.query:
            raise DefinitionError(f"variable `{self.name}` needs a `query=`", self.origin)


def _options(value: Mapping[str, str] | tuple[str, ...] | list[str] | str) -> Mapping[str, str]:
    """Convert values, or texts with their values, to texts with values."""
    if isinstance(value, str):
        value = (value,)
    return dict(value) if isinstance(value, Mapping) else {one: one for one in value}


@attrs.frozen
class CustomVariable(Input):
    """One of the values that are listed here: a tuple of them, or a mapping from what readers see to the value."""

    values: Mapping[str, str] = attrs.field(
        converter=_options, default=(), kw_only=True, hash=False
    )
    multi: bool = checked.flag()  # type: ignore[misc]

    def __attrs_post_init__(self) -> None:
        """Ask for values."""
        if not self.values:
            raise DefinitionError(
                f"variable `{self.name}` needs `values=` to choose from", self.origin
            )


def _durations(value: str | tuple[str, ...] | list[str]) -> tuple[Duration, ...]:
    return tuple(duration(one) for one in ((value,) if isinstance(value, str) else value))


@attrs.frozen
class IntervalVariable(Input):
    """A length of time: the window of every query with `window="$name"`."""

    multi: ClassVar[bool] = False
    values: tuple[Duration, ...] = attrs.field(
        converter=_durations, default=("1m", "5m", "15m", "1h", "6h"), kw_only=True
    )


@attrs.frozen
class TextVariable(Input):
    """What a reader types; `value` until then."""

    multi: ClassVar[bool] = False
    value: str = checked.text()


@attrs.frozen
class AdhocFilters(Input):
    """Conditions on any label, which Grafana adds to every query of the dashboard."""

    multi: ClassVar[bool] = False


AnyVariable: TypeAlias = (
    Variable | QueryVariable | CustomVariable | IntervalVariable | TextVariable | AdhocFilters
)


def variable(value: str | Variable | None) -> Variable | None:
    """Convert the name of a label to its variable."""
    return Variable(value) if isinstance(value, str) else value


def variables(value: object) -> tuple[AnyVariable, ...]:
    """Convert one variable or several."""
    return several(value, (Variable, Input), "a `Variable`, `CustomVariable` or the like")
