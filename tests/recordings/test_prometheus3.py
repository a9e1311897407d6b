"""Data directories of Prometheus 3 are read to the bit: blocks, logs, histograms, XOR2, deletions, late samples."""

from __future__ import annotations

import json
import os
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mixwright.driver.query import query
from mixwright.frame import Histogram, ResetHint, Samples
from mixwright.recordings import open_recording
from mixwright.recordings.store import write_store
from mixwright.report.query import to_json, to_table

from . import servers
from .conftest import same

EVER = -(2**62), 2**62
HINTS = (ResetHint.UNKNOWN, ResetHint.RESET, ResetHint.NOT_RESET, ResetHint.GAUGE)
DIRECTORIES = ("snappy-xor", "zstd-xor2")
AGREEING = (
    {ResetHint.GAUGE},
    {ResetHint.RESET},
    {ResetHint.NOT_RESET},
    {ResetHint.UNKNOWN},
    {ResetHint.UNKNOWN, ResetHint.RESET},
    {ResetHint.UNKNOWN, ResetHint.NOT_RESET},
)


@pytest.fixture(params=DIRECTORIES)
def samples(request: pytest.FixtureRequest, prometheus: Path) -> Samples:
    return open_recording(prometheus / request.param).select((), *EVER)


@pytest.fixture(scope="module")
def expected(prometheus: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (prometheus / "expected.jsonl").read_text().splitlines()]
    for row in rows:
        for _, found in row["samples"]:
            if not isinstance(found, str):
                found["positive"] = _buckets(found.pop("ps"), found.pop("pb"))
                found["negative"] = _buckets(found.pop("ns"), found.pop("nb"))
    return rows


def test_series_and_times_are_those_of_prometheus(
    samples: Samples, expected: list[dict[str, Any]]
) -> None:
    assert [dict(labels) for labels in samples.labels] == [row["labels"] for row in expected]
    for number, row in enumerate(expected):
        assert samples.series(number)[0].tolist() == [time for time, _ in row["samples"]]


def test_floats_are_those_of_prometheus(samples: Samples, expected: list[dict[str, Any]]) -> None:
    for number, row in enumerate(expected):
        floats = [(k, bits) for k, (_, bits) in enumerate(row["samples"]) if isinstance(bits, str)]
        values = samples.series(number)[1]
        assert [_bits(values[k]) for k, _ in floats] == [bits for _, bits in floats]


def test_native_histograms_are_those_of_prometheus(
    samples: Samples, expected: list[dict[str, Any]]
) -> None:
    assert samples.histograms is not None
    for number, row in enumerate(expected):
        found = samples.histograms[samples.starts[number] : samples.starts[number + 1]]
        for histogram, (_, wanted) in zip(found, row["samples"], strict=True):
            if isinstance(wanted, str):
                assert histogram is None
            else:
                hint = wanted["hint"]
                assert _fields(histogram) == {**wanted, "hint": HINTS.index(histogram.hint)}
                # Not everything that Prometheus knows here is in the files, and it forgets what a
                # chunk says where it goes from one block to another; the two must not disagree.
                assert {HINTS[hint], histogram.hint} in AGREEING


def test_chunks_know_about_counter_resets(prometheus: Path) -> None:
    found = open_recording(prometheus / "snappy-xor").select((), *EVER).histograms
    assert found is not None
    hints = {histogram.hint for histogram in found.tolist() if histogram is not None}

    assert hints == set(ResetHint)


def test_the_store_keeps_all_of_it(samples: Samples, tmp_path: Path) -> None:
    write_store(tmp_path / "r", samples, provenance="")

    assert same(samples, open_recording(tmp_path / "r").select((), *EVER))


def test_a_range_of_a_directory_is_that_range_of_the_store(
    samples: Samples, prometheus: Path, tmp_path: Path
) -> None:
    write_store(tmp_path / "r", samples, provenance="")
    middle = 1_700_001_000_000, 1_700_005_000_000

    assert same(
        open_recording(tmp_path / "r").select((), *middle),
        open_recording(prometheus / "snappy-xor").select((), *middle),
    )


def _bits(value: float) -> str:
    return f"{int(np.float64(value).view(np.uint64)):016x}"


def _fields(histogram: Histogram) -> dict[str, Any]:
    scalars = histogram.count, histogram.sum, histogram.zero_threshold, histogram.zero_count
    return {
        "schema": histogram.schema,
        "fields": [_bits(value) for value in scalars],
        "positive": _filled({i: _bits(count) for i, count in histogram.positive.items()}),
        "negative": _filled({i: _bits(count) for i, count in histogram.negative.items()}),
        "custom": [_bits(value) for value in histogram.custom],
        "hint": HINTS.index(histogram.hint),
    }


def _buckets(spans: Iterable[Sequence[int]], counts: Sequence[str]) -> dict[int, str]:
    numbers, number = [], 0
    for offset, length in spans:
        number += offset
        numbers += range(number, number + length)
        number += length
    return _filled(dict(zip(numbers, counts, strict=True)))


def _filled(buckets: dict[int, str]) -> dict[int, str]:
    """Return the buckets that are not empty: a head adds empty ones when others of a series appear."""
    return {number: count for number, count in buckets.items() if count != _bits(0.0)}


def test_a_histogram_has_the_bounds_that_a_server_tells(prometheus: Path) -> None:
    """What Prometheus 3.14 answered."""
    answer = query(
        prometheus / "snappy-xor", "int_histogram", start=1_700_002_380_000, end=None, step=1
    )

    (found,) = json.loads(to_json(answer))["data"]["result"]
    assert found["histogram"] == [
        1700002380,
        {
            "count": "108",
            "sum": "12",
            "buckets": [
                [1, "-1.414213562373095", "-1", "64"],
                [3, "-0.001", "0.001", "8"],
                [0, "0.35355339059327373", "0.5", "11"],
                [0, "0.5", "0.7071067811865475", "13"],
                [0, "2", "2.82842712474619", "12"],
            ],
        },
    ]


@pytest.mark.slow
def test_histograms_are_answered_as_the_server_does(prometheus: Path, tmp_path: Path) -> None:
    if "MIXWRIGHT_PROMETHEUS" not in os.environ:
        pytest.skip("needs a Prometheus 3: set MIXWRIGHT_PROMETHEUS to it")
    directory = prometheus / "snappy-xor"
    data = Path(shutil.copytree(directory, tmp_path / "data"))
    end, step = 1_700_005_980, 30
    with servers.prometheus(
        os.environ["MIXWRIGHT_PROMETHEUS"], tmp_path / "server", data=data
    ) as url:

        def api(way: str, **words: object) -> Any:
            address = f"{url}/api/v1/{way}?{urllib.parse.urlencode(words)}"
            with urllib.request.urlopen(address) as answer:
                return json.load(answer)["data"]

        for expression in ('{__name__=~".*histogram|mixed"}', "rate(float_histogram[5m])"):
            theirs = api("query_range", query=expression, start=end - 3600, end=end, step=step)
            ours = query(
                directory, expression, start=(end - 3600) * 1000, end=end * 1000, step=step * 1000
            )
            assert json.loads(to_json(ours))["data"] == theirs
        # Single series: an instant vector comes in no particular order.
        for expression in ("custom_histogram", "-int_histogram", "mixed[3m]"):
            theirs = api("query", query=expression, time=end)
            ours = query(directory, expression, start=end * 1000, end=None, step=1)
            assert json.loads(to_json(ours))["data"] == theirs
            assert to_table(ours)
