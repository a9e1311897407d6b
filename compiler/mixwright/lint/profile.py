"""The target profile: which Prometheus, and which exporters, rules and dashboards are for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from mixwright.errors import MixwrightError
from mixwright.values import Duration


@attrs.frozen
class Profile:
    """The Prometheus and the exporters that the mixins are for.

    `prometheus` is its version; without one nothing is said about versions. `versions` are those of
    other systems by the catalogue's name in lower case. `external_labels` of `None` are not known.
    `catalogues` are files beside those of the package.
    """

    prometheus: str = ""
    features: tuple[str, ...] = ()
    scrape_interval: Duration = Duration(15_000)
    evaluation_interval: Duration = Duration(60_000)
    lookback: Duration = Duration(300_000)
    retention: Duration = Duration(15 * 86_400_000)
    external_labels: Mapping[str, str] | None = None
    native_histograms: bool = False
    versions: Mapping[str, str] = attrs.field(factory=dict)
    catalogues: tuple[str, ...] = ()


def read_profile(said: Any, where: str) -> Profile:
    """Return the profile of a TOML table. Raises `MixwrightError` that names the field."""
    if not isinstance(said, Mapping):
        raise MixwrightError(f"{where}: the profile must be a table")
    known = {field.name for field in attrs.fields(Profile)}
    values: dict[str, Any] = {}
    for name, value in said.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(known))}"
            raise MixwrightError(f"{where}: `{name}` is not a field of the profile; {hint}")
        try:
            values[name] = _READERS.get(name, _span)(value)
        except (MixwrightError, TypeError, ValueError) as error:
            raise MixwrightError(f"{where}: `{name}` {_wanted(name)}: {error}") from None
    versions = values.get("versions", {})
    if "prometheus" in values:
        values["versions"] = {"prometheus": values["prometheus"], **versions}
    return Profile(**values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"it is `{value}`")
    return value


def _span(value: object) -> Duration:
    return Duration.parse(_text(value))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"it is `{value}`")
    return tuple(map(_text, value))


def _pairs(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(f"it is `{value}`")
    return {_text(name): _text(text) for name, text in value.items()}


def _lower_pairs(value: object) -> dict[str, str]:
    return {name.lower(): text for name, text in _pairs(value).items()}


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"it is `{value}`")
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "prometheus": _text,
    "features": _texts,
    "external_labels": _pairs,
    "native_histograms": _flag,
    "versions": _lower_pairs,
    "catalogues": _texts,
}


def _wanted(name: str) -> str:
    match name:
        case "prometheus":
            return "must be a text"
        case "features" | "catalogues":
            return "must be a list of texts"
        case "external_labels" | "versions":
            return "must be a table of texts"
        case "native_histograms":
            return "must be `true` or `false`"
    return "must be a duration such as `30s`"
