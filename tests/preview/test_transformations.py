"""Transformations: the same fields and values as Grafana's own code makes of the same frames."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixwright import transformations as t
from mixwright.backends.grafana.transformations import to_json
from mixwright.model.calculations import CALCULATIONS
from mixwright.preview.transform import Field, Frame, display_name, transformed

FILE = Path(__file__).with_name("transformations_agreed.json")
NAN = math.nan


def series(
    query: str, name: str, labels: dict[str, str], values: list[Any], start: int = 0
) -> Frame:
    times = [1000 * (start + number) for number in range(len(values))]
    value = Field("Value", "number", values, labels, source_title=name)
    return Frame((Field("Time", "time", times), value), query, name)


def table(query: str, **columns: list[Any]) -> Frame:
    def kind(values: list[Any]) -> Any:
        return "string" if any(isinstance(one, str) for one in values) else "number"

    names = {name.replace("Value_", "Value #"): values for name, values in columns.items()}
    times = ("time" if name == "Time" else kind(values) for name, values in names.items())
    pairs = zip(names.items(), times, strict=True)
    return Frame(tuple(Field(name, type_, values) for (name, values), type_ in pairs), query)


SERIES = (
    series("A", "api", {"job": "api", "instance": "b:1"}, [1.0, None, 3.5, NAN, 2.0]),
    series("A", "web", {"job": "web", "instance": "a:1"}, [10.0, 20.0, 0.0, 0.0, -5.0]),
    series("B", "late", {"job": "web"}, [7.0, 8.0], start=3),
    series("B", "nothing", {}, [None, None]),
)
TABLES = (
    table(
        "A",
        Time=[5, 5, 5],
        instance=["n1", "n2", "n3"],
        job=["a", "a", "b"],
        Value_A=[1.0, 2.5, 3.0],
    ),
    table("B", Time=[5, 5], instance=["n2", "n1"], job=["a", "a"], Value_B=[20.0, 10.0]),
    table("C", Time=[5, 5], instance=["n9", "n1"], fs=["/", "/"], Value_C=[0.0, 9.0]),
)
NAMES = table(
    "A", name=["Über", "zeta", "", "alpha", "Beta", "10", "9"], n=[3, 1, 2, None, 5, 0, 1]
)

STEPS: dict[str, tuple[t.Transformation, ...]] = {
    "merge": (t.Merge(),),
    "organize": (
        t.Organize(
            exclude=("Time", "job"), order=("Value #A", "instance"), rename={"Value #A": "used"}
        ),
    ),
    "merge, organize": (
        t.Merge(),
        t.Organize(
            exclude=("Time",), order=("job",), rename={"Value #A": "used", "instance": "Node"}
        ),
    ),
    "join by time": (t.JoinByField(),),
    "join by instance": (t.JoinByField("instance"),),
    "join inner": (t.JoinByField("instance", mode="inner"),),
    "join tabular": (t.JoinByField("instance", mode="outerTabular"),),
    "join by what is not there": (t.JoinByField("fs", mode="inner"),),
    "rename": (t.RenameByRegex("/(.)a(.*)/", "$2-$1"),),
    "rename whole": (t.RenameByRegex("web", "site"),),
    "rename all": (t.RenameByRegex("/[aeiou]/g", "_"),),
    "rename broken group": (t.RenameByRegex("/i/", "$1$$"),),
    "filter names": (t.FilterFields(names=("Time", "instance", "api")),),
    "filter pattern": (t.FilterFields(pattern="/^(Val|web)/"),),
    "filter both": (t.FilterFields(names=("job",), pattern="/A$/"),),
    "filter out": (t.FilterFields(exclude=("Time",), exclude_pattern="/^j/"),),
    "sum": (t.Calculate("total", "api", "+", "web"),),
    "share": (t.Calculate("share", "Value #A", "/", 2.5),),
    "share alone": (t.Calculate("share", "api", "*", 100, only=True),),
    "no such field": (t.Calculate("x", "nope", "-", "api"),),
    "no such field alone": (t.Calculate("x", "nope", "-", 1, only=True),),
    "row": (t.CalculateRow("all"),),
    "row mean of some": (
        t.CalculateRow("mean", calculation="mean", fields=("api", "web"), only=True),
    ),
    "reduce": (t.Reduce(),),
    "reduce with labels": (t.Reduce(calculations=("max", "count"), labels=True),),
    "reduce fields": (t.Reduce(calculations=("sum",), fields=True),),
    "reduce fields twice": (t.Reduce(calculations=("last", "mean"), fields=True),),
    "sort": (t.SortBy("instance"),),
    "sort by name": (t.SortBy("name"),),
    "sort down by name": (t.SortBy("name", descending=True),),
    "sort down": (t.SortBy("Value #A", descending=True),),
    "sort by number": (t.SortBy("n"),),
    "sort by nothing": (t.SortBy("nope"),),
    "labels": (t.LabelsToFields(),),
    "some labels": (t.LabelsToFields(keep=("job",)),),
    "value label": (t.LabelsToFields(value_label="job"),),
    "labels as rows": (t.LabelsToFields(rows=True),),
    "labels merged": (t.LabelsToFields(), t.Merge()),
    "group": (
        t.GroupBy("job", calculate={"Value #A": ("sum", "count"), "instance": ("distinctCount",)}),
    ),
    "group twice": (t.GroupBy(("job", "instance"), calculate={"Value #A": ("lastNotNull",)}),),
    "group by nothing that is there": (t.GroupBy("nope"),),
    "reduce, sort, organize": (
        t.Reduce(calculations=("max", "mean")),
        t.SortBy("Max", descending=True),
        t.Organize(rename={"Field": "job"}, exclude=("Mean",)),
    ),
    **{
        f"calculation {one}": (t.Reduce(calculations=(one,)),)
        for one in CALCULATIONS
        if one not in ("allValues", "uniqueValues")
    },
}
FRAMES = {"series": SERIES, "tables": TABLES, "names": (NAMES,), "one": SERIES[:1], "nothing": ()}


def drawn_at_random() -> dict[str, tuple[tuple[Frame, ...], tuple[t.Transformation, ...]]]:
    """Chains of steps over frames of random numbers, the same in every run."""
    draw = random.Random(13)
    values = [0.0, 1.0, -2.5, 1e9, 0.1, None, 3.0]
    found = {}
    for number in range(60):
        count = draw.randint(1, 4)
        frames = tuple(
            table(
                "ABCD"[n],
                Time=[1] * size,
                job=[draw.choice(["a", "b", "c"]) for _ in range(size)],
                instance=[draw.choice(["n1", "n2", "n10"]) for _ in range(size)],
                **{f"Value_{'ABCD'[n]}": [draw.choice(values) for _ in range(size)]},
            )
            for n in range(count)
            for size in (draw.randint(1, 5),)
        )
        names = draw.sample(sorted(STEPS), 2)
        found[f"random {number}"] = frames, tuple(step for name in names for step in STEPS[name])
    return found


CASES = {
    f"{name} of {what}": (frames, steps)
    for name, steps in STEPS.items()
    for what, frames in FRAMES.items()
    # Texts that are partly numbers have no order in which JavaScript would sort them.
    if not (what == "names" and name.startswith("calculation p"))
} | drawn_at_random()


def as_json(frames: tuple[Frame, ...], steps: tuple[t.Transformation, ...]) -> dict[str, Any]:
    return {
        "frames": [
            {
                "query": frame.query,
                "name": frame.name,
                "fields": [
                    {
                        "name": field.name,
                        "type": field.type,
                        "values": list(map(written, field.values)),
                        "labels": None if field.labels is None else dict(field.labels),
                        "title": field.title,
                        "sourceTitle": field.source_title,
                    }
                    for field in frame.fields
                ],
            }
            for frame in frames
        ],
        "transformations": [to_json(step) for step in steps],
    }


def written(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


AGREED = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}


@pytest.mark.parametrize("name", CASES)
def test_grafana_makes_the_same_of_it(name: str):
    frames, steps = CASES[name]
    found = transformed(frames, steps)
    got = [
        [
            {
                "name": display_name(field, frame, found),
                "type": field.type,
                "values": list(map(written, field.values)),
            }
            for field in frame.fields
        ]
        for frame in found
    ]

    asked = json.loads(json.dumps(as_json(frames, steps)))
    assert {key: AGREED[name][key] for key in asked} == asked
    assert got == AGREED[name]["result"]


def test_nothing_was_compared_that_nobody_asks_for_any_more():
    assert AGREED.keys() == CASES.keys()


@given(st.lists(st.sampled_from([step for steps in STEPS.values() for step in steps]), max_size=5))
def test_any_chain_of_steps_comes_to_an_end(steps: list[t.Transformation]):
    for frames in FRAMES.values():
        for frame in transformed(frames, steps):
            assert len({len(field.values) for field in frame.fields}) <= 1
