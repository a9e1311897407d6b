"""Transformations as Grafana stores them: ids and options of `standardTransformers` in @grafana/data 13.2."""

from __future__ import annotations

from typing import Any

from mixwright.model import transformations as t

Json = dict[str, Any]


def to_json(step: t.Transformation) -> Json:
    """Return one transformation."""
    name, options = _stored(step)
    return {"id": name, "options": options}


def _stored(step: t.Transformation) -> tuple[str, Json]:
    match step:
        case t.Organize():
            return "organize", {
                "excludeByName": dict.fromkeys(step.exclude, True),
                "indexByName": {name: index for index, name in enumerate(step.order)},
                "renameByName": dict(step.rename),
            }
        case t.Merge():
            return "merge", {}
        case t.JoinByField():
            field: Json = {"byField": step.field} if step.field else {}
            return "joinByField", {**field, "mode": step.mode}
        case t.RenameByRegex():
            return "renameByRegex", {
                "regex": step.pattern,
                "renamePattern": step.replacement,
            }
        case t.GroupBy():
            fields: Json = {
                name: {"aggregations": list(names), "operation": "aggregate"}
                for name, names in step.calculate.items()
            }
            keys: Json = {name: {"aggregations": [], "operation": "groupby"} for name in step.by}
            return "groupBy", {"fields": {**keys, **fields}}
        case t.FilterFields():
            options = {
                "include": _names(step.names, step.pattern),
                "exclude": _names(step.exclude, step.exclude_pattern),
            }
            return "filterFieldsByName", {key: value for key, value in options.items() if value}
        case t.Calculate():
            return "calculateField", {
                "mode": "binary",
                "alias": step.name,
                "binary": {
                    "left": _operand(step.left),
                    "operator": step.operator,
                    "right": _operand(step.right),
                },
                "replaceFields": step.only,
            }
        case t.CalculateRow():
            included = {"include": list(step.fields)} if step.fields else {}
            return "calculateField", {
                "mode": "reduceRow",
                "alias": step.name,
                "reduce": {"reducer": step.calculation, **included},
                "replaceFields": step.only,
            }
        case t.Reduce():
            return "reduce", {
                "mode": "reduceFields" if step.fields else "seriesToRows",
                "reducers": list(step.calculations),
                "includeTimeField": False,
                "labelsToFields": step.labels,
            }
        case t.SortBy():
            return "sortBy", {
                "fields": {},
                "sort": [{"field": step.field, "desc": step.descending}],
            }
        case t.LabelsToFields():
            found: Json = {"mode": "rows" if step.rows else "columns"}
            if step.keep:
                found["keepLabels"] = list(step.keep)
            if step.value_label:
                found["valueLabel"] = step.value_label
            return "labelsToFields", found
        case t.OtherTransformation():
            return step.id, dict(step.options)


def _names(names: tuple[str, ...], pattern: str) -> Json:
    found: Json = {"names": list(names)} if names else {}
    return found | ({"pattern": pattern} if pattern else {})


def _operand(value: str | float) -> Json:
    """Return a number as such, and a field by its name."""
    if isinstance(value, str):
        return {"matcher": {"id": "byName", "options": value}}
    return {"fixed": str(value)}
