"""The executor of templates: tree and data to text, with Go's rules and Go's messages.

Source: Go's `text/template/exec.go`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mixwright.errors import MixwrightError
from mixwright.templating.errors import TemplateError
from mixwright.templating.gofmt import plain, quote, sprint
from mixwright.templating.gotime import METHODS
from mixwright.templating.gotypes import (
    AlertData,
    GoDuration,
    GoHistogram,
    GoTime,
    GoValue,
    Sample,
    StringMap,
    is_true,
    type_name,
)
from mixwright.templating.signature import ANY, STRING, Callee
from mixwright.templating.tree import (
    Action,
    Branch,
    Chain,
    Command,
    Constant,
    Dot,
    Field,
    Function,
    Invocation,
    Jump,
    Nil,
    Node,
    Operand,
    Pipeline,
    Template,
    Text,
    Variable,
)

_DEEPEST = 100
"""How deep templates may call each other; Go allows 100000, Python's stack does not."""
_LONGEST = 1 << 20
"""Characters that one expansion may produce, and nodes that it may visit: rule files are not trusted."""

_MISSING = object()
"""Says that a command has no value from the command before it."""


def execute(template: Template, data: GoValue, functions: Mapping[str, Callee]) -> str:
    """Return the template's text for `data`.

    Raises `TemplateError` with Go's message, `template: name:line:column: executing … at <…>: …`.
    """
    state = _State(template, functions)
    state.run(template.name, template.root, data)
    return "".join(state.parts)


class _Break(Exception):  # noqa: N818 - a jump, not an error
    """`{{ break }}` or `{{ continue }}`."""

    def __init__(self, keyword: str) -> None:
        self.keyword = keyword


class _State:
    """One execution: what has been written, and the variables in scope."""

    def __init__(self, template: Template, functions: Mapping[str, Callee]) -> None:
        self.template, self.functions = template, functions
        self.name = template.name
        self.parts: list[str] = []
        self.length = 0
        self.visits = 0
        self.variables: list[tuple[str, GoValue]] = []
        self.depth = 0
        self.node: Node | Operand | Command = Text(0, "")

    def run(self, name: str, nodes: tuple[Node, ...], dot: GoValue) -> None:
        """Execute a template's nodes with variables of their own."""
        outer = self.name, self.variables
        self.name, self.variables = name, [("$", dot)]
        self.walk(nodes, dot)
        self.name, self.variables = outer

    def fail(self, message: str) -> TemplateError:
        """Return the error of the node that was visited last, which is what Go blames."""
        node = self.node
        before = self.template.text[: node.pos]
        line = 1 + before.count("\n")
        column = len(before[before.rfind("\n") + 1 :].encode())
        place = f"{self.template.name}:{line}:{column}"
        return TemplateError(
            f"template: {place}: executing {quote(self.name)} at <{node}>: {message}"
        )

    def visit(self) -> None:
        """Count a node or a turn of a loop, and refuse to go on for ever."""
        self.visits += 1
        if self.visits > _LONGEST:
            raise self.fail(f"more than {_LONGEST} steps")

    def write(self, text: str) -> None:
        self.length += len(text)
        if self.length > _LONGEST:
            raise self.fail(f"more than {_LONGEST} characters")
        self.parts.append(text)

    # Nodes

    def walk(self, nodes: tuple[Node, ...], dot: GoValue) -> None:
        for node in nodes:
            self.node = node
            self.visit()
            match node:
                case Text(_, text):
                    self.write(text)
                case Action(_, pipeline):
                    value = self.pipeline(dot, pipeline)
                    if not pipeline.variables:
                        self.write("<no value>" if value is None else sprint(value))
                case Branch(_, "range"):
                    self.range(dot, node)
                case Branch(_, keyword, pipeline, body, otherwise):
                    mark = len(self.variables)
                    value = self.pipeline(dot, pipeline)
                    if is_true(value):
                        self.walk(body, value if keyword == "with" else dot)
                    elif otherwise is not None:
                        self.walk(otherwise, dot)
                    del self.variables[mark:]
                case Jump(_, keyword):
                    raise _Break(keyword)
                case Invocation():
                    self.invoke(dot, node)

    def invoke(self, dot: GoValue, node: Invocation) -> None:
        nodes = self.template.definitions.get(node.name)
        if nodes is None:
            raise self.fail(f"template {quote(node.name)} not defined")
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail(f"exceeded maximum template depth ({_DEEPEST})")
        value = None if node.pipeline is None else self.pipeline(dot, node.pipeline)
        self.run(node.name, nodes, value)
        self.depth -= 1

    def range(self, dot: GoValue, node: Branch) -> None:
        mark = len(self.variables)
        pipeline = node.pipeline
        value = self.pipeline(dot, pipeline)
        names = [variable.name for variable in pipeline.variables]
        inner = len(self.variables)
        empty = True
        for key, item in self.items(node, value):
            empty = False
            self.visit()
            bound = (item,) if len(names) == 1 else (key, item)[: len(names)]
            for offset, element in enumerate(bound):
                if pipeline.assigns:
                    self.assign(names[offset], element)
                else:
                    self.variables[inner - len(names) + offset] = (names[offset], element)
            try:
                self.walk(node.body, item)
            except _Break as jump:
                if jump.keyword == "break":
                    break
            finally:
                del self.variables[inner:]
        if empty and node.otherwise is not None:
            self.walk(node.otherwise, dot)
        del self.variables[mark:]

    def items(self, node: Branch, value: GoValue) -> Iterator[tuple[GoValue, GoValue]]:
        match value:
            case dict():
                return iter(sorted(value.items()))
            case list():
                return iter(enumerate(value))
            case int() if not isinstance(value, bool):
                if len(node.pipeline.variables) > 1:
                    raise self.fail(f"can't use {value} to iterate over more than one variable")
                return ((number, number) for number in range(min(value, _LONGEST)))
            case None:
                return iter(())
        raise self.fail(f"range can't iterate over {plain(value)}")

    # Pipelines

    def variable(self, name: str) -> GoValue:
        return next(value for key, value in reversed(self.variables) if key == name)

    def assign(self, name: str, value: GoValue) -> None:
        for number in range(len(self.variables) - 1, -1, -1):
            if self.variables[number][0] == name:
                self.variables[number] = (name, value)
                return

    def pipeline(self, dot: GoValue, pipeline: Pipeline) -> GoValue:
        self.node = pipeline
        value: GoValue = _MISSING
        for command in pipeline.commands:
            value = self.command(dot, command, value)
        for variable in pipeline.variables:
            if pipeline.assigns:
                self.assign(variable.name, value)
            else:
                self.variables.append((variable.name, value))
        return value

    def command(self, dot: GoValue, command: Command, final: GoValue) -> GoValue:
        first, *arguments = command.operands
        match first:
            case Function(_, name):
                return self.call(dot, command, name, tuple(arguments), final)
            case Field() | Chain() | Variable(_, _, (_, *_)):
                return self.fields(dot, first, tuple(arguments), final)
        self.node = first
        if arguments or final is not _MISSING:
            raise self.fail(f"can't give argument to non-function {first}")
        if isinstance(first, Nil):
            raise self.fail("nil is not a command")
        return self.operand(dot, first)

    def operand(self, dot: GoValue, node: Operand) -> GoValue:
        self.node = node
        match node:
            case Dot():
                return dot
            case Constant(_, _, _, value):
                if isinstance(value, int) and not -(2**63) <= value < 2**63:
                    raise self.fail(f"{node} overflows int")
                return value
            case Variable(_, name, ()):
                return self.variable(name)
            case Field() | Chain() | Variable():
                return self.fields(dot, node, (), _MISSING)
            case Function(_, name):
                return self.call(dot, node, name, (), _MISSING)
            case Pipeline():
                return self.pipeline(dot, node)
        raise self.fail("nil is not a value")

    def fields(
        self,
        dot: GoValue,
        node: Field | Chain | Variable,
        arguments: tuple[Operand, ...],
        final: GoValue,
    ) -> GoValue:
        self.node = node
        match node:
            case Field(_, names):
                value = dot
            case Variable(_, name, names):
                value = self.variable(name)
            case Chain(_, inner, names):
                if isinstance(inner, Nil):
                    raise self.fail(f"indirection through explicit nil in {node}")
                value = self.operand(dot, inner)
        for name in names[:-1]:
            value = self.field(value, name, has_arguments=False)
        if isinstance(value, GoTime | GoDuration):
            return self.method(dot, value, names[-1], arguments)
        given = bool(arguments) or final is not _MISSING
        return self.field(value, names[-1], has_arguments=given)

    def field(self, value: GoValue, name: str, *, has_arguments: bool) -> GoValue:
        match value, name:
            case AlertData(labels, external, url, number), _:
                known = {
                    "Labels": labels,
                    "ExternalLabels": external,
                    "ExternalURL": url,
                    "Value": number,
                }
            case Sample(labels, number), _:
                known = {"Labels": labels, "Value": number}
            case GoHistogram(), _:
                known = {
                    "Count": value.count,
                    "Sum": value.sum,
                    "ZeroCount": value.zero_count,
                    "ZeroThreshold": value.zero_threshold,
                }
            case dict(), _:
                if has_arguments:
                    raise self.fail(f"{name} is not a method but has arguments")
                return value.get(name, "" if isinstance(value, StringMap) else None)
            case None, _:
                return None
            case _:
                known = {}
        if name not in known:
            raise self.fail(f"can't evaluate field {name} in type {type_name(value)}")
        if has_arguments:
            raise self.fail(f"{name} has arguments but cannot be invoked as function")
        return known[name]

    def method(
        self,
        dot: GoValue,
        value: GoTime | GoDuration,
        name: str,
        arguments: tuple[Operand, ...],
    ) -> GoValue:
        function = METHODS.get((type(value), name))
        if function is None:
            raise self.fail(f"can't evaluate field {name} in type {type_name(value)}")
        given = (self.argument(dot, STRING, argument) for argument in arguments)
        return function(value, *given)

    # Calls

    def call(
        self,
        dot: GoValue,
        node: Command | Function,
        name: str,
        arguments: tuple[Operand, ...],
        final: GoValue,
    ) -> GoValue:
        function = self.functions[name]
        self.node = node.operands[0] if isinstance(node, Command) else node
        fixed = len(function.parameters)
        count = len(arguments) + (final is not _MISSING)
        if function.variadic is None and count != fixed:
            raise self.fail(f"wrong number of args for {name}: want {fixed} got {count}")
        if count < fixed:
            short = f"want at least {fixed} got {len(arguments)}"
            raise self.fail(f"wrong number of args for {name}: {short}")
        if name in ("and", "or"):
            return self.shortcut(dot, name, arguments, final)
        types = (*function.parameters, *(function.variadic or "" for _ in range(count - fixed)))
        values = [
            self.argument(dot, wanted, argument)
            for wanted, argument in zip(types, arguments, strict=False)
        ]
        if final is not _MISSING:
            values.append(self.checked(types[count - 1], final))
        try:
            return function.function(*values)
        except MixwrightError as error:
            self.node = node
            raise self.fail(f"error calling {name}: {error}") from None

    def shortcut(
        self, dot: GoValue, name: str, arguments: tuple[Operand, ...], final: GoValue
    ) -> GoValue:
        value = None
        for argument in arguments:
            value = self.argument(dot, ANY, argument)
            if is_true(value) == (name == "or"):
                return value
        return value if final is _MISSING else final

    def argument(self, dot: GoValue, wanted: str, node: Operand) -> GoValue:
        self.node = node
        match node:
            case Constant(_, _, kind, value):
                if wanted == STRING and kind != "string":
                    raise self.fail(f"expected string; found {node}")
                if wanted not in (ANY, STRING):
                    raise self.fail(f"can't handle {node} for arg of type {wanted}")
                return self.operand(dot, node) if kind == "number" else value
            case Nil():
                if wanted == STRING:
                    raise self.fail(f"cannot assign nil to {wanted}")
                return None
        return self.checked(wanted, self.operand(dot, node))

    def checked(self, wanted: str, value: GoValue) -> GoValue:
        if wanted == ANY or type_name(value) == wanted:
            return value
        if value is None:
            if wanted == STRING:
                raise self.fail(f"invalid value; expected {wanted}")
            return None
        raise self.fail(f"wrong type for value; expected {wanted}; got {type_name(value)}")
