"""The manifest of a stored recording: what it holds, and the checksums of its files."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from mixwright.errors import RecordingError
from mixwright.recordings.recording import Metadata, RecordingInfo
from mixwright.recordings.remote import Place

MANIFEST: Final = "manifest.json"
FORMAT: Final = "mixwright recording"
VERSION: Final = 1
SERIES: Final = "series.parquet"
RUNS: Final = "runs.parquet"
CLOCKS: Final = "clocks.parquet"
VALUES: Final = "values.parquet"
HISTOGRAMS: Final = "histograms.parquet"


_SERIES_FILE: Final = re.compile(r"series(\.\d{1,9})?\.parquet")
_PARTITION: Final = re.compile(r"\d{8}T\d{6}Z(\.\d{1,9})?")


def is_partition_name(name: str) -> bool:
    """Tell whether a folder of this name is a partition of some generation."""
    return _PARTITION.fullmatch(name) is not None


def is_series_name(name: str) -> bool:
    """Tell whether a file of this name has the labels of some generation."""
    return _SERIES_FILE.fullmatch(name) is not None


def of_generation(name: str, generation: int) -> str:
    """Return the name of a file or folder in a generation; the first one is not numbered."""
    if generation == 1:
        return name
    stem, dot, suffix = name.partition(".")
    return f"{stem}.{generation}{dot}{suffix}"


@attrs.frozen
class StoredFile:
    """Size and SHA-256 of a file."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Place) -> StoredFile:
        """Measure the file at `path`."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # reads into
            return cls(file.seek(0, os.SEEK_END), digest)


@attrs.frozen
class Partition:
    """The samples of one stretch of time: a folder `name`, times in [start, end] (ms)."""

    name: str
    start: int
    end: int
    series: int
    samples: int
    files: Mapping[str, StoredFile]


@attrs.frozen
class Manifest:
    """What `manifest.json` says."""

    info: RecordingInfo
    label_names: tuple[str, ...]
    files: Mapping[str, StoredFile]
    partitions: tuple[Partition, ...]

    @property
    def series_file(self) -> str:
        """The file with the labels; every append writes one of another name."""
        return next(filter(is_series_name, self.files))

    def to_json(self) -> bytes:
        """Return the file's content, with a checksum over itself."""
        info = self.info
        content = {
            "format": FORMAT,
            "version": VERSION,
            "provenance": info.provenance,
            "series": info.series,
            "samples": info.samples,
            "start": info.start,
            "end": info.end,
            "scrape_interval": info.scrape_interval,
            "scrape_intervals": {str(ms): n for ms, n in info.scrape_intervals.items()},
            "label_names": list(self.label_names),
            "metrics": {name: attrs.asdict(m) for name, m in sorted(info.metadata.items())},
            "files": {name: attrs.asdict(file) for name, file in sorted(self.files.items())},
            "partitions": [attrs.asdict(partition) for partition in self.partitions],
        }
        content["checksum"] = _checksum(content)
        return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def read(cls, path: Place) -> Manifest:
        """Read the manifest file at `path`; a `RecordingError` when it is not what was written."""
        try:
            content = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise RecordingError(
                f"`{path}` is missing; the recording is not complete, copy it again"
            ) from None
        except (ValueError, RecursionError) as error:
            raise RecordingError(f"`{path}` is not JSON: {error}") from None
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise RecordingError(f"`{path}` does not say `format: {FORMAT}`")
        if content.get("version") != VERSION:
            raise RecordingError(
                f"`{path}` has version {content.get('version')}, this program reads version {VERSION}; "
                "install a newer one"
            )
        said = content.pop("checksum", None)
        if said != _checksum(content):
            raise RecordingError(
                f"`{path}` does not match its own checksum; it is damaged or was edited"
            )
        try:
            return cls._of(content)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise RecordingError(
                f"`{path}` is not laid out as version {VERSION} is; it was not written by this program"
            ) from None

    @classmethod
    def _of(cls, content: Mapping[str, Any]) -> Manifest:
        info = RecordingInfo(
            format=FORMAT,
            series=_number(content["series"]),
            samples=_number(content["samples"]),
            start=_time(content["start"]),
            end=_time(content["end"]),
            scrape_intervals={int(ms): _number(n) for ms, n in content["scrape_intervals"].items()},
            provenance=_text(content["provenance"]),
            metadata={
                name: Metadata(_text(fields["type"]), _text(fields["help"]))
                for name, fields in content["metrics"].items()
            },
        )
        partitions = tuple(map(_partition, content["partitions"]))
        names = tuple(map(_text, content["label_names"]))
        read = cls(info, names, _files(content["files"]), partitions)
        if not any(map(is_series_name, read.files)):
            raise ValueError
        return read


def _partition(fields: Mapping[str, Any]) -> Partition:
    if not is_partition_name(fields["name"]):
        raise ValueError
    start, end = _time(fields["start"]), _time(fields["end"])
    if start is None or end is None:
        raise ValueError
    return Partition(
        name=fields["name"],
        start=start,
        end=end,
        series=_number(fields["series"]),
        samples=_number(fields["samples"]),
        files=_files(fields["files"]),
    )


def _files(content: Mapping[str, Mapping[str, Any]]) -> dict[str, StoredFile]:
    return {
        name: StoredFile(_number(fields["bytes"]), _text(fields["sha256"]))
        for name, fields in content.items()
    }


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError
    return value


def _time(value: object) -> int | None:
    if value is not None and (type(value) is not int or not -(2**63) <= value < 2**63):
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _checksum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
