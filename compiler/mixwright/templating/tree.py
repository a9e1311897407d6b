"""The tree of a template: frozen nodes that know their place and print as Go prints them in messages.

Source: Go's `text/template/parse/node.go`.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs

from mixwright.templating.gotypes import GoValue


@attrs.frozen
class Text:
    """Literal text between actions."""

    pos: int
    text: str


@attrs.frozen
class Dot:
    """The cursor `.`."""

    pos: int

    def __str__(self) -> str:
        return "."


@attrs.frozen
class Nil:
    """The constant `nil`."""

    pos: int

    def __str__(self) -> str:
        return "nil"


@attrs.frozen
class Constant:
    """A number, string or boolean as written; `kind` is `number`, `string` or `bool`.

    A number that is written as an integer may still become a float where a function wants one.
    """

    pos: int
    source: str
    kind: str
    value: GoValue

    def __str__(self) -> str:
        return self.source


@attrs.frozen
class Field:
    """A chain of fields of the cursor: `.Labels.job`."""

    pos: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@attrs.frozen
class Variable:
    """A variable and fields of it: `$labels.job`."""

    pos: int
    name: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.name, *self.fields))


@attrs.frozen
class Function:
    """The name of a function."""

    pos: int
    name: str

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Chain:
    """Fields of a parenthesised pipeline or of a function's result: `(query "up" | first).Value`."""

    pos: int
    operand: Operand
    fields: tuple[str, ...]

    def __str__(self) -> str:
        inner = f"({self.operand})" if isinstance(self.operand, Pipeline) else str(self.operand)
        return inner + "".join(f".{name}" for name in self.fields)


@attrs.frozen
class Command:
    """An operand with arguments: `printf "%d" $n`."""

    pos: int
    operands: tuple[Operand, ...]

    def __str__(self) -> str:
        return " ".join(f"({o})" if isinstance(o, Pipeline) else str(o) for o in self.operands)


@attrs.frozen
class Pipeline:
    """Commands joined by `|`, and the variables that the result is declared as or assigned to."""

    pos: int
    commands: tuple[Command, ...]
    variables: tuple[Variable, ...] = ()
    assigns: bool = False

    def __str__(self) -> str:
        names = ", ".join(map(str, self.variables))
        declared = f"{names} {'=' if self.assigns else ':='} " if names else ""
        return declared + " | ".join(map(str, self.commands))


Operand: TypeAlias = Dot | Nil | Constant | Field | Variable | Function | Chain | Pipeline


@attrs.frozen
class Action:
    """`{{ pipeline }}`."""

    pos: int
    pipeline: Pipeline

    def __str__(self) -> str:
        return f"{{{{{self.pipeline}}}}}"


@attrs.frozen
class Branch:
    """`{{ if }}`, `{{ with }}` or `{{ range }}` with its body and its `else`."""

    pos: int
    keyword: str
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] | None

    def __str__(self) -> str:
        return f"{{{{{self.keyword} {self.pipeline}}}}}…"


@attrs.frozen
class Jump:
    """`{{ break }}` or `{{ continue }}`."""

    pos: int
    keyword: str


@attrs.frozen
class Invocation:
    """`{{ template "name" pipeline }}`."""

    pos: int
    name: str
    pipeline: Pipeline | None

    def __str__(self) -> str:
        argument = f" {self.pipeline}" if self.pipeline is not None else ""
        return f'{{{{template "{self.name}"{argument}}}}}'


Node: TypeAlias = Text | Action | Branch | Jump | Invocation


@attrs.frozen
class Template:
    """A parsed template: its nodes, and the templates that it defines by name."""

    name: str
    text: str
    root: tuple[Node, ...]
    definitions: dict[str, tuple[Node, ...]]
