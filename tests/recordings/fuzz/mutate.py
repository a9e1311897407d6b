"""Ways to damage bytes."""

from __future__ import annotations

import json
import random
from typing import Any

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1)
HOSTILE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 1.5, 1e308),
    *("", "\0", "..", "../../x", "a" * 1000, "\ud800", "9" * 50, [], {}, [[]], {"": ""}),
)


def mutated(content: bytes, draw: random.Random, *, same_size: bool = False) -> bytes:
    """Return `content` with one to four changes."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        change = draw.choice(_IN_PLACE if same_size else (*_IN_PLACE, *_RESIZING))
        change(data, draw)
    return bytes(data)


def mutated_text(content: str, draw: random.Random) -> bytes:
    """Return text with tokens swapped, repeated or replaced by hostile ones; and some bytes changed now and then."""
    lines = content.split("\n")
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(len(lines))
        line = lines[at]
        a, b = sorted((draw.randrange(len(line) + 1), draw.randrange(len(line) + 1)))
        token = draw.choice(_TOKENS)
        lines[at] = draw.choice(
            (
                line[:a] + token + line[a:],
                line[:a] + token + line[b:],
                line[:a] + line[b:],
                line + "\n" + line,
                line[:a] + line[a:b] * draw.choice((2, 100)) + line[b:],
                lines[draw.randrange(len(lines))],
            )
        )
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    return mutated(raw, draw) if draw.random() < 0.3 else raw


def mutated_json(value: Any, draw: random.Random) -> Any:
    """Return JSON with one value, somewhere, replaced, left out or renamed."""
    copy = json.loads(json.dumps(value))
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(copy)
    node, key = draw.choice(places)
    match draw.randrange(4):
        case 0:
            del node[key]
        case 1 if isinstance(node, dict):
            node[draw.choice(("", "..", "x"))] = node.pop(key)
        case 2 if isinstance(node[key], int):
            node[key] += draw.choice((-1, 1, 2**31, -(2**40)))
        case _:
            node[key] = draw.choice(HOSTILE)
    return copy


_TOKENS = (
    *("", " ", "\t", '"', "\\", "{", "}", "}} {{", ",", "=", "#", "# EOF", "x", "_", "stale", ";"),
    *(
        "NaN",
        "Inf",
        "-Inf",
        "1e999",
        "-0",
        "0x1p5",
        "1_0",
        "9" * 30,
        "1" * 5000,
        "१",
        "\0",
        "\u2028",
    ),
    *("99999999999999999999", "-9223372036854775808", "9223372036854775807", "1.5e3", "null"),
    *("x999999999999", "+1x1000000000", "{{schema:8 buckets:[1 2]}}", "\ud800", "é", "[" * 2000),
)


def _flip(data: bytearray, draw: random.Random) -> None:
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _set(data: bytearray, draw: random.Random) -> None:
    if data:
        data[draw.randrange(len(data))] = draw.choice((0, 1, 0x7F, 0x80, 0xFF))


def _number(data: bytearray, draw: random.Random) -> None:
    width = draw.choice((2, 4, 8))
    if len(data) > width:
        at = draw.randrange(len(data) - width)
        value = draw.choice(EXTREMES) % 256**width
        data[at : at + width] = value.to_bytes(width, draw.choice(("big", "little")))


def _noise(data: bytearray, draw: random.Random) -> None:
    if data:
        at = draw.randrange(len(data))
        size = min(draw.choice((2, 8, 64, 1000)), len(data) - at)
        data[at : at + size] = draw.randbytes(size)


def _copy(data: bytearray, draw: random.Random) -> None:
    if len(data) > 2:
        size = min(draw.choice((4, 16, 200)), len(data) // 2)
        source, target = draw.randrange(len(data) - size), draw.randrange(len(data) - size)
        data[target : target + size] = data[source : source + size]


def _cut(data: bytearray, draw: random.Random) -> None:
    if data:
        del data[draw.randrange(len(data)) :]


def _remove(data: bytearray, draw: random.Random) -> None:
    if data:
        at = draw.randrange(len(data))
        del data[at : at + draw.choice((1, 4, 100))]


def _insert(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data) + 1)
    data[at:at] = draw.randbytes(draw.choice((1, 4, 100)))


def _append(data: bytearray, draw: random.Random) -> None:
    data += draw.choice((b"\0" * 100, draw.randbytes(20), bytes(data[-50:])))


_IN_PLACE = (_flip, _flip, _set, _number, _number, _noise, _copy)
_RESIZING = (_cut, _remove, _insert, _append)
