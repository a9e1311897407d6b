"""The parser of templates: tokens to tree.

Source: Go's `text/template/parse/parse.go`.
"""

from __future__ import annotations

import functools
import re

from mixwright.templating.errors import TemplateError
from mixwright.templating.gofmt import quote
from mixwright.templating.lexer import Token, lex
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
"""Parentheses and branches nest no deeper: templates of rule files are not trusted."""


@functools.lru_cache(maxsize=4096)
def parse(name: str, text: str, functions: frozenset[str]) -> Template:
    """Return the tree of a template that may call `functions`.

    Raises `TemplateError` with Go's message, `template: name:line: …`.
    """
    return _Parser(name, text, functions).template()


class _Parser:
    """Recursive descent over the tokens, with the variables that are in scope."""

    def __init__(self, name: str, text: str, functions: frozenset[str]) -> None:
        self.name, self.text, self.functions = name, text, functions
        self.tokens = list(lex(text))
        self.at = 0
        self.variables = ["$"]
        self.loops = 0
        self.depth = 0
        self.definitions: dict[str, tuple[Node, ...]] = {}

    def template(self) -> Template:
        root: list[Node] = []
        while self.peek().kind != "EOF":
            node = self.node()
            if isinstance(node, Token):
                self.fail(f"unexpected {{{{{node.text}}}}}")
            elif node is not None:
                root.append(node)
        return Template(self.name, self.text, tuple(root), self.definitions)

    # Tokens

    def peek(self, *, spaces: bool = False) -> Token:
        """Return the next token without taking it; spaces are passed over unless wanted."""
        if not spaces:
            while self.tokens[self.at].kind == "space":
                self.at += 1
        return self.tokens[self.at]

    def take(self, *, spaces: bool = False) -> Token:
        token = self.peek(spaces=spaces)
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def expect(self, kind: str, context: str) -> Token:
        token = self.take()
        if token.kind != kind:
            self.unexpected(token, context)
        return token

    def unexpected(self, token: Token, context: str) -> None:
        what = token.text if token.kind == "error" else f"unexpected {token} in {context}"
        self.fail(what, token)

    def fail(self, message: str, token: Token | None = None) -> None:
        line = (token or self.tokens[max(self.at - 1, 0)]).line
        raise TemplateError(f"template: {self.name}:{line}: {message}")

    # Nodes

    def node(self) -> Node | Token | None:
        """Parse text or an action; `end` and `else` come back as their token, `define` as nothing."""
        token = self.take()
        if token.kind == "text":
            return Text(token.pos, token.text)
        if token.kind != "{{":
            self.unexpected(token, "input")
        first = self.peek()
        if first.kind != "keyword":
            return Action(first.pos, self.pipeline("command", "}}"))
        self.take()
        match first.text:
            case "if" | "with" | "range":
                return self.branch(first)
            case "end":
                self.expect("}}", "end")
                return first
            case "else":
                if self.peek().kind != "keyword" or self.peek().text not in ("if", "with"):
                    self.expect("}}", "else")
                return first
            case "break" | "continue":
                self.expect("}}", f"{{{{{first.text}}}}}")
                if not self.loops:
                    self.fail(f"{{{{{first.text}}}}} outside {{{{range}}}}", first)
                return Jump(first.pos, first.text)
            case "template":
                return self.invocation()
            case "define":
                self.define(self.string("define clause"))
                return None
            case "block":
                return self.block()
        self.unexpected(first, "command")
        raise AssertionError

    def body(self) -> tuple[tuple[Node, ...], Token]:
        """Parse up to `end` or `else`, which is returned too."""
        nodes: list[Node] = []
        with self.deeper():
            while self.peek().kind != "EOF":
                node = self.node()
                if isinstance(node, Token):
                    return tuple(nodes), node
                if node is not None:
                    nodes.append(node)
        self.fail("unexpected EOF", self.peek())
        raise AssertionError

    def branch(self, keyword: Token) -> Branch:
        variables = len(self.variables)
        pipeline = self.pipeline(keyword.text, "}}")
        self.loops += keyword.text == "range"
        body, last = self.body()
        self.loops -= keyword.text == "range"
        otherwise: tuple[Node, ...] | None = None
        if last.text == "else":
            following = self.peek()
            if following.kind == "keyword" and following.text == keyword.text != "range":
                self.take()
                with self.deeper():
                    otherwise = (self.branch(following),)
            else:
                otherwise, last = self.body()
                if last.text != "end":
                    self.fail(f"expected end; found {{{{{last.text}}}}}")
        del self.variables[variables:]
        return Branch(pipeline.pos, keyword.text, pipeline, body, otherwise)

    def invocation(self) -> Invocation:
        token = self.peek()
        name = self.string("template clause")
        if self.peek().kind == "}}":
            self.take()
            return Invocation(token.pos, name, None)
        return Invocation(token.pos, name, self.pipeline("template clause", "}}"))

    def define(self, name: str) -> None:
        self.expect("}}", "define clause")
        self.definition(name, "define clause")

    def block(self) -> Invocation:
        token = self.peek()
        name = self.string("block clause")
        pipeline = self.pipeline("block clause", "}}")
        self.definition(name, "block clause")
        return Invocation(token.pos, name, pipeline)

    def definition(self, name: str, context: str) -> None:
        outer, self.variables = self.variables, ["$"]
        nodes, last = self.body()
        if last.text != "end":
            self.fail(f"unexpected {{{{{last.text}}}}} in {context}")
        self.variables = outer
        old = self.definitions.get(name)
        if old is None or _is_empty(old):
            self.definitions[name] = nodes
        elif not _is_empty(nodes):
            self.fail(f"template: multiple definition of template {quote(name)}")

    def string(self, context: str) -> str:
        token = self.expect("string", context)
        return self.unquote(token)

    # Pipelines

    def pipeline(self, context: str, end: str) -> Pipeline:
        start = self.peek()
        variables, assigns = self.declarations(context)
        commands: list[Command] = []
        with self.deeper():
            while (token := self.peek()).kind != end:
                if token.kind not in _OPERANDS:
                    self.unexpected(token, context)
                commands.append(self.command())
        self.take()
        if not commands:
            self.fail(f"missing value for {context}")
        for stage, command in enumerate(commands[1:], start=2):
            if isinstance(command.operands[0], Constant | Dot | Nil):
                self.fail(f"non executable command in pipeline stage {stage}")
        return Pipeline(start.pos, tuple(commands), variables, assigns)

    def declarations(self, context: str) -> tuple[tuple[Variable, ...], bool]:
        variables: list[Variable] = []
        while self.peek().kind == "variable":
            mark = self.at
            token = self.take()
            following = self.peek()
            comma = following.kind == "char punctuation" and following.text == ","
            if following.kind not in ("=", ":=") and not comma:
                self.at = mark
                break
            self.take()
            variables.append(Variable(token.pos, token.text))
            self.variables.append(token.text)
            if not comma:
                return tuple(variables), following.kind == "="
            if context != "range" or len(variables) > 1:
                self.fail(f"too many declarations in {context}")
            if self.peek().kind not in ("variable", "}}", ")"):
                self.fail("range can only initialize variables")
        return tuple(variables), False

    def command(self) -> Command:
        start = self.peek()
        operands: list[Operand] = []
        while True:
            operand = self.operand()
            if operand is not None:
                operands.append(operand)
            token = self.peek(spaces=True)
            if token.kind == "space":
                self.take(spaces=True)
                continue
            if token.kind == "|":
                self.take()
            elif token.kind not in ("}}", ")"):
                self.unexpected(token, "operand")
            break
        if not operands:
            self.fail("empty command")
        return Command(start.pos, tuple(operands))

    def operand(self) -> Operand | None:
        node = self.term()
        if node is None or self.peek(spaces=True).kind != "field":
            return node
        start = self.peek(spaces=True).pos
        fields: list[str] = []
        while self.peek(spaces=True).kind == "field":
            fields.append(self.take(spaces=True).text[1:])
        match node:
            case Field(_, names):
                return Field(start, (*names, *fields))
            case Variable(_, name, names):
                return Variable(start, name, (*names, *fields))
            case Constant() | Nil() | Dot():
                self.fail(f"unexpected . after term {quote(str(node))}")
        return Chain(start, node, tuple(fields))

    def term(self) -> Operand | None:
        token = self.peek()
        if token.kind not in _OPERANDS:
            return None
        self.take()
        match token.kind:
            case "identifier":
                if token.text not in self.functions:
                    self.fail(f"function {quote(token.text)} not defined", token)
                return Function(token.pos, token.text)
            case "dot":
                return Dot(token.pos)
            case "nil":
                return Nil(token.pos)
            case "variable":
                if token.text not in self.variables:
                    self.fail(f"undefined variable {quote(token.text)}", token)
                return Variable(token.pos, token.text)
            case "field":
                return Field(token.pos, (token.text[1:],))
            case "bool":
                return Constant(token.pos, token.text, "bool", token.text == "true")
            case "string":
                return Constant(token.pos, token.text, "string", self.unquote(token))
            case "(":
                return self.pipeline("parenthesized pipeline", ")")
        return Constant(token.pos, token.text, "number", self.number(token))

    def number(self, token: Token) -> int | float:
        if token.kind == "char":
            text = self.unquote(token)
            if len(text) != 1:
                self.fail(f"malformed character constant: {token.text}", token)
            return ord(text)
        try:
            text = token.text.replace("_", "")
            digits = text.lstrip("+-").lower()
            if digits.startswith(("0x", "0o", "0b")):
                return float.fromhex(text) if "p" in digits else int(text, 0)
            if any(mark in digits for mark in ".e"):
                return float(text)
            octal = len(digits) > 1 and digits.startswith("0")
            return int(text, 8) if octal else int(text)
        except ValueError:
            what = "integer overflow" if token.text.isdigit() else "bad number syntax"
            self.fail(f"{what}: {quote(token.text)}", token)
            raise AssertionError from None

    def unquote(self, token: Token) -> str:
        if token.text.startswith("`"):
            return token.text[1:-1].replace("\r", "")
        body = token.text[1:-1]
        if not _LITERAL.fullmatch(body) or "\\" + {'"': "'", "'": '"'}[token.text[0]] in body:
            self.fail("invalid syntax", token)
        return _ESCAPE.sub(_unescaped, body.encode()).decode(errors="replace")

    def deeper(self) -> _Deeper:
        return _Deeper(self)


class _Deeper:
    """Counts how deep the parser has descended, and refuses to go too deep."""

    def __init__(self, parser: _Parser) -> None:
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > _DEEPEST:
            self.parser.fail("max expression depth exceeded")

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1


_LITERAL = re.compile(
    r"""(?:[^\\]|\\(?:[abfnrtv\\'"]|[0-3][0-7]{2}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))*"""
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{3})|x(..)|u(....)|U(.{8})|(.))")
_SHORT = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))


def _unescaped(match: re.Match[bytes]) -> bytes:
    octal, byte, short, long, letter = match.groups()
    if letter is not None:
        return bytes([_SHORT.get(letter[0], letter[0])])
    if octal or byte:
        return bytes([int(octal, 8) if octal else int(byte, 16)])
    code = int(short or long, 16)
    return chr(code if code <= 0x10FFFF else 0xFFFD).encode(errors="replace")


_OPERANDS = frozenset(
    {"bool", "char", "dot", "field", "identifier", "number", "nil", "string", "variable", "("}
)


def _is_empty(nodes: tuple[Node, ...]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in nodes)
