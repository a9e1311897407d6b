"""The hash of a label set, as Prometheus computes it: `limit_ratio` chooses by it.

Source: xxHash64 with seed 0 (its specification), over Prometheus' `labels_stringlabels.go` encoding.
"""

from __future__ import annotations

import struct
from typing import Final

from mixwright.values import Labels

_MASK: Final = (1 << 64) - 1
_P1: Final = 0x9E3779B185EBCA87
_P2: Final = 0xC2B2AE3D27D4EB4F
_P3: Final = 0x165667B19E3779F9
_P4: Final = 0x85EBCA77C2B2AE63
_P5: Final = 0x27D4EB2F165667C5


def label_hash(labels: Labels) -> int:
    """Return the 64-bit hash of a label set."""
    return xxhash64(b"".join(_sized(part) for pair in labels.pairs for part in pair))


def _sized(text: str) -> bytes:
    data = text.encode()
    size = len(data)
    return (bytes([size]) if size < 255 else b"\xff" + size.to_bytes(3, "little")) + data


def _rotated(value: int, bits: int) -> int:
    value &= _MASK
    return (value << bits | value >> (64 - bits)) & _MASK


def _round(state: int, lane: int) -> int:
    return _rotated(state + lane * _P2, 31) * _P1 & _MASK


def xxhash64(data: bytes) -> int:
    """Return the xxHash64 of `data` with seed 0."""
    rest = len(data) % 32
    body, tail = data[: len(data) - rest], data[len(data) - rest :]
    if body:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        for stripe in struct.iter_unpack("<4Q", body):
            lanes = [_round(state, lane) for state, lane in zip(lanes, stripe, strict=True)]
        value = sum(map(_rotated, lanes, (1, 7, 12, 18))) & _MASK
        for state in lanes:
            value = ((value ^ _round(0, state)) * _P1 + _P4) & _MASK
    else:
        value = _P5
    value = (value + len(data)) & _MASK
    while len(tail) >= 8:
        value = (
            _rotated(value ^ _round(0, int.from_bytes(tail[:8], "little")), 27) * _P1 + _P4
        ) & _MASK
        tail = tail[8:]
    if len(tail) >= 4:
        value = (_rotated(value ^ int.from_bytes(tail[:4], "little") * _P1, 23) * _P2 + _P3) & _MASK
        tail = tail[4:]
    for byte in tail:
        value = _rotated(value ^ byte * _P5, 11) * _P1 & _MASK
    value = (value ^ value >> 33) * _P2 & _MASK
    value = (value ^ value >> 29) * _P3 & _MASK
    return value ^ value >> 32
