"""Variables, from Grafana's JSON to definitions: levels where they narrow all queries, else what readers choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from mixwright.dashboardfiles import DashboardFile, RenderedVariable, mentions
from mixwright.importers.fields import UnsaidError, attempt, code
from mixwright.importers.source import Code
from mixwright.model import (
    AdhocFilters,
    AnyVariable,
    CustomVariable,
    IntervalVariable,
    QueryVariable,
    TextVariable,
    Variable,
)
from mixwright.promql import Expr, Selector, rewrite, unparse, walk
from mixwright.values import Matcher, MatchOp


def renamed_sources(dashboard: DashboardFile) -> Mapping[str, str]:
    """Return new names for the data source variables: those that every definition has."""
    found: dict[str, str] = {}
    for kind, name in (("prometheus", "datasource"), ("loki", "loki")):
        first = next(
            (v for v in dashboard.variables if (v.kind, v.query) == ("datasource", kind)), None
        )
        if first is not None and first.name != name:
            found[first.name] = name
    return found


def with_sources(dashboard: DashboardFile, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a dashboard's JSON in which data source variables have other names."""
    content: dict[str, Any] = renamed(dashboard.content, names) if names else dashboard.content
    if names:
        for variable in content["templating"]["list"]:
            variable["name"] = names.get(variable.get("name"), variable.get("name"))
    return content


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return JSON in which variables have other names, in texts and in addresses."""
    match value:
        case str():
            return _renamed_text(value, names)
        case dict():
            return {key: renamed(part, names) for key, part in value.items()}
        case list():
            return [renamed(part, names) for part in value]
    return value


def _renamed_text(text: str, names: Mapping[str, str]) -> str:
    for mention in reversed(tuple(mentions(text))):
        if mention.name in names:
            written = text[mention.start : mention.end]
            new = written.replace(mention.name, names[mention.name], 1)
            text = text[: mention.start] + new + text[mention.end :]
    for old, name in names.items():
        text = text.replace(f"var-{old}=", f"var-{name}=")
    return text


def imported_variables(
    dashboard: DashboardFile, levels: Iterable[str]
) -> Iterator[tuple[RenderedVariable, AnyVariable | UnsaidError]]:
    """Yield the variables but data sources, as definitions or with what they cannot say."""
    narrowing = set(levels)
    for variable in dashboard.variables:
        if variable.kind == "datasource" and variable.name in ("datasource", "loki"):
            continue
        try:
            made = _level(variable, narrowing) if variable.name in narrowing else _input(variable)
        except UnsaidError as error:
            yield variable, error
        else:
            yield variable, made


def _level(variable: RenderedVariable, levels: set[str]) -> Variable:
    values = variable.values
    of = values.expr if values is not None else None
    made: Variable = attempt(
        Variable,
        variable.name,
        of=None if of is None else unparse(without(of, levels)),
        title=_title(variable),
        multi=variable.multi or variable.include_all,
        pattern=variable.regex,
    )
    return made


def _input(variable: RenderedVariable) -> AnyVariable:
    shared: dict[str, Any] = {
        "title": _title(variable),
        "description": variable.place.loose_text("description"),
        "hidden": variable.hidden,
    }
    several = variable.multi or variable.include_all
    made: AnyVariable
    match variable.kind:
        case "query" if variable.values is not None:
            made = attempt(
                QueryVariable,
                variable.name,
                query=variable.query,
                pattern=variable.regex,
                multi=several,
                **shared,
            )
        case "custom":
            made = attempt(
                CustomVariable, variable.name, values=_choices(variable), multi=several, **shared
            )
        case "constant":
            made = attempt(
                CustomVariable,
                variable.name,
                values=(variable.query,),
                **{**shared, "hidden": True},
            )
        case "interval":
            lengths = tuple(one.strip() for one in variable.query.split(","))
            made = attempt(IntervalVariable, variable.name, values=lengths, **shared)
        case "textbox":
            made = attempt(TextVariable, variable.name, value=variable.query, **shared)
        case "adhoc":
            made = attempt(AdhocFilters, variable.name, **shared)
        case kind:
            raise UnsaidError(f"a `{kind}` variable of another data source")
    return made


def _choices(variable: RenderedVariable) -> Mapping[str, str]:
    pairs = (part.replace("\\,", ",").strip() for part in variable.query.split(","))
    found = {}
    for pair in pairs:
        text, mark, value = pair.partition(" : ")
        found[text.strip()] = value.strip() if mark else text.strip()
    return found


def _title(variable: RenderedVariable) -> str:
    """Return a label, nothing where it is what a definition would say by itself."""
    usual = variable.name.replace("_", " ").capitalize()
    return "" if variable.label == usual else variable.label


def recognised_levels(dashboard: DashboardFile) -> tuple[str, ...]:
    """Return the variables that narrow every selector of every query, as those of a level do."""
    found = []
    exprs = [query.expr for query in dashboard.queries if query.expr is not None]
    selectors = [one for expr in exprs for one in walk(expr, Selector)]
    for variable in dashboard.variables:
        values = variable.values
        if values is None or values.function != "label_values" or values.label != variable.name:
            continue
        if variable.hidden or not isinstance(values.expr, Selector) or not selectors:
            continue
        if all(_narrows(variable, one) for one in selectors):
            found.append(variable.name)
    return tuple(found)


def _narrows(variable: RenderedVariable, selector: Selector) -> bool:
    several = variable.multi or variable.include_all
    wanted = Matcher(
        variable.name, MatchOp.REGEX if several else MatchOp.EQUAL, f"${variable.name}"
    )
    return wanted in selector.matchers


def without(expr: Expr, levels: Iterable[str]) -> Expr:
    """Return an expression without the matchers that the levels put on every selector."""
    names = set(levels)

    def bare(node: Expr) -> Expr:
        if not isinstance(node, Selector):
            return node
        kept = tuple(
            one for one in node.matchers if not (one.name in names and one.value == f"${one.name}")
        )
        # Something must be left to select by.
        return attrs.evolve(node, matchers=kept) if kept or node.name else node

    return rewrite(expr, bare)


def variable_code(variable: AnyVariable) -> Code:
    """Return the source of a variable; one value instead of a tuple where that is enough."""
    if isinstance(variable, CustomVariable) and all(t == v for t, v in variable.values.items()):
        plain = code(attrs.evolve(variable, values=("",)))
        named = {name: part for name, part in plain.named if name != "values"}
        return type(plain)("CustomVariable", variable.name, values=tuple(variable.values), **named)
    if isinstance(variable, IntervalVariable):
        plain = code(variable)
        named = {name: part for name, part in plain.named if name != "values"}
        lengths = tuple(map(str, variable.values))
        return type(plain)("IntervalVariable", variable.name, values=lengths, **named)
    if isinstance(variable, Variable) and variable.of is not None:
        plain = code(attrs.evolve(variable, of=None))
        return type(plain)("Variable", variable.name, of=unparse(variable.of), **dict(plain.named))
    return code(variable)
