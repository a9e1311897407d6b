"""The lexer of templates: text to tokens.

Source: Go's `text/template/parse/lex.go`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from mixwright.templating.gofmt import quote

KEYWORDS = frozenset(
    [
        "block",
        "break",
        "continue",
        "define",
        "else",
        "end",
        "if",
        "nil",
        "range",
        "template",
        "with",
    ]
)
_SPACE = " \t\r\n"
_COMMENT = re.compile(r"\{\{(?:-[ \t\r\n])?/\*")
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_STRING = re.compile(r'"(?:\\[^\n]|[^"\\\n])*"')
_CHAR = re.compile(r"'(?:\\[^\n]|[^'\\\n])*'")


@attrs.frozen
class Token:
    """A token: its kind, its text, where it starts, and the line on which it starts."""

    kind: str
    text: str
    pos: int
    line: int

    def __str__(self) -> str:
        """Return the token as Go names it in messages."""
        if self.kind in ("EOF", "error"):
            return self.text
        if self.kind == "keyword":
            return f"<{self.text}>"
        return quote(self.text) if len(self.text) <= 10 else quote(self.text[:10]) + "..."


def lex(text: str) -> Iterator[Token]:
    """Yield the tokens of a template; the last is `EOF`, or `error` with Go's message."""
    pos = 0
    while True:
        start = text.find("{{", pos)
        if start < 0:
            if pos < len(text):
                yield _token("text", text, pos, len(text))
            yield Token("EOF", "EOF", len(text), _line(text, len(text)))
            return
        end = start
        if _trims_left(text, start + 2):
            end = pos + len(text[pos:start].rstrip(_SPACE))
        if end > pos:
            yield _token("text", text, pos, end)
        if (comment := _COMMENT.match(text, start)) is not None:
            closed = text.find("*/", comment.end())
            if closed < 0:
                yield _error("unclosed comment", text, start + 2)
                return
            if (after := _right_delimiter(text, closed + 2)) is None:
                yield _error("comment ends before closing delimiter", text, start + 2)
                return
            pos = after
            continue
        yield _token("{{", text, start, start + 2)
        pos = start + (4 if _trims_left(text, start + 2) else 2)
        for token in _action(text, pos):
            yield token
            if token.kind == "error":
                return
        after = _right_delimiter(text, token.pos)
        assert after is not None
        pos = after


def _action(text: str, pos: int) -> Iterator[Token]:
    """Yield the tokens of one action, its right delimiter being the last."""
    depth = 0
    while True:
        if _right_delimiter(text, pos) is not None:
            if depth:
                yield _error("unclosed left paren", text, pos)
            else:
                yield _token("}}", text, pos, pos + 2)
            return
        if pos >= len(text):
            yield _error("unclosed action", text, pos)
            return
        char, start = text[pos], pos
        match char:
            case " " | "\t" | "\r" | "\n":
                while pos < len(text) and text[pos] in _SPACE and not _trims_right(text, pos):
                    pos += 1
                kind = "space"
            case "=":
                kind, pos = "=", pos + 1
            case ":":
                if text[pos + 1 : pos + 2] != "=":
                    yield _error("expected :=", text, pos)
                    return
                kind, pos = ":=", pos + 2
            case "|" | "(" | ")":
                depth += (char == "(") - (char == ")")
                if depth < 0:
                    yield _error("unexpected right paren", text, pos)
                    return
                kind, pos = char, pos + 1
            case '"' | "`" | "'":
                end = _quoted_end(text, pos)
                if end is None:
                    names = {'"': "quoted string", "`": "raw quoted string"}
                    yield _error(f"unterminated {names.get(char, 'character constant')}", text, pos)
                    return
                kind, pos = ("char" if char == "'" else "string"), end
            case "$" | ".":
                if char == "." and text[pos + 1 : pos + 2].isdigit():
                    kind, pos = "number", _NUMBER.match(text, pos).end()  # type: ignore[union-attr]
                else:
                    pos = _word_end(text, pos + 1)
                    bare = pos == start + 1
                    kind = "variable" if char == "$" else "dot" if bare else "field"
                    if not _at_terminator(text, pos):
                        yield _bad_character(text, pos)
                        return
            case "+" | "-" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9":
                kind, pos = "number", _NUMBER.match(text, pos).end()  # type: ignore[union-attr]
                if pos < len(text) and _is_alphanumeric(text[pos]):
                    bad = quote(text[start : pos + 1])
                    yield _error(f"bad number syntax: {bad}", text, start)
                    return
            case _ if _is_alphanumeric(char):
                pos = _word_end(text, pos)
                word = text[start:pos]
                if not _at_terminator(text, pos):
                    yield _bad_character(text, pos)
                    return
                kind = "identifier"
                if word in KEYWORDS:
                    kind = "nil" if word == "nil" else "keyword"
                elif word in ("true", "false"):
                    kind = "bool"
            case _ if " " < char <= "~":
                kind, pos = "char punctuation", pos + 1
            case _:
                what = unicode_name(char)
                yield _error(f"unrecognized character in action: {what}", text, pos)
                return
        yield _token(kind, text, start, pos)


def unicode_name(char: str) -> str:
    """Return a character as Go's `%#U` prints it: `U+0041 'A'`."""
    code = f"U+{ord(char):04X}"
    return f"{code} '{char}'" if char.isprintable() else code


def _trims_left(text: str, pos: int) -> bool:
    return text[pos : pos + 1] == "-" and text[pos + 1 : pos + 2] in tuple(_SPACE)


def _trims_right(text: str, pos: int) -> bool:
    return text[pos] in _SPACE and text[pos + 1 : pos + 4] == "-}}"


def _right_delimiter(text: str, pos: int) -> int | None:
    """Return where the text goes on after a right delimiter at `pos`, or `None` where there is none."""
    if text.startswith("}}", pos):
        return pos + 2
    if pos < len(text) and _trims_right(text, pos):
        return len(text) - len(text[pos + 4 :].lstrip(_SPACE))
    return None


def _quoted_end(text: str, pos: int) -> int | None:
    if text[pos] == "`":
        end = text.find("`", pos + 1)
        return end + 1 if end >= 0 else None
    match = (_STRING if text[pos] == '"' else _CHAR).match(text, pos)
    return match.end() if match else None


def _is_alphanumeric(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdigit()


def _word_end(text: str, pos: int) -> int:
    while pos < len(text) and _is_alphanumeric(text[pos]):
        pos += 1
    return pos


def _at_terminator(text: str, pos: int) -> bool:
    return pos >= len(text) or text[pos] in " \t\r\n.,|:)(" or text.startswith("}}", pos)


def _bad_character(text: str, pos: int) -> Token:
    return _error(f"bad character {unicode_name(text[pos])}", text, pos)


def _line(text: str, pos: int) -> int:
    return 1 + text.count("\n", 0, pos)


def _token(kind: str, text: str, start: int, end: int) -> Token:
    return Token(kind, text[start:end], start, _line(text, start))


def _error(message: str, text: str, pos: int) -> Token:
    return Token("error", message, pos, _line(text, pos))
