"""Numbers as Grafana shows them: `1.25 GiB`, `12.3 ms`, `99.9%`.

Source: `getValueFormat` of `@grafana/data` 13.2 (`packages/grafana-data/src/valueFormats`), whose
271 fixed and scaled unit ids are the table `assets/units.json`. The browser's `assets/units.js`
follows the same rules with the same table; dates are in UTC.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from importlib import resources
from typing import Any, Final

import attrs

from mixwright.preview import moments

_WIDE: Final = Context(prec=400)
_SI: Final = ("f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y")
_SI_ONE: Final = _SI.index("")
_BINARY: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_COUNTS: Final = ("", "K", "M", "B", "T")


@attrs.frozen
class Formatted:
    """A number's parts: Grafana draws prefix and suffix smaller than the text."""

    text: str
    suffix: str = ""
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.text}{self.suffix}"


@functools.cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """Return the units by rule: `fixed`, `si`, `binary`, `count`, `currency`, `scaled`, `boolean`, `time`."""
    text = resources.files("mixwright.preview").joinpath("assets/units.json").read_text("utf-8")
    units: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return units


def formatted(value: float, unit: str = "", decimals: int | None = None, now: int = 0) -> Formatted:
    """Return `value` in a Grafana unit; a text that is no unit id is shown after the number.

    `now`, in ms since the epoch, is the day and the time that relative dates are relative to.
    """
    for rule, units in table().items():
        if unit in units:
            return _RULES[rule](units[unit], value, decimals)
    if unit in moments.DATES:
        return Formatted(moments.date(value, unit, now))
    if unit in _NAMED:
        return _NAMED[unit](value, decimals)
    kind, colon, rest = unit.partition(":")
    if colon and kind:
        match kind:
            case "prefix":
                return Formatted(to_fixed(value, decimals), prefix=rest)
            case "suffix":
                return _fixed(rest, value, decimals)
            case "time":
                return Formatted(moments.pattern(value, rest))
            case "si":
                letter = "µ" if rest[:1] == "μ" else rest[:1]
                offset = _SI.index(letter) - _SI_ONE if letter in _SI else 0
                return _si((rest if offset == 0 else rest[1:], offset), value, decimals)
            case "count":
                return _count(rest, value, decimals)
            case "currency":
                return _currency((rest, False), value, decimals)
            case "bool":
                yes, slash, no = rest.partition("/")
                return _boolean((yes, no if slash else "-"), value, decimals)
    return _fixed(unit, value, decimals)


def to_fixed(value: float, decimals: int | None = None) -> str:
    """Return `value` with so many decimals, or with as many as its magnitude deserves (`toFixed`)."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if math.isnan(value):
        return "NaN"
    if decimals is None:
        decimals = _decimals(value)
    if value == 0:
        return f"{0:.{decimals}f}"
    factor = 10.0 ** min(decimals, 300)
    if not math.isfinite(value * factor) or decimals > 300:
        return js_number(value)
    text = js_number(_js_round(value * factor) / factor)
    if "e" in text or decimals == 0:
        return text
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(decimals, '0')}"


def _decimals(value: float) -> int:
    """Return how many decimals show two to three significant digits (`getDecimalsForValue`)."""
    if value % 1 == 0:
        return 0
    size = abs(value)
    decimals = 1 - math.floor(math.log(size) / math.log(10))
    if decimals < 300 and size / 10.0**-decimals > 2.25:
        decimals += 1
    return max(0, decimals)


def _js_round(value: float) -> float:
    floor = math.floor(value)
    return float(floor + 1 if value - floor >= 0.5 else floor)


def js_number(value: float) -> str:
    """Return a finite number as JavaScript prints it: exponents only from 1e21 on and below 1e-6."""
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def _scaled(
    value: float, decimals: int | None, factor: float, suffixes: Sequence[str], offset: int = 0
) -> Formatted:
    if not math.isfinite(value):
        return Formatted(to_fixed(value))
    power = 0 if value == 0 else math.floor(math.log10(abs(value)) / math.log10(factor))
    suffix = suffixes[min(max(offset + power, 0), len(suffixes) - 1)]
    power = min(max(power, -offset), len(suffixes) - offset - 1)
    return Formatted(to_fixed(value / factor**power, decimals), suffix)


def _fixed(suffix: str, value: float, decimals: int | None) -> Formatted:
    return Formatted(to_fixed(value, decimals), f" {suffix}" if suffix else "")


def _si(rule: Sequence[Any], value: float, decimals: int | None) -> Formatted:
    unit, offset = rule
    suffixes = [f" {prefix}{unit}" for prefix in _SI]
    return _scaled(value, decimals, 1000.0, suffixes, _SI_ONE + offset)


def _binary(rule: Sequence[Any], value: float, decimals: int | None) -> Formatted:
    unit, offset = rule
    return _scaled(value, decimals, 1024.0, [f" {prefix}{unit}" for prefix in _BINARY], offset)


def _count(unit: str, value: float, decimals: int | None) -> Formatted:
    number = _scaled(value, decimals, 1000.0, _COUNTS)
    return attrs.evolve(number, suffix=f"{number.suffix} {unit}")


def _currency(rule: Sequence[Any], value: float, decimals: int | None) -> Formatted:
    symbol, behind = rule
    number = _scaled(abs(value), decimals, 1000.0, _COUNTS)
    sign = "-" if value < 0 else ""
    if behind:
        return attrs.evolve(number, suffix=number.suffix + symbol, prefix=sign)
    return attrs.evolve(number, prefix=sign + symbol)


def _short(suffixes: Sequence[str], value: float, decimals: int | None) -> Formatted:
    return _scaled(value, decimals, 1000.0, suffixes)


def _boolean(words: Sequence[str], value: float, _decimals: int | None) -> Formatted:
    return Formatted(words[0] if value and not math.isnan(value) else words[1])


def _time(scale: Sequence[Sequence[Any]], value: float, decimals: int | None) -> Formatted:
    """Return `value` in the first step of `scale` that it fits; a step is (below, times, over, one, many)."""
    if value == 0 and scale is table()["time"]["s"]:
        return Formatted("0", " s")
    step = next((s for s in scale if s[0] is None or abs(value) < s[0]), scale[-1])
    _, times, over, one, *many = step
    scaled = value * times / over
    return Formatted(to_fixed(scaled, decimals), many[0] if many and abs(scaled) > 1 else one)


def _hex(value: float, decimals: int | None) -> str:
    if not math.isfinite(value):
        return to_fixed(value)
    number = float(to_fixed(value, decimals))
    whole, fraction = divmod(abs(number), 1)
    digits = f"{int(whole):X}"
    if fraction:
        digits += "." + f"{int(fraction * 16**16):016X}".rstrip("0")
    return ("-" if number < 0 else "") + digits


def _hex0x(value: float, decimals: int | None) -> str:
    text = _hex(value, decimals)
    return f"-0x{text[1:]}" if text.startswith("-") else f"0x{text}"


def _sci(value: float, decimals: int | None) -> str:
    if not math.isfinite(value):
        return to_fixed(value)
    if decimals is None:
        decimals = len(Decimal(repr(value)).normalize().as_tuple().digits) - 1
    number = Context(prec=decimals + 1, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    mantissa, _, exponent = f"{float(number):.{decimals}e}".partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def _locale(value: float, decimals: int | None) -> str:
    if not math.isfinite(value):
        return to_fixed(value)
    places = Decimal(1).scaleb(-(3 if decimals is None else decimals))
    text = f"{Decimal(repr(value)).quantize(places, ROUND_HALF_UP, _WIDE):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "-0" if text.strip("-0.,") == "" and value < 0 else text


_RULES: Final[Mapping[str, Callable[[Any, float, int | None], Formatted]]] = {
    "fixed": _fixed,
    "si": _si,
    "binary": _binary,
    "count": _count,
    "currency": _currency,
    "scaled": _short,
    "boolean": _boolean,
    "time": _time,
}
_NAMED: Final[Mapping[str, Callable[[float, int | None], Formatted]]] = {
    "percent": lambda value, decimals: Formatted(to_fixed(value, decimals), "%"),
    "percentunit": lambda value, decimals: Formatted(to_fixed(100 * value, decimals), "%"),
    "string": lambda value, _: Formatted(
        js_number(value) if math.isfinite(value) else to_fixed(value)
    ),
    "hex": lambda value, decimals: Formatted(_hex(value, decimals)),
    "hex0x": lambda value, decimals: Formatted(_hex0x(value, decimals)),
    "sci": lambda value, decimals: Formatted(_sci(value, decimals)),
    "locale": lambda value, decimals: Formatted(_locale(value, decimals)),
    "timeticks": lambda value, decimals: _time(table()["time"]["s"], value / 100, decimals),
    "dtdurationms": lambda value, decimals: _words(value, decimals, "millisecond"),
    "dtdurations": lambda value, decimals: _words(value * 1000, decimals, "second"),
    "dthms": lambda value, _: _ago(value, moments.hours),
    "dtdhms": lambda value, _: _ago(value, moments.days),
    "clockms": lambda value, decimals: Formatted(moments.clock(value, decimals)),
    "clocks": lambda value, decimals: Formatted(moments.clock(value * 1000, decimals)),
}


def _words(ms: float, decimals: int | None, unit: str) -> Formatted:
    if ms == 0:
        return Formatted("0", f" {unit}s")
    return _ago(ms, lambda size: moments.words(size, decimals or 0))


def _ago(value: float, write: Callable[[float], str]) -> Formatted:
    if not math.isfinite(value):
        return Formatted(to_fixed(value))
    return Formatted(write(abs(value)), " ago" if value < 0 else "")
