"""When a rule group is evaluated: the slots that Prometheus gives it.

A group's slots are `k · interval + offset`, where the offset is a hash of the rule file's path and the
group's name, so that groups do not all run at once.
Source: prometheus, `rules/group.go#Group.hash` and `#Group.EvalTimestamp`.
"""

from __future__ import annotations

from mixwright.frame import Steps
from mixwright.replay.rules import Group
from mixwright.values import Duration


def group_steps(
    group: Group, *, file: str, interval: Duration, start: int, end: int
) -> Steps | None:
    """Return the group's evaluation times in [start, end], or `None` when no slot lies there.

    `file` is the path that Prometheus knows the rule file by; another path means other slots.
    `interval` holds for groups without one of their own.
    """
    step = (group.interval or interval).ms
    nanoseconds = group_hash(file, group.name) % (step * 1_000_000)
    offset = nanoseconds // 1_000_000
    first = start + (offset - start) % step
    return Steps(first, end - (end - first) % step, step) if first <= end else None


def group_hash(file: str, name: str) -> int:
    """Return Prometheus' hash of a group: XXH64 over the labels `file` and `name` as it stores them."""
    return xxh64(b"".join(_sized(text) for text in ("file", file, "name", name)))


def _sized(text: str) -> bytes:
    data = text.encode()
    size = len(data)
    return (bytes([size]) if size < 255 else b"\xff" + size.to_bytes(3, "little")) + data


_MASK = 2**64 - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _rotate(value: int, by: int) -> int:
    return (value << by | value >> (64 - by)) & _MASK


def _round(accumulator: int, lane: int) -> int:
    return _rotate((accumulator + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxh64(data: bytes) -> int:
    """Return the XXH64 hash, seed 0.

    Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
    """
    size, at = len(data), 0
    if size >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while at + 32 <= size:
            for number in range(4):
                lane = int.from_bytes(data[at + 8 * number : at + 8 * number + 8], "little")
                lanes[number] = _round(lanes[number], lane)
            at += 32
        total = sum(_rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True))
        for lane in lanes:
            total = ((total ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        total = _P5
    total = (total + size) & _MASK
    while at + 8 <= size:
        total ^= _round(0, int.from_bytes(data[at : at + 8], "little"))
        total = (_rotate(total, 27) * _P1 + _P4) & _MASK
        at += 8
    if at + 4 <= size:
        total ^= int.from_bytes(data[at : at + 4], "little") * _P1 & _MASK
        total = (_rotate(total, 23) * _P2 + _P3) & _MASK
        at += 4
    for byte in data[at:]:
        total ^= byte * _P5 & _MASK
        total = _rotate(total, 11) * _P1 & _MASK
    total ^= total >> 33
    total = total * _P2 & _MASK
    total ^= total >> 29
    total = total * _P3 & _MASK
    return total ^ total >> 32
