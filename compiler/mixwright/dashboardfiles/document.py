"""JSON and YAML read into plain values that know their file and line; hostile sizes and depths are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from mixwright.errors import DefinitionError, MixwrightError
from mixwright.values import Origin
from mixwright.yamlnodes import Node

Steps: TypeAlias = tuple[str | int, ...]
"""The way to a value: the names of fields and the numbers of items."""

Span: TypeAlias = tuple[int, int]

MOST_BYTES = 64 * 2**20
MOST_VALUES = 5_000_000
DEEPEST = 100
"""Grafana's own dashboards nest some twenty levels."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@attrs.frozen(eq=False)
class Document:
    """One JSON or YAML value of a file; `line_of` finds the line of what it holds.

    `text` is the JSON as it was written, empty for YAML; `moved` leads from places in a converted
    value to the places in the file that they were made from.
    """

    file: str
    value: Any
    line_of: Callable[[Steps], int]
    text: str = ""
    moved: Mapping[Steps, Steps] = attrs.field(factory=dict)

    def origin(self, steps: Steps = ()) -> Origin:
        """Return the file and the line of a value."""
        return Origin(self.file, self.line_of(self.written(steps)))

    def written(self, steps: Steps) -> Steps:
        """Return where in the file a value was written."""
        for length in range(len(steps), -1, -1):
            if steps[:length] in self.moved:
                return (*self.moved[steps[:length]], *steps[length:])
        return steps

    def error(self, message: str, steps: Steps = ()) -> DefinitionError:
        """Return a complaint with file and line."""
        return DefinitionError(message, self.origin(steps))


@attrs.frozen(eq=False)
class Place:
    """A value of a document; null is as good as nothing."""

    document: Document
    value: Any
    steps: Steps = ()

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return self.document.origin(self.steps)

    def error(self, message: str) -> DefinitionError:
        """Return a complaint with file and line."""
        return self.document.error(message, self.steps)

    def get(self, name: str) -> Any:
        """Return a field's plain value, None where there is none."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def at(self, name: str | int) -> Place:
        """Return the place of a field or an item."""
        inside = self.get(name) if isinstance(name, str) else self.value[name]
        return Place(self.document, inside, (*self.steps, name))

    def object(self, name: str) -> Place:
        """Return a field that must be an object; without it, an empty one."""
        found = self.at(name)
        if found.value is None:
            return Place(self.document, {}, found.steps)
        if not isinstance(found.value, dict):
            raise found.error(f"`{name}` must be an object")
        return found

    def objects(self, name: str) -> Iterator[Place]:
        """Yield the items of a field that must be a list of objects."""
        found = self.at(name)
        if found.value is None:
            return
        if not isinstance(found.value, list):
            raise found.error(f"`{name}` must be a list")
        for number in range(len(found.value)):
            item = found.at(number)
            if item.value is None:
                continue
            if not isinstance(item.value, dict):
                raise item.error(f"`{name}` must hold objects only")
            yield item

    def text(self, name: str) -> str:
        """Return a field that must be a text; empty without it."""
        value = self.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.at(name).error(f"`{name}` must be a text")
        return value

    def loose_text(self, name: str) -> str:
        """Return a field that is often something else than a text, which is then as good as none."""
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        """Return a field that is a number, or a text of one, as old dashboards have it."""
        value = self.get(name)
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                return None
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts in a list."""
        value = self.get(name)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def read_json(text: str, file: str, first_line: int = 1) -> Document:
    """Return the value of a JSON text that begins on `first_line` of a file.

    Raises `MixwrightError` with file and line.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = Origin(file, first_line + error.lineno - 1)
        message = f"not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        raise DefinitionError(message, place) from None
    except RecursionError:
        raise MixwrightError(f"`{file}` is nested too deeply") from None
    except ValueError as error:
        # Python's own words about long numbers would tell the reader to change the interpreter.
        message = str(error) if "digits" not in str(error) else "a number has thousands of digits"
        raise MixwrightError(f"`{file}` is not JSON: {message}") from None
    _check_size(value, file)
    if "\\u" in text:
        _check_text(value, file)
    return Document(file, value, _Lines(text, first_line), text)


def read_yaml(node: Node) -> Document:
    """Return the value of a YAML node."""
    value = node.plain()
    _check_size(value, node.file)

    def line_of(steps: Steps) -> int:
        return node.inside(steps).origin.line

    return Document(node.file, value, line_of)


def spans(text: str) -> dict[Steps, Span]:
    """Return where in a JSON text every value stands, as half-open ranges of characters."""
    found: dict[Steps, Span] = {}
    path: list[str | int] = []
    starts: list[int] = []
    key = ""
    for token in _TOKEN.finditer(text):
        match token.group():
            case "{" | "[" as opening:
                starts.append(token.start())
                path.append(0 if opening == "[" else "")
                found[tuple(path[:-1])] = token.span()
            case "}" | "]":
                path.pop()
                found[tuple(path)] = (starts.pop(), token.end())
            case ":":
                path[-1] = json.loads(key, strict=False)
            case ",":
                last = path[-1]
                path[-1] = last + 1 if isinstance(last, int) else ""
            case word:
                key = word
                found[tuple(path)] = token.span()
    return found


@attrs.frozen(eq=False)
class _Lines:
    """The lines of a JSON text's values, looked up when somebody asks for one."""

    text: str
    first: int

    def __call__(self, steps: Steps) -> int:
        known = self._spans
        while steps and steps not in known:
            steps = steps[:-1]
        return self.first + self.text.count("\n", 0, known.get(steps, (0, 0))[0])

    @cached_property
    def _spans(self) -> dict[Steps, Span]:
        return spans(self.text)


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is not a number in JSON")


def _check_size(value: Any, file: str) -> None:
    """Refuse what later readers could not walk over."""
    level, seen = [value], 0
    for _ in range(DEEPEST):
        seen += len(level)
        if seen > MOST_VALUES:
            raise MixwrightError(f"`{file}` holds more than {MOST_VALUES} values")
        level = [
            inside
            for outer in level
            if isinstance(outer, dict | list)
            for inside in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise MixwrightError(f"`{file}` is nested more than {DEEPEST} levels deep")


def _check_text(value: Any, file: str) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise MixwrightError(f"`{file}` has half of a surrogate pair in a text") from None


def read_text(path: Path) -> str:
    """Return the text of a file. Raises `MixwrightError` when it is too big, or not UTF-8."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MixwrightError(f"`{path}` is larger than {MOST_BYTES >> 20} MiB")
        # Line ends stay as they are: a file that is mended is written back.
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MixwrightError(f"`{path}` is not UTF-8 text") from error
