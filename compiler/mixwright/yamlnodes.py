"""YAML read as nodes that know their lines, strictly: every field is known and has the right type.

Scalars are told apart as Prometheus tells them: a plain `5` is a text where a text is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import attrs
import yaml

from mixwright.errors import DefinitionError, MixwrightError
from mixwright.values import Duration, Origin

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUE = frozenset({"y", "yes", "true", "on"})
_FALSE = frozenset({"n", "no", "false", "off"})
_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"
_STRING = "tag:yaml.org,2002:str"

_LONGEST = 2**63 // 1_000_000
"""The most milliseconds that Prometheus can count, in nanoseconds."""

Value = TypeVar("Value")
Word = TypeVar("Word", bound=str)


@attrs.frozen
class Node:
    """A place in a file, with the complaints that can be made about it."""

    file: str
    node: yaml.Node

    @property
    def origin(self) -> Origin:
        """The file and the line."""
        return Origin(self.file, self.node.start_mark.line + 1)

    @property
    def is_null(self) -> bool:
        """Whether there is nothing: an empty value, `null` or `~`."""
        return self.node.tag == _NULL

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def error(self, message: str) -> DefinitionError:
        """Return a complaint with file and line."""
        return DefinitionError(message, self.origin)

    def plain(self) -> Any:
        """Return the value as Python's own types: dictionaries, lists, texts, numbers."""
        try:
            return yaml.constructor.SafeConstructor().construct_document(self.node)
        except yaml.constructor.ConstructorError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise MixwrightError(f"{Origin(self.file, line)}: {error.problem}") from error
        except (ValueError, RecursionError) as error:
            raise self.error(f"cannot be read: {error}") from error

    def inside(self, steps: Sequence[str | int]) -> Node:
        """Return the node that names and numbers lead to, or the last one on that way."""
        node = self.node
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                found = [value for key, value in node.value if key.value == step]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                found = node.value[step : step + 1]
            else:
                found = []
            if not found:
                break
            node = found[0]
        return Node(self.file, node)

    def fields(
        self, what: str, known: Collection[str] = (), *, ignoring: bool = False
    ) -> dict[str, Node]:
        """Return a mapping's values by name, without those that are null.

        Fields that are not `known` are refused, or with `ignoring` left out; without `known` any go.
        """
        if self.is_null:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{what} must be a mapping of names to values")
        found: dict[str, Node] = {}
        for key, value in self._pairs(self.node, what):
            name = key.text("a field's name")
            if name in found:
                raise key.error(f"`{name}` is given twice in {what}")
            if known and name not in known:
                if ignoring:
                    continue
                names = ", ".join(f"`{field}`" for field in known)
                raise key.error(f"`{name}` is not a field of {what}; there are {names}")
            found[name] = value
        return {name: value for name, value in found.items() if not value.is_null}

    def _pairs(self, root: yaml.MappingNode, what: str) -> Iterator[tuple[Node, Node]]:
        """Yield keys and values, then those that merge keys (`<<`) bring in and that are not there yet."""
        taken: set[str] = set()
        seen = {id(root)}
        waiting = [root]
        while waiting:
            node = waiting.pop(0)
            own = [(k, v) for k, v in node.value if k.tag != _MERGE]
            for key, value in own:
                if node is root or key.value not in taken:
                    yield Node(self.file, key), Node(self.file, value)
            taken.update(key.value for key, _ in own if isinstance(key, yaml.ScalarNode))
            for value in (v for k, v in node.value if k.tag == _MERGE):
                for source in value.value if isinstance(value, yaml.SequenceNode) else (value,):
                    if not isinstance(source, yaml.MappingNode):
                        raise Node(self.file, source).error(f"`<<` in {what} must name a mapping")
                    # A mapping can name itself, and name another many times over.
                    if id(source) not in seen:
                        seen.add(id(source))
                        waiting.append(source)

    def items(self, what: str) -> tuple[Node, ...]:
        """Return the parts of a list; null is an empty one."""
        if self.is_null:
            return ()
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"{what} must be a list")
        return tuple(Node(self.file, part) for part in self.node.value)

    def text(self, what: str) -> str:
        """Return a scalar as it was written; null is the empty text."""
        if self.is_null:
            return ""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"{what} must be a text")
        return str(self.node.value)

    def texts(self, what: str) -> dict[str, str]:
        """Return a mapping of names to texts, those that are empty or null among them."""
        if self.is_null:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{what} must be a mapping of names to texts")
        found: dict[str, str] = {}
        for key, value in self._pairs(self.node, what):
            name = key.text("a name")
            if name in found:
                raise key.error(f"`{name}` is given twice in {what}")
            found[name] = value.text(f"`{name}` in {what}")
        return found

    def number(self, what: str) -> float:
        """Return a number: decimal, `0x1F`, `1_000`, `.inf`, `.nan`."""
        text = self.text(what)
        if self.node.tag != _STRING:
            lower = text.lower().replace("_", "")
            sign = -1.0 if lower.startswith("-") else 1.0
            body = lower.lstrip("+-")
            try:
                if body in (".inf", ".nan"):
                    return sign * float(body[1:])
                return float(int(lower, 0)) if body.startswith(("0x", "0b")) else float(lower)
            except ValueError:
                pass
        raise self.error(f"{what} must be a number, it is `{text}`")

    def integer(self, what: str) -> int:
        """Return a whole number."""
        value = self.number(what)
        if not value.is_integer():
            raise self.error(f"{what} must be a whole number, it is `{self.text(what)}`")
        return int(value)

    def flag(self, what: str) -> bool:
        """Return true or false."""
        text = self.text(what).lower()
        if text not in _TRUE | _FALSE:
            raise self.error(f"{what} must be `true` or `false`, it is `{text}`")
        return text in _TRUE

    def choice(self, what: str, choices: Sequence[Word]) -> Word:
        """Return one of some words."""
        text = self.text(what)
        for word in choices:
            if word == text:
                return word
        words = " or ".join(f"`{word}`" for word in choices)
        raise self.error(f"{what} must be {words}, it is `{text}`")

    def duration(self, what: str) -> Duration:
        """Return a duration that is not negative; `0` needs no unit."""
        span = self.parsed(what, Duration.parse)
        if span.ms < 0:
            raise self.error(f"{what} must not be negative, it is `{span}`")
        if span.ms > _LONGEST:
            raise self.error(f"{what} must be shorter than 292 years")
        return span

    def time(self, what: str) -> int:
        """Return a time in ms: seconds since 1970, or RFC 3339 with its offset."""
        text = self.text(what)
        time = _time(text)
        if time is None or abs(time) > _LONGEST:
            raise self.error(
                f"{what} `{text}` is not a time; write `2026-01-31T12:00:00Z` or seconds since 1970"
            )
        return time

    def parsed(self, what: str, parse: Callable[[str], Value]) -> Value:
        """Return what `parse` makes of the text; its complaint gets file and line."""
        text = self.text(what)
        try:
            return parse(text)
        except MixwrightError as error:
            raise self.error(f"{what}: {error}") from None


def _time(text: str) -> int | None:
    try:
        return round(float(text) * 1000)
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else round(moment.timestamp() * 1000)


def read_documents(path: Path) -> tuple[Node, ...]:
    """Return the roots of a file's documents, without those that are empty.

    Raises `MixwrightError` with file and line when it is not YAML.
    """
    try:
        content = path.read_text("utf-8")
    except OSError as error:
        raise MixwrightError(f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MixwrightError(f"`{path}` is not UTF-8 text") from error
    return read_text(content, str(path))


def read_text(content: str, file: str) -> tuple[Node, ...]:
    """Return documents like `read_documents()` of a text that came as `file`."""
    try:
        roots = [root for root in yaml.compose_all(content, Loader=_LOADER) if root is not None]
    except yaml.reader.ReaderError as error:
        raise MixwrightError(f"`{file}` is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(f"not YAML: {error.problem}", Origin(file, line)) from error
    except RecursionError as error:
        raise MixwrightError(f"`{file}` is nested too deeply") from error
    return tuple(Node(file, root) for root in roots if root.tag != _NULL)


def node_of(value: object, origin: Origin) -> Node:
    """Return mappings, lists and texts that were written in another format as a node at a place."""
    mark = yaml.Mark(origin.file, 0, origin.line - 1, 0, None, 0)
    node = yaml.representer.SafeRepresenter().represent_data(value)
    waiting = [node]
    while waiting:
        part = waiting.pop()
        part.start_mark = mark
        if isinstance(part, yaml.MappingNode):
            waiting += [side for pair in part.value for side in pair]
        elif isinstance(part, yaml.SequenceNode):
            waiting += part.value
    return Node(origin.file, node)
