"""Go's formatting: floats as `strconv` prints them, and the verbs of `fmt`.

Source: Go's `strconv/ftoa.go`, `strconv/quote.go` and `fmt/{format,print}.go`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import attrs

from mixwright.gofloat import format_float
from mixwright.templating.gotypes import (
    AlertData,
    GoDuration,
    GoHistogram,
    GoTime,
    GoValue,
    QueryResult,
    Sample,
    type_name,
)

_WIDEST = 1_000_000
"""Go refuses wider fields and higher precisions."""

_VERB = re.compile(
    r"%([-+# 0]*)((?:\[[^\]]*\])?\*|\d+)?(?:\.((?:\[[^\]]*\])?\*|\d*))?(\[[^\]]*\])?(.)?", re.S
)


def quote(text: str) -> str:
    """Return a string as Go's `%q` prints it."""
    short = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
    short |= {"\v": r"\v", '"': r"\"", "\\": r"\\"}

    def escape(char: str) -> str:
        if char in short:
            return short[char]
        if char.isprintable():
            return char
        code = ord(char)
        if code < 0x80:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    return '"' + "".join(map(escape, text)) + '"'


def _hexadecimal(value: float) -> str:
    mantissa, _, power = value.hex().partition("p")
    exponent = int(power)
    sign = "-" if exponent < 0 else "+"
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{sign}{abs(exponent):02d}"


def sprint(*values: GoValue) -> str:
    """Return the values as `fmt.Sprint` does: a space between two that are both no strings."""
    text = ""
    for number, value in enumerate(values):
        if number and not isinstance(value, str) and not isinstance(values[number - 1], str):
            text += " "
        text += plain(value)
    return text


def plain(value: GoValue) -> str:
    """Return a value as the verb `%v` prints it."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return format_float(value)
        case dict():
            return f"map[{' '.join(f'{key}:{plain(value[key])}' for key in sorted(value))}]"
        case QueryResult():
            return f"[{' '.join(map(plain, value))}]"
        case Sample(labels, number):
            return f"{{{plain(labels)} {plain(number)}}}"
        case AlertData(labels, external, url, number):
            return f"{{{plain(labels)} {plain(external)} {url} {plain(number)}}}"
    return str(value)


@attrs.frozen
class _Verb:
    """One `%` directive: flags, width and precision (`None`: not given), and the verb."""

    flags: frozenset[str]
    width: int | None
    precision: int | None
    verb: str

    def pad(self, text: str, *, zeros: bool = True) -> str:
        if self.width is None:
            return text
        if "-" in self.flags:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if zeros and "0" in self.flags else " ")

    def pad_number(self, text: str, *, zeros: bool = True) -> str:
        """Pad a signed number; zeros go between sign and digits."""
        if text[0] not in "+-":
            text = ("+" if "+" in self.flags else " " if " " in self.flags else "") + text
        if self.width is None or "-" in self.flags or "0" not in self.flags or not zeros:
            return self.pad(text, zeros=False)
        sign = text[0] if text[0] in "+- " else ""
        return sign + text[len(sign) :].rjust(self.width - len(sign), "0")


def sprintf(template: str, *values: GoValue) -> str:
    """Return what `fmt.Sprintf` returns, complaints such as `%!d(string=x)` included."""
    arguments = _Arguments(values)
    parts: list[str] = []
    pos = 0
    for match in _VERB.finditer(template):
        parts.append(template[pos : match.start()])
        pos = match.end()
        parts.append(_directive(match, arguments))
    parts.append(template[pos:])
    if not arguments.reordered and arguments.next < len(values):
        extra = ", ".join(
            "<nil>" if value is None else f"{type_name(value)}={plain(value)}"
            for value in values[arguments.next :]
        )
        parts.append(f"%!(EXTRA {extra})")
    return "".join(parts)


@attrs.define
class _Arguments:
    """The values that directives take one after the other, unless `[n]` names one."""

    values: Sequence[GoValue]
    next: int = 0
    reordered: bool = False
    found: bool = True

    def seek(self, index: str) -> None:
        """Go to the argument that `[n]` names."""
        self.reordered = True
        number = index[1:-1]
        self.found = number.isdigit() and 1 <= int(number) <= len(self.values)
        if self.found:
            self.next = int(number) - 1

    def number(self, text: str | None) -> int | None:
        """Return a width or precision: written as a number, or given by an argument as `*`."""
        if text is None or not text.endswith("*"):
            return int(text) if text and int(text) <= _WIDEST else None
        if text != "*":
            self.seek(text[:-1])
        value = self.values[self.next] if self.next < len(self.values) else None
        self.next += 1
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value if abs(value) <= _WIDEST else None


def _directive(match: re.Match[str], arguments: _Arguments) -> str:
    flags, width_text, precision_text, index, verb = match.groups()
    arguments.found = True
    width = arguments.number(width_text)
    precision = 0 if precision_text == "" else arguments.number(precision_text)
    if index is not None:
        arguments.seek(index)
    if verb is None:
        return "%!(NOVERB)"
    if verb == "%":
        return "%"
    if not arguments.found:
        return f"%!{verb}(BADINDEX)"
    if arguments.next >= len(arguments.values):
        return f"%!{verb}(MISSING)"
    if width is not None and width < 0:
        flags, width = flags + "-", -width
    value = arguments.values[arguments.next]
    arguments.next += 1
    return _format(_Verb(frozenset(flags), width, precision, verb), value)


def _format(directive: _Verb, value: GoValue) -> str:
    verb = directive.verb
    if verb == "T":
        return directive.pad(type_name(value))
    match value:
        case bool() if verb in "tv":
            return directive.pad(plain(value), zeros=False)
        case bool():
            pass
        case int() if verb in "vdboOxXcqU":
            return _format_int(directive, value)
        case float() if verb in "veEfFgGx":
            return _format_float(directive, value)
        case str() if verb in "vsqxX":
            return _format_string(directive, value)
        case GoTime() | GoDuration() if verb in "vsqxX":
            return _format_string(directive, str(value))
        case dict() | list() | Sample() | AlertData() | GoHistogram() if verb in "vs":
            return directive.pad(plain(value))
        case None if verb == "v":
            return directive.pad("<nil>")
        case None:
            return f"%!{verb}(<nil>)"
    return f"%!{verb}({type_name(value)}={plain(value)})"


def _format_int(directive: _Verb, value: int) -> str:
    verb = directive.verb
    if verb == "c":
        return directive.pad(_character(value))
    if verb == "q":
        char = _character(value)
        return directive.pad("'" + quote(char)[1:-1].replace(r"\"", '"').replace("'", r"\'") + "'")
    if verb == "U":
        return directive.pad(f"U+{value:04X}", zeros=False)
    sign = "-" if value < 0 else ""
    digits = format(abs(value), {"v": "d", "O": "o"}.get(verb, verb))
    if directive.precision is not None:
        digits = "" if directive.precision == value == 0 else digits.rjust(directive.precision, "0")
    prefix = "0o" if verb == "O" else ""
    if "#" in directive.flags:
        prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, prefix)
    return directive.pad_number(sign + prefix + digits or " ", zeros=directive.precision is None)


def _character(value: int) -> str:
    return chr(value) if 0 <= value <= 0x10FFFF else "\ufffd"


def _format_float(directive: _Verb, value: float) -> str:
    verb = {"v": "g", "F": "f"}.get(directive.verb, directive.verb)
    precision = directive.precision
    if precision is None:
        precision = -1 if verb in "gG" else 6
    text = _hexadecimal(value) if verb == "x" else format_float(value, verb, precision)
    if math.isfinite(value):
        return directive.pad_number(text)
    if math.isnan(value) and "+" in directive.flags:
        text = "+NaN"
    return directive.pad(text, zeros=False)


def _format_string(directive: _Verb, value: str) -> str:
    if directive.precision is not None:
        value = value[: directive.precision]
    match directive.verb:
        case "q":
            raw = "#" in directive.flags and "`" not in value and value.isprintable()
            return directive.pad(f"`{value}`" if raw else quote(value))
        case "x" | "X":
            text = value.encode().hex(*((" ",) if " " in directive.flags else ()))
            return directive.pad(text.upper() if directive.verb == "X" else text)
    return directive.pad(value)
