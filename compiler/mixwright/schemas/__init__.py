"""Schemas of what Grafana and the operator read: dashboards and PrometheusRules, checked offline."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError

_MISSING = " must be given"

GRAFANA = "urn:mixwright:grafana"


class Violation(NamedTuple):
    """One place of a document that its schema does not allow, such as `panels[2].options.legend`."""

    path: str
    message: str


@functools.cache
def grafana() -> dict[str, Any]:
    """Return Grafana's schemas: `definitions` by name, and `panels` by type with version and definitions."""
    derived, amendments = _read("grafana.json"), _read("amendments.json")
    definitions = {**derived["definitions"], **amendments["definitions"]}
    for name, properties in amendments["properties"].items():
        known = definitions[name]
        definitions[name] = {**known, "properties": {**known["properties"], **properties}}
    return {**derived, "definitions": definitions}


def properties(definition: str) -> frozenset[str]:
    """Return the names of the properties that a definition of Grafana's has."""
    return frozenset(grafana()["definitions"][definition]["properties"])


def validate_dashboard(dashboard: Mapping[str, Any], *, complete: bool = True) -> list[Violation]:
    """Return what Grafana's schemas do not allow in a classic dashboard, in the order of its panels.

    Options and field configuration are checked by the panel's type where Grafana declares them.
    Without `complete`, what is left out or null is no violation: Grafana takes its default.
    """
    if not complete:
        found = validate_dashboard(_without_nulls(dashboard))
        return [violation for violation in found if not violation.message.endswith(_MISSING)]
    found = list(_check("Dashboard", {**dashboard, "panels": []}, ""))
    for number, panel in enumerate(_objects(dashboard.get("panels"))):
        found.extend(_panel(panel, f"panels[{number}]"))
    return list(dict.fromkeys(found))


def validate_prometheusrule(resource: Mapping[str, Any]) -> list[Violation]:
    """Return what the operator's CRD does not allow in a `PrometheusRule` resource."""
    errors = _rule_validator().iter_errors(resource)
    found = list(dict.fromkeys(_violation(error, "") for error in errors))
    if not found:
        names = [group["name"] for group in resource["spec"].get("groups", ())]
        found += [
            Violation(f"spec.groups[{number}].name", f"`{name}` is the name of two groups")
            for number, name in enumerate(names)
            if name in names[:number]
        ]
    return found


def _without_nulls(value: Any) -> Any:
    match value:
        case dict():
            # The first step of thresholds begins at null, which means everything below.
            kept = {n: v for n, v in value.items() if v is not None or "color" in value}
            return {name: _without_nulls(part) for name, part in kept.items()}
        case list():
            return [_without_nulls(part) for part in value if part is not None]
    return value


def _panel(panel: Any, path: str) -> Iterator[Violation]:
    if not isinstance(panel, Mapping):
        yield Violation(path, "a panel must be an object")
        return
    kind = str(panel.get("type"))
    if kind == "row":
        yield from _check("RowPanel", {**panel, "panels": []}, path)
        for number, inner in enumerate(_objects(panel.get("panels"))):
            yield from _panel(inner, f"{path}.panels[{number}]")
        return
    yield from _check("Panel", panel, path)
    config = panel.get("fieldConfig")
    if not isinstance(config, Mapping):
        config = {}
    known = grafana()["panels"].get(kind, {})
    if "options" in known and "options" in panel:
        yield from _check(known["options"], panel["options"], f"{path}.options")
    custom = known.get("custom")
    defaults = config.get("defaults")
    if custom is not None and isinstance(defaults, Mapping) and "custom" in defaults:
        # A field has all of these in the end; the defaults and the panel's own fill each other up.
        yield from _check(
            custom, defaults["custom"], f"{path}.fieldConfig.defaults.custom", partly=True
        )
    yield from _overrides(config.get("overrides"), custom, f"{path}.fieldConfig")
    for number, target in enumerate(_objects(panel.get("targets"))):
        if isinstance(target, Mapping) and "expr" in target:
            yield from _check("PrometheusQuery", target, f"{path}.targets[{number}]")


def _overrides(overrides: Any, custom: str | None, path: str) -> Iterator[Violation]:
    """Check the values of overrides: each property is one of a field, or of the panel's own for it."""
    for i, override in enumerate(_objects(overrides)):
        for j, change in enumerate(_objects(override.get("properties"))):
            here = f"{path}.overrides[{i}].properties[{j}]"
            own, _, name = str(change.get("id", "")).rpartition(".")
            definition = custom if own == "custom" else "FieldConfig"
            if definition is None or "value" not in change:
                continue
            if name not in properties(definition):
                yield Violation(f"{here}.id", f"`{change['id']}` is no property of a field")
                continue
            schema = f"{definition}/properties/{name}"
            yield from _check(schema, change["value"], f"{here}.value")


def _objects(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _check(definition: str, value: Any, path: str, *, partly: bool = False) -> Iterator[Violation]:
    for error in _validator(definition).iter_errors(value):
        if not (partly and error.validator == "required" and not error.absolute_path):
            yield _violation(error, path)


@functools.cache
def _validator(definition: str) -> Draft7Validator:
    # Imported here: only those who validate pay for it.
    from jsonschema import Draft7Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    resource = DRAFT7.create_resource({"definitions": grafana()["definitions"]})
    registry: Registry[Any] = Registry().with_resource(GRAFANA, resource)
    return Draft7Validator({"$ref": f"{GRAFANA}#/definitions/{definition}"}, registry=registry)


@functools.cache
def _rule_validator() -> Draft7Validator:
    from jsonschema import Draft7Validator

    return Draft7Validator(_read("prometheusrule.json"))


def _violation(error: ValidationError, path: str) -> Violation:
    """Return the error that says most: of alternatives, that of the closest one."""
    while error.context:
        error = max(error.context, key=_closeness)
    place = path + "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path
    )
    return Violation(place.removeprefix("."), _message(error))


def _closeness(error: ValidationError) -> tuple[bool, int]:
    """Rank an alternative's error: one of another `type` says nothing, a deeper one says more."""
    other_type = error.validator in ("const", "enum") and error.path and error.path[-1] == "type"
    return not other_type, len(error.absolute_path)


def _message(error: ValidationError) -> str:
    instance: Any = error.instance
    value = json.dumps(instance, ensure_ascii=False, default=str)
    shown = f"`{value if len(value) <= 60 else value[:59] + '…'}`"
    rule: Any = error.validator_value
    schema: Any = error.schema
    match error.validator:
        case "additionalProperties":
            return (
                f"{_listed(instance.keys() - schema['properties'].keys())} is not a property here"
            )
        case "required":
            return f"{_listed(set(rule) - instance.keys())}{_MISSING}"
        case "type":
            return f"{shown} must be of type {rule if isinstance(rule, str) else ' or '.join(rule)}"
        case "enum":
            return f"{shown} must be one of {', '.join(f'`{one}`' for one in rule)}"
        case "const":
            return f"{shown} must be `{rule}`"
        case "pattern":
            return f"{shown} must match `{rule}`"
    return f"{shown} breaks the rule `{error.validator}: {rule}`"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _read(name: str) -> Any:
    text = (files("mixwright.schemas") / name).read_text("utf-8")
    return json.loads(text)
