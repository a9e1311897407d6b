"""Matchers as Alertmanager's configuration writes them: `team="db"`, `{env=~"prod|test", team!=db}`.

There are two grammars: the classic one, tolerant about values, and the newer one for UTF-8 names. What both
accept has the classic meaning; what either accepts is accepted.
Source: alertmanager, `matcher/compat/parse.go#FallbackMatchersParser`, `pkg/labels/parse.go`, `matcher/parse`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.errors import MixwrightError
from mixwright.values import Matcher, MatchOp, anchored_regex

_CLASSIC = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*?)\s*", re.DOTALL)
_WORD = r"""(?:"(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)"""
_NEWER = re.compile(rf"\s*({_WORD})\s*(=~|!~|!=|=)\s*({_WORD})\s*", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def parse_matchers(text: str) -> tuple[Matcher, ...]:
    """Return the matchers of one line.

    Raises `MixwrightError` when neither grammar accepts it.
    """
    try:
        return tuple(map(_classic, _split(text)))
    except MixwrightError as error:
        found = _newer(text)
        if found is None:
            raise error
        return found


def matcher(name: str, op: MatchOp, value: str) -> Matcher:
    """Return a matcher whose regular expression, if it is one, is known to compile."""
    if op in (MatchOp.REGEX, MatchOp.NOT_REGEX):
        anchored_regex(value)
    return Matcher(name, op, value)


def _split(text: str) -> Iterator[str]:
    """Yield what commas outside quotes separate; braces around all of it are optional."""
    inside = escaped = False
    part = ""
    for letter in text.removeprefix("{").removesuffix("}"):
        if letter == "," and not inside:
            yield part
            part = ""
            continue
        if letter == '"' and not escaped:
            inside = not inside
        escaped = letter == "\\" and not escaped
        part += letter
    if part.strip():
        yield part.strip()


def _classic(text: str) -> Matcher:
    match = _CLASSIC.fullmatch(text)
    if match is None:
        raise MixwrightError(f'`{text}` is not a matcher; write `team="db"` or `env=~"prod|test"`')
    name, op, raw = match.groups()
    quoted = raw.startswith('"')
    body = raw[1:] if quoted else raw
    bare = re.sub(r"\\.", "", body, flags=re.DOTALL)
    ends = bare.endswith('"')
    if quoted != ends or '"' in (bare[:-1] if ends else bare):
        raise MixwrightError(f"`{text}` has a double quote that is not escaped or not closed")
    body = body[:-1] if ends else body
    value = re.sub(r'\\([n"\\])', lambda m: "\n" if m[1] == "n" else m[1], body)
    return matcher(name, MatchOp(op), value)


def _newer(text: str) -> tuple[Matcher, ...] | None:
    body = text.strip()
    if body.startswith("{") != body.endswith("}"):
        return None
    body = body[1:-1] if body.startswith("{") else body
    found: list[Matcher] = []
    at = 0
    while body[at:].strip():
        match = _NEWER.match(body, at)
        if match is None or (match.end() < len(body) and body[match.end()] != ","):
            return None
        found.append(matcher(_unquote(match[1]), MatchOp(match[2]), _unquote(match[3])))
        at = match.end() + 1
    return tuple(found)


def _unquote(word: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        return chr(int(code, 16)) if code else _ESCAPES.get(match[4], match[4])

    return _ESCAPE.sub(one, word[1:-1]) if word.startswith('"') else word
