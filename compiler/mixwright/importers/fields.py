"""What all kinds of panels have in common, from JSON to definitions: units, colours, texts, links, overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mixwright.errors import DefinitionError, MixwrightError
from mixwright.importers.looks import option_for
from mixwright.importers.source import Call, Code, one_or_several
from mixwright.model import DataLink, Override, Panel, RangeMap, RegexMap, SpecialMap, ValueMap
from mixwright.model.fields import Steps, ValueMapping

_MATCHERS = {"byName": "name", "byRegexp": "regexp", "byType": "type", "byFrameRefID": "query"}
_SHARED = {
    "unit": "unit",
    "displayName": "display_name",
    "decimals": "decimals",
    "min": "minimum",
    "max": "maximum",
    "noValue": "no_value",
}


_UNREAD_OF_LINKS = ("type", "datasource", "includeVars", "keepTime")
"""What links of dashboards have; Grafana does not look for it in those of values."""


class UnsaidError(Exception):
    """Something of a panel that definitions have no words for."""


def given(value: Any) -> dict[str, Any]:
    """Return an object without what is null or nothing."""
    if not isinstance(value, dict):
        return {}
    return {name: part for name, part in value.items() if part is not None}


def colour(value: Any) -> str | None:
    """Return how something is coloured: a colour or a mode of Grafana's."""
    color = given(value)
    if not color:
        return None
    mode = color.get("mode")
    if mode == "fixed":
        fixed = color.get("fixedColor")
        if isinstance(fixed, str):
            return fixed
    elif isinstance(mode, str) and not color.get("seriesBy") not in (None, "last"):
        return mode
    raise UnsaidError("color")


def steps(value: Any) -> Steps | None:
    """Return colours by value; None where there is only a base that is not seen."""
    thresholds = given(value)
    listed = thresholds.get("steps")
    if not isinstance(listed, list) or not listed:
        return None
    first, *others = [given(step) for step in listed]
    # Grafana takes the first one for the base, whatever its value.
    if any("value" not in step for step in others):
        raise UnsaidError("thresholds")
    colours = {step["value"]: step["color"] for step in others}
    if len(colours) != len(others) or list(colours) != sorted(colours):
        raise UnsaidError("thresholds")
    percentage = thresholds.get("mode") == "percentage"
    return Steps(colours, base=first.get("color", "green"), percentage=percentage)


def mappings(value: Any) -> tuple[ValueMapping, ...]:
    """Return texts of values in their order."""
    found: list[tuple[int, ValueMapping]] = []
    for mapping in value if isinstance(value, list) else ():
        options = given(given(mapping).get("options"))
        result = given(options.get("result"))
        match given(mapping).get("type"):
            case "value":
                for key, shown in options.items():
                    found.append(_placed(shown, ValueMap, _value(key)))
            case "range":
                found.append(_placed(result, RangeMap, options.get("from"), options.get("to")))
            case "regex":
                found.append(_placed(result, RegexMap, options["pattern"]))
            case "special":
                found.append(_placed(result, SpecialMap, options["match"]))
            case 1 | 2:
                found.append(_old_mapping(given(mapping)))
            case _:
                raise UnsaidError("mappings")
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _old_mapping(mapping: Mapping[str, Any]) -> tuple[int, ValueMapping]:
    """Return the text of a value or of a range, as before schema version 30 of Grafana."""
    ends = [mapping.get("value")] if mapping["type"] == 1 else [mapping["from"], mapping["to"]]
    result = {"text": mapping.get("text", "")}
    if "null" in ends:
        return _placed(result, SpecialMap, "null")
    if mapping["type"] == 1:
        return _placed(result, ValueMap, _value(str(ends[0])))
    return _placed(result, RangeMap, *(_value(str(end)) for end in ends))


def _placed(result: Any, kind: type[Any], *arguments: Any) -> tuple[int, ValueMapping]:
    shown = given(result)
    if not shown.keys() <= {"index", "text", "color"}:
        raise UnsaidError("mappings")
    one = kind(*arguments, text=shown.get("text", ""), color=shown.get("color", ""))
    return int(shown.get("index", 0)), one


def _value(key: str) -> float | str:
    try:
        number = float(key)
    except ValueError:
        return key
    whole = number.is_integer() and "." not in key
    return int(number) if whole else number


def links(value: Any) -> tuple[DataLink, ...]:
    """Return links to any address."""
    found = []
    for link in value if isinstance(value, list) else ():
        known = given(link)
        if not known.keys() <= {"title", "url", "targetBlank", *_UNREAD_OF_LINKS}:
            raise UnsaidError("links")
        new_tab = known.get("targetBlank") is True
        found.append(DataLink(known.get("title", ""), known.get("url", ""), new_tab=new_tab))
    return tuple(found)


def shared(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every kind reads the same way, by the names of definitions."""
    found: dict[str, Any] = {
        name: config[key]
        for key, name in _SHARED.items()
        if key in config and not (key in ("unit", "displayName") and config[key] == "")
    }
    if config.get("color"):
        found["color"] = colour(config["color"])
    if config.get("thresholds"):
        found["steps"] = steps(config["thresholds"])
    if config.get("mappings"):
        found["mappings"] = mappings(config["mappings"])
    return {name: value for name, value in found.items() if value is not None}


def overrides(value: Any, panel: Panel) -> tuple[Override, ...]:
    """Return overrides; those of a kind's own options by what the back end makes of them."""
    return tuple(_overrides(value, panel))


def _overrides(value: Any, panel: Panel) -> Iterator[Override]:
    for override in value if isinstance(value, list) else ():
        matcher = given(override).get("matcher", {})
        by, of = _MATCHERS.get(matcher.get("id")), matcher.get("options")
        if by is None or not isinstance(of, str):
            raise UnsaidError(f"override by {matcher.get('id')}")
        changes: dict[str, Any] = {}
        config: dict[str, Any] = {}
        for change in override.get("properties", ()):
            name, setting = change["id"], change.get("value")
            if name == "links":
                changes["links"] = links(setting)
            elif name.startswith("custom."):
                option = option_for(panel, name.removeprefix("custom."), setting)
                if option is None:
                    raise UnsaidError(f"override of {name}")
                changes[option[0]] = option[1]
            elif name in (*_SHARED, "color", "thresholds", "mappings"):
                config[name] = setting
            else:
                raise UnsaidError(f"override of {name}")
        matched: Any = by
        yield Override(of, by=matched, **shared(config), **changes)


def code(value: Any) -> Code:
    """Return the source of an object of the vocabulary; what is as it is by itself is left out."""
    match value:
        case Override():
            named = {
                one.name: getattr(value, one.name)
                for one in attrs.fields(Override)
                if one.name not in ("of", "by", "look", "origin")
            }
            filled = {n: _argument(v) for n, v in named.items() if v is not None and v != ()}
            by = None if value.by == "name" else value.by
            look = {name: _argument(part) for name, part in value.look.items()}
            return Call("Override", value.of, by=by, **filled, **look)
        case tuple() | list() | dict() | str() | None | bool() | int() | float():
            return value
    arguments, named = [], {}
    for one in attrs.fields(type(value)):
        part = getattr(value, one.name)
        if one.name == "origin" or not one.init:
            continue
        if not one.kw_only and one.default is attrs.NOTHING:
            arguments.append(part)
        elif part != usual(one, value):
            named[one.alias] = _argument(part)
    return Call(type(value).__name__, *map(_argument, arguments), **named)


def usual(attribute: attrs.Attribute[Any], value: Any) -> Any:
    """Return what an attribute of an object is unless given."""
    default: Any = attribute.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return default.factory(value) if default.takes_self else default.factory()
    return default


def _argument(value: Any) -> Code:
    if isinstance(value, tuple) and value and attrs.has(type(value[0])):
        return one_or_several([code(part) for part in value])
    if attrs.has(type(value)):
        return code(value)
    return value


def told(error: Exception) -> str:
    """Return an error in one line, without the place, which is in the importer."""
    message = error.message if isinstance(error, DefinitionError) else str(error)
    return message.splitlines()[0]


def attempt(make: Any, *arguments: Any, **named: Any) -> Any:
    """Return what a class of the vocabulary makes, or say that it refuses."""
    try:
        return make(*arguments, **named)
    except (MixwrightError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnsaidError(told(error)) from None
