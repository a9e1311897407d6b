"""Transformations, from Grafana's JSON to definitions: each kept only if the back end makes the same of it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.backends.grafana.transformations import to_json
from mixwright.errors import MixwrightError
from mixwright.importers.fields import given
from mixwright.model import transformations as t

_REASON = "imported as it was"


def transformation(step: Mapping[str, Any]) -> t.Transformation:
    """Return a transformation, as Grafana stores it where none of ours says the same."""
    name, options = str(step.get("id")), given(step.get("options"))
    for make in (_known, _bare):
        try:
            found = make(name, options)
        except (MixwrightError, TypeError, ValueError, KeyError, AttributeError):
            continue
        if found is not None and said(to_json(found)["options"]) == said(options):
            return found
    return t.OtherTransformation(name, options, reason=_REASON)


def _bare(name: str, _options: dict[str, Any]) -> t.Transformation | None:
    return t.Merge() if name == "merge" else None


def _known(name: str, options: dict[str, Any]) -> t.Transformation | None:
    match name:
        case "organize":
            indices = options.get("indexByName") or {}
            order = tuple(sorted(indices, key=lambda key: indices[key]))
            excluded = options.get("excludeByName") or {}
            return t.Organize(
                exclude=tuple(key for key, out in excluded.items() if out),
                rename=options.get("renameByName") or {},
                order=order,
            )
        case "joinByField":
            return t.JoinByField(options.get("byField", ""), mode=options.get("mode", "outer"))
        case "renameByRegex":
            return t.RenameByRegex(options["regex"], options["renamePattern"])
        case "groupBy":
            fields = options["fields"]
            keys = [key for key, one in fields.items() if one.get("operation") == "groupby"]
            return t.GroupBy(
                tuple(keys),
                calculate={
                    key: tuple(one["aggregations"])
                    for key, one in fields.items()
                    if one.get("operation") == "aggregate"
                },
            )
        case "filterFieldsByName":
            include, exclude = given(options.get("include")), given(options.get("exclude"))
            return t.FilterFields(
                names=tuple(include.get("names", ())),
                pattern=include.get("pattern", ""),
                exclude=tuple(exclude.get("names", ())),
                exclude_pattern=exclude.get("pattern", ""),
            )
        case "sortBy":
            (by,) = options["sort"]
            return t.SortBy(by["field"], descending=by.get("desc") is True)
        case "reduce":
            return t.Reduce(
                calculations=tuple(options["reducers"]),
                fields=options.get("mode") == "reduceFields",
                labels=options.get("labelsToFields") is True,
            )
        case "labelsToFields":
            return t.LabelsToFields(
                rows=options.get("mode") == "rows",
                keep=tuple(options.get("keepLabels", ())),
                value_label=options.get("valueLabel", ""),
            )
    return None


def said(value: Any, name: str = "") -> Any:
    """Return options without what says nothing: what is empty or false, and the numbers of an order."""
    if not isinstance(value, dict):
        return value
    if name == "indexByName":
        # Which comes after which, whatever the numbers.
        return sorted(value, key=lambda key: value[key])
    found = {key: said(part, key) for key, part in value.items()}
    usual = {"mode": ("columns", "outer", "seriesToRows")}
    return {key: part for key, part in found.items() if part and part not in usual.get(key, ())}


def all_of(steps: Any) -> Iterator[t.Transformation]:
    """Yield the transformations of a panel; those that are switched off do nothing."""
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict) and step.get("disabled") is not True:
            yield transformation(step)
