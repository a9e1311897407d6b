"""Small immutable values that every layer speaks: durations, labels, matchers, origins."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

import attrs
import re2

from mixwright.errors import DefinitionError, MixwrightError

METRIC_NAME: Final = "__name__"
"""The label that holds a series' metric name."""

_UNITS: Final = {
    "y": 31_536_000_000,
    "w": 604_800_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_DURATION = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?"
)


@attrs.frozen(order=True)
class Duration:
    """A span of time in whole milliseconds; printed as Prometheus prints it (`1h30m`).

    Source: `model.ParseDuration` and `model.Duration.String` of prometheus/common.
    """

    ms: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `30s`, `5m`, `1h30m`, `0`, or the same with a leading `-`."""
        sign, body = (-1, text[1:]) if text.startswith("-") else (1, text)
        if body == "0":
            return cls(0)
        match = _DURATION.fullmatch(body)
        if not body or match is None:
            raise DefinitionError(f"`{text}` is not a duration; write `30s`, `5m` or `1h30m`")
        amounts = (int(group or 0) for group in match.groups())
        return cls(sign * sum(n * unit for n, unit in zip(amounts, _UNITS.values(), strict=True)))

    @property
    def seconds(self) -> float:
        """The duration in seconds."""
        return self.ms / 1000

    def __str__(self) -> str:
        if self.ms == 0:
            return "0s"
        rest, parts = abs(self.ms), []
        for unit, size in _UNITS.items():
            # `90d` reads better than `12w6d`: years and weeks only where nothing is left over.
            if unit in ("y", "w") and rest % size != 0:
                continue
            count, rest = divmod(rest, size)
            if count:
                parts.append(f"{count}{unit}")
        return ("-" if self.ms < 0 else "") + "".join(parts)


def duration(value: str | Duration) -> Duration:
    """Convert what a definition says (`"10m"`) to a `Duration`."""
    if isinstance(value, Duration):
        return value
    try:
        return Duration.parse(value)
    except DefinitionError as error:
        raise DefinitionError(error.message, caller()) from None


def optional_duration(value: str | Duration | None) -> Duration | None:
    """Convert like `duration()`, keeping `None`."""
    return None if value is None else duration(value)


_FIRST_YEAR: Final = -62_135_596_800_000
_YEAR_10000: Final = 253_402_300_800_000


def utc(ms: int) -> str:
    """Return a time in ms since the epoch as RFC 3339, in whole seconds; beyond the years 1 to 9999 as a number."""
    if not _FIRST_YEAR <= ms < _YEAR_10000:
        return f"{ms} ms since 1970"
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Labels(Mapping[str, str]):
    """An immutable, hashable label set, sorted by name, without empty values.

    Prometheus treats a label with an empty value as one that is not there, so such
    labels are dropped here.
    """

    __slots__ = ("_hash", "pairs")

    pairs: tuple[tuple[str, str], ...]

    def __init__(self, labels: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        pairs = labels.items() if isinstance(labels, Mapping) else labels
        self.pairs = tuple(sorted((n, v) for n, v in dict(pairs).items() if v != ""))
        self._hash = hash(self.pairs)

    @property
    def name(self) -> str:
        """The metric name, or an empty string."""
        return self.get(METRIC_NAME, "")

    def keep(self, names: Iterable[str]) -> Labels:
        """Return only the labels called `names`."""
        wanted = frozenset(names)
        return Labels(pair for pair in self.pairs if pair[0] in wanted)

    def drop(self, names: Iterable[str]) -> Labels:
        """Return all labels but those called `names`."""
        unwanted = frozenset(names)
        return Labels(pair for pair in self.pairs if pair[0] not in unwanted)

    def with_(self, extra: Mapping[str, str]) -> Labels:
        """Return these labels overwritten by `extra`; an empty value removes a label."""
        return Labels({**dict(self.pairs), **extra})

    def __getitem__(self, name: str) -> str:
        for key, value in self.pairs:
            if key == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Labels) and self.pairs == other.pairs

    def __lt__(self, other: Labels) -> bool:
        return self.pairs < other.pairs

    def __reduce__(self) -> tuple[type[Labels], tuple[tuple[tuple[str, str], ...]]]:
        return Labels, (self.pairs,)

    def __str__(self) -> str:
        """Return the series as Prometheus prints it: `up{job="node"}`."""
        rest = ", ".join(f"{quote_name(n)}={quote(v)}" for n, v in self.pairs if n != METRIC_NAME)
        name = self.name
        if name and not is_legacy_metric_name(name):
            return "{" + ", ".join(filter(None, (quote(name), rest))) + "}"
        return f"{name}{{{rest}}}" if rest or not name else name

    def __repr__(self) -> str:
        return f"Labels({self})"


_METRIC_NAME_SYNTAX = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME_SYNTAX = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ESCAPES = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}
_ESCAPES |= {chr(code): f"\\x{code:02x}" for code in (*range(32), 127) if chr(code) not in _ESCAPES}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')


def is_legacy_metric_name(name: str) -> bool:
    """Tell whether `name` can be written without quotes as a metric name."""
    return _METRIC_NAME_SYNTAX.fullmatch(name) is not None


def is_legacy_label_name(name: str) -> bool:
    """Tell whether `name` can be written without quotes as a label name."""
    return _LABEL_NAME_SYNTAX.fullmatch(name) is not None


def quote(text: str) -> str:
    """Return `text` as a PromQL string literal in double quotes."""
    return '"' + _TO_ESCAPE.sub(lambda match: _ESCAPES[match.group()], text) + '"'


def quote_name(name: str) -> str:
    """Return a label name as PromQL writes it: bare where that is legal, else quoted."""
    return name if is_legacy_label_name(name) else quote(name)


class MatchOp(Enum):
    """How a matcher compares: `=`, `!=`, `=~`, `!~`."""

    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


def anchored_regex(pattern: str) -> re2._Regexp:
    """Compile a PromQL regular expression: RE2 syntax, anchored at both ends, linear time."""
    return _compiled(pattern, f"^(?:{pattern})$", dot_nl=True)


def search_regex(pattern: str) -> re2._Regexp:
    """Compile a regular expression of a template's function: RE2 syntax, matching anywhere."""
    return _compiled(pattern, pattern, dot_nl=False)


@functools.cache
def _compiled(pattern: str, text: str, *, dot_nl: bool) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = dot_nl
    try:
        return re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise MixwrightError(
            f"`{pattern}` is not an RE2 regular expression: {reason}; "
            "look-around and back-references do not exist in RE2"
        ) from error


@attrs.frozen(order=True)
class Matcher:
    """One condition of a selector, such as `job=~"api|web"`; an absent label has the value `""`."""

    name: str
    op: MatchOp = attrs.field(order=lambda op: op.value)
    value: str

    def matches(self, value: str) -> bool:
        """Tell whether a label of this value satisfies the matcher."""
        match self.op:
            case MatchOp.EQUAL:
                return value == self.value
            case MatchOp.NOT_EQUAL:
                return value != self.value
            case MatchOp.REGEX:
                return anchored_regex(self.value).fullmatch(value) is not None
            case MatchOp.NOT_REGEX:
                return anchored_regex(self.value).fullmatch(value) is None

    def __str__(self) -> str:
        return f"{quote_name(self.name)}{self.op.value}{quote(self.value)}"


def version_numbers(version: str) -> tuple[int, int, int]:
    """Return a version as what it is ordered by; parts that are missing or no numbers count as 0."""
    parts = [int(part) if part.isdecimal() else 0 for part in version.split(".")]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch


@attrs.frozen(order=True)
class Origin:
    """Where a definition was written: a file and a line."""

    file: str
    line: int

    @property
    def relative(self) -> str:
        """The file's path from here, where it lies below."""
        return _relative(self.file)

    def __str__(self) -> str:
        return f"{self.relative}:{self.line}"


def _relative(file: str) -> str:
    try:
        return str(Path(file).resolve().relative_to(Path.cwd()))
    except ValueError:
        return file


_PROGRAM = str(Path(__file__).resolve().parent)
_DEFINITIONS = str(Path(__file__).resolve().parent / "standard")


def caller() -> Origin | None:
    """Return the nearest stack frame outside the program: the line of the definition that is being built."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        inside = file.startswith((_PROGRAM, "<")) and not file.startswith(_DEFINITIONS)
        if not inside and "/attr/" not in file and "/attrs/" not in file:
            return Origin(str(Path(file).resolve()), frame.f_lineno)
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None
