"""The lines of an exposition, in the Prometheus text format or OpenMetrics.

Source: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md and
`model/textparse/promlex.l` of Prometheus. Exemplars are skipped: nothing here evaluates them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mixwright.recordings.recording import Metadata
from mixwright.recordings.text import Lines, parse_labels, unescape
from mixwright.values import METRIC_NAME, Labels

_SERIES: Final = re.compile(
    r'([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s*'
)


class ExposedSample(NamedTuple):
    """One sample; `series` is the text of name and labels, `time` what stands behind the value, if anything."""

    series: str
    labels: Labels
    value: float
    time: str | None


class Exposition:
    """Reads one line after the other, and remembers types and help, and in `known` series by their text."""

    def __init__(self, known: dict[str, Labels] | None = None) -> None:
        self._known = {} if known is None else known
        self._types: dict[str, str] = {}
        self._helps: dict[str, str] = {}

    @property
    def metadata(self) -> dict[str, Metadata]:
        """Type and help of metric families, as far as they were said."""
        names = {**self._types, **self._helps}
        return {n: Metadata(self._types.get(n, ""), self._helps.get(n, "")) for n in names}

    def read(self, line: str, lines: Lines) -> ExposedSample | None:
        """Read a line; `None` when it is a comment or empty."""
        if line.startswith("#"):
            self._note(line)
            return None
        if not line.strip():
            return None
        # Everything up to the value is the series, the same text again and again.
        series, _, rest = line.partition("} ") if "} " in line else line.partition(" ")
        labels = self._known.get(series)
        if labels is None:
            match = _SERIES.match(line)
            if match is None or not any(match.groups()):
                lines.fail("is not `name{labels} value timestamp`")
            name, inside = match.groups()
            labels = parse_labels(inside or "", lines, name or "")
            rest = line[match.end() :]
            if "} " in (inside or ""):
                # Parsed anew each time: what stands before the first `} ` is not all of it.
                series = line[: match.end()]
            else:
                self._known[series] = labels
        fields = rest.split()
        if not fields or (len(fields) > 2 and fields[1] != "#" and fields[2] != "#"):
            lines.fail(
                f"has `{fields[2]}` after the timestamp"
                if fields
                else "has a series without a value"
            )
        time = fields[1] if len(fields) > 1 and fields[1] != "#" else None
        return ExposedSample(series, labels, _number(fields[0], lines), time)

    def _note(self, line: str) -> None:
        words = line.split(None, 3)
        if len(words) == 4 and words[1] == "TYPE":
            self._types[words[2].strip('"')] = words[3].strip()
        elif len(words) == 4 and words[1] == "HELP":
            self._helps[words[2].strip('"')] = unescape(words[3])


def _number(text: str, lines: Lines) -> float:
    try:
        # Python reads more than Go does.
        if "_" not in text and text.isascii():
            return float(text)
    except ValueError:
        pass
    lines.fail(f"has `{text}` where a value is expected")


def parse_series(text: str, lines: Lines) -> Labels:
    """Read a series such as `up{job="node"}`; what is not written so is a name as a whole."""
    match = _SERIES.fullmatch(text)
    if match is None or not any(match.groups()):
        return Labels({METRIC_NAME: text})
    name, inside = match.groups()
    return parse_labels(inside or "", lines, name or "")
