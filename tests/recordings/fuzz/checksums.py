"""Checksums put right after damage, so that what is behind them is reached."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mixwright.recordings.store import manifest
from mixwright.recordings.tsdb import kernels


def crc(data: bytes | bytearray) -> int:
    return int(kernels.crc32c(np.frombuffer(bytes(data), np.uint8), 0, len(data)))


def uvarint(data: bytes | bytearray, at: int) -> tuple[int, int]:
    value, end = kernels.uvarint(np.frombuffer(bytes(data[at : at + 10]), np.uint8), 0, 10)
    return int(value), at + int(end) if end > 0 else -1


def chunk_places(sound: bytes) -> list[int]:
    """Return where the chunks of a sound segment begin."""
    places, at = [], 8
    while at < len(sound):
        size, start = uvarint(sound, at)
        if start < 0 or not size:
            break
        places.append(at)
        at = start + 1 + size + 4
    return places


def with_chunk_checksums(data: bytearray, places: list[int]) -> None:
    for at in places:
        size, start = uvarint(data, at)
        stop = start + 1 + size
        if 0 < start < stop and stop + 4 <= len(data):
            data[stop : stop + 4] = struct.pack(">I", crc(data[start:stop]))


def index_parts(sound: bytes) -> tuple[list[int], list[int]]:
    """Return where sections with a length of four bytes begin in a sound index, and where series do."""
    toc = len(sound) - 52
    offsets = struct.unpack(">6Q", sound[toc : toc + 48])
    symbols, series, label_indices, _, postings, table = offsets
    sections = [symbols, table]
    end = label_indices or postings or table
    entries = []
    at = (series + 15) // 16 * 16
    while at < end:
        size, start = uvarint(sound, at)
        if start < 0 or not size:
            break
        entries.append(at)
        at = (start + size + 4 + 15) // 16 * 16
    at = postings
    while at and at < table and at + 8 < len(sound):
        sections.append(at)
        at += 4 + struct.unpack(">I", sound[at : at + 4])[0] + 4
        at = (at + 3) // 4 * 4
    return sections, entries


def with_index_checksums(data: bytearray, sections: list[int], entries: list[int]) -> None:
    for at in sections:
        if at + 4 > len(data):
            continue
        stop = at + 4 + struct.unpack(">I", data[at : at + 4])[0]
        if stop + 4 <= len(data):
            data[stop : stop + 4] = struct.pack(">I", crc(data[at + 4 : stop]))
    for at in entries:
        size, start = uvarint(data, at)
        if 0 < start <= start + size and start + size + 4 <= len(data):
            data[start + size : start + size + 4] = struct.pack(
                ">I", crc(data[start : start + size])
            )
    toc = len(data) - 52
    if toc > 0:
        data[-4:] = struct.pack(">I", crc(data[toc:-4]))


def framed(records: list[bytes]) -> bytes:
    """Return records as a segment of a write-ahead log, uncompressed."""
    page, out = 32768, bytearray()
    for record in records:
        rest, first = record, True
        while True:
            left = page - len(out) % page
            if left < 8:
                out += bytes(left)
                left = page
            part, rest = rest[: left - 7], rest[left - 7 :]
            kind = {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 4}[
                first, not rest
            ]
            out += struct.pack(">BHI", kind, len(part), crc(part)) + part
            first = False
            if not rest:
                break
    return bytes(out)


def with_store_checksums(folder: Path) -> None:
    """Write the sizes and digests of the files, as they are now, into the manifest."""
    path = folder / manifest.MANIFEST
    content = json.loads(path.read_bytes())
    for name, said, at in _files(content, folder):
        data = (at / name).read_bytes()
        said.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    sealed(path, content)


def sealed(path: Path, content: dict[str, object]) -> None:
    """Write a manifest with its own checksum."""
    content.pop("checksum", None)
    content["checksum"] = manifest._checksum(content)
    path.write_bytes(json.dumps(content).encode("utf-8", "surrogatepass"))


def _files(content: dict, folder: Path) -> Iterator[tuple[str, dict, Path]]:
    for name, said in content["files"].items():
        yield name, said, folder
    for partition in content["partitions"]:
        for name, said in partition["files"].items():
            yield name, said, folder / partition["name"]
