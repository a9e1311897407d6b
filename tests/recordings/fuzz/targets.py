"""One target a format: sound input, a way to damage it, and what reads it."""

from __future__ import annotations

import json
import random
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mixwright.errors import MixwrightError
from mixwright.frame import Histogram, Samples
from mixwright.recordings import Damage, open_recording
from mixwright.recordings.scrape import parse_target
from mixwright.recordings.scrape.fetching import Answer
from mixwright.recordings.scrape.loop import TargetLoop
from mixwright.recordings.store import write_store
from mixwright.recordings.tsdb.wal import WriteAheadLog
from mixwright.values import Labels

from ..conftest import START, dump, json_lines, openmetrics, same, series
from .checksums import (
    chunk_places,
    framed,
    index_parts,
    sealed,
    with_chunk_checksums,
    with_index_checksums,
    with_store_checksums,
)
from .mutate import mutated, mutated_json, mutated_text

EVER = -(2**62), 2**62
DATA = Path(__file__).parent.parent / "data" / "prometheus.tar.xz"


class Target:
    """`run` reads one damaged input; it raises what the reader raises, and an `AssertionError` for a wrong reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, draw: random.Random) -> None:
        raise NotImplementedError


class Files(Target):
    """Files of a folder damaged one at a time; with right checksums afterwards, or noticed without."""

    pattern = "*"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.root = folder / "r"
        self.prepare()
        self.whole = open_recording(self.root).select((), *EVER)
        self.sound = {
            path: path.read_bytes()
            for path in sorted(self.root.glob(self.pattern))
            if path.stat().st_size
        }

    def prepare(self) -> None:
        """Make the sound recording at `root`."""
        name = "zstd-xor2" if "wal" not in self.pattern else "snappy-xor"
        with tarfile.open(DATA) as archive:
            archive.extractall(self.folder / "all", filter="data")
        shutil.move(self.folder / "all" / name, self.root)
        if "wal" not in self.pattern:
            for log in ("wal", "wbl"):
                shutil.rmtree(self.root / log, ignore_errors=True)

    def repair(self, data: bytearray, sound: bytes) -> None:
        """Put checksums right."""

    def run(self, draw: random.Random) -> None:
        path, sound = draw.choice(list(self.sound.items()))
        repaired = draw.random() < 0.7
        data = bytearray(mutated(sound, draw, same_size=repaired))
        if repaired:
            self.repair(data, sound)
        try:
            path.write_bytes(data)
            self.read(draw, strictly=not repaired)
        finally:
            path.write_bytes(sound)

    def read(self, draw: random.Random, *, strictly: bool) -> None:
        damage = Damage(salvage=draw.random() < 0.3)
        with open_recording(self.root, damage) as recording:
            found = recording.select((), *EVER)
            notes = recording.info.notes
            recording.series()
        if strictly and not damage.losses and not notes:
            assert same(self.whole, found), "samples changed or vanished without a word"


class Chunks(Files):
    pattern = "*/chunks/*"

    def repair(self, data: bytearray, sound: bytes) -> None:
        with_chunk_checksums(data, chunk_places(sound))


class Index(Files):
    pattern = "*/index"

    def repair(self, data: bytearray, sound: bytes) -> None:
        with_index_checksums(data, *index_parts(sound))


class Block(Files):
    """The small files of blocks; `meta.json` has no checksum, so that its damage may go unnoticed."""

    pattern = "*/[mt]*"

    def read(self, draw: random.Random, *, strictly: bool) -> None:
        super().read(draw, strictly=False)


class Log(Files):
    """A write-ahead log: its records damaged and framed anew, or its segments as they are."""

    pattern = "wal/0*"

    def run(self, draw: random.Random) -> None:
        if draw.random() < 0.4:
            return super().run(draw)
        if not hasattr(self, "records"):
            self.records = [
                record.data.tobytes()
                for record in WriteAheadLog(self.root / "wal", Damage()).records()
            ]
        records = list(self.records)
        for _ in range(draw.choice((1, 3))):
            at = draw.randrange(len(records))
            records[at] = mutated(records[at], draw)
        hidden = self.folder / "hidden"
        shutil.move(self.root / "wal", hidden)
        try:
            (self.root / "wal").mkdir()
            (self.root / "wal" / "00000000").write_bytes(framed(records))
            self.read(draw, strictly=False)
        finally:
            shutil.rmtree(self.root / "wal")
            shutil.move(hidden, self.root / "wal")


class Store(Files):
    """The Parquet files of a store, with right digests in the manifest or without."""

    pattern = "**/*.parquet"

    def prepare(self) -> None:
        write_store(self.root, small_samples(), provenance="")

    def run(self, draw: random.Random) -> None:
        if draw.random() < 0.3:
            return super().run(draw)
        path, sound = draw.choice(list(self.sound.items()))
        manifest = (self.root / "manifest.json").read_bytes()
        try:
            path.write_bytes(mutated(sound, draw))
            with_store_checksums(self.root)
            self.read(draw, strictly=False)
        finally:
            path.write_bytes(sound)
            (self.root / "manifest.json").write_bytes(manifest)


class Manifest(Store):
    """The manifest, as text or as JSON with a checksum that is right."""

    pattern = "manifest.json"

    def run(self, draw: random.Random) -> None:
        ((path, sound),) = self.sound.items()
        try:
            if draw.random() < 0.2:
                path.write_bytes(mutated(sound, draw))
                self.read(draw, strictly=True)
            else:
                content = json.loads(sound)
                content.pop("checksum")
                sealed(path, mutated_json(content, draw))
                self.read(draw, strictly=False)
        finally:
            path.write_bytes(sound)


class Text(Target):
    """A file of text; there is no checksum, so that any reading is fine."""

    write: Callable[[Samples], str]
    beside = ""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sound = type(self).write(small_floats())

    def run(self, draw: random.Random) -> None:
        path = self.folder / "text"
        path.write_bytes(mutated_text(self.sound, draw))
        damage = Damage(salvage=draw.random() < 0.3)
        with open_recording(path, damage) as recording:
            recording.select((), *EVER)
            recording.info  # noqa: B018


class OpenMetrics(Text):
    @staticmethod
    def write(samples: Samples) -> str:
        return "# HELP a b\n# TYPE a counter\n" + openmetrics(samples)


class PrometheusText(Text):
    @staticmethod
    def write(samples: Samples) -> str:
        return "\n".join(
            f"{labels} {value!r} {time}"
            for labels, times, values in samples
            for time, value in zip(times.tolist(), values.tolist(), strict=True)
        )


class Dump(Text):
    write = staticmethod(dump)


class JsonLines(Text):
    write = staticmethod(json_lines)


class Csv(Text):
    mapping = (
        "time: time\nvalue: value\nlabels: {job: job}\nconstant: {a: b}\nformat: milliseconds\n"
    )

    @staticmethod
    def write(samples: Samples) -> str:
        rows = [
            f'{time},{value!r},"{labels}",{labels.get("job", "")}'
            for labels, times, values in samples
            for time, value in zip(times.tolist(), values.tolist(), strict=True)
        ]
        return "\n".join(["time,value,series,job", *rows])

    def run(self, draw: random.Random) -> None:
        mapping = self.folder / "text.yaml"
        mapping.unlink(missing_ok=True)
        if draw.random() < 0.3:
            mapping.write_bytes(mutated_text(self.mapping, draw))
        super().run(draw)


class Notation(Target):
    """Series notation, as rule tests have it."""

    sound = 'a{b="c"} 1+2x5 _x3 stale 4\nb -5x10 NaN Inf\nh {{schema:1 sum:3 count:4 buckets:[1 2 1]}}x3'

    def run(self, draw: random.Random) -> None:
        from mixwright.engine.conformance.notation import parse_series

        text = mutated_text(self.sound, draw).decode("utf-8", "surrogateescape")
        for line in text.split("\n"):
            parse_series(line)


class Exposition(Target):
    """What an exporter answers."""

    def run(self, draw: random.Random) -> None:
        loop = TargetLoop(parse_target("localhost:1"))
        kinds = (False, True)
        for number in range(3):
            kind = draw.choice(kinds)
            sound = OpenMetrics.write(small_floats())
            if not kind:
                sound = sound.replace("# EOF\n", "").replace(".000\n", "000\n")
            samples, failure = loop.take(
                Answer(mutated_text(sound, draw), kind), START + number * 1000, 0.1
            )
            assert failure is None or isinstance(failure, MixwrightError)
            assert sum(labels.name == "up" for labels, *_ in samples) >= 1


def small_floats() -> Samples:
    times = np.arange(START, START + 150_000, 15_000)
    return Samples.of(
        [
            series("a_total", times, np.arange(10), job="x", instance="ü:1"),
            series("b", times, np.full(10, np.nan), job='q"\\'),
            series("c", times[:5], [0.5, -1, np.inf, -np.inf, 1e-300]),
        ]
    )


def small_samples() -> Samples:
    times = np.arange(START, START + 30_000_000, 150_000)
    found = Histogram(schema=1, count=3, sum=2, positive={-1: 1.0, 4: 2.0}, negative={0: 1.0})
    objects = np.array([found] * len(times), object)
    return Samples.of(
        [
            *small_floats(),
            (Labels({"__name__": "h"}), times, np.full(len(times), np.nan), objects),
            series("long", times, np.sqrt(times)),
        ]
    )


TARGETS: dict[str, type[Target]] = {
    "index": Index,
    "chunks": Chunks,
    "block": Block,
    "wal": Log,
    "store": Store,
    "manifest": Manifest,
    "openmetrics": OpenMetrics,
    "text": PrometheusText,
    "promdump": Dump,
    "jsonlines": JsonLines,
    "csv": Csv,
    "notation": Notation,
    "exposition": Exposition,
}
