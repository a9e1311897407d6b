"""Sweeps: every setting is worth what a run of its own says, and choices follow from what they are worth."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import attrs
import numpy as np
import pytest

from mixwright.alertmanager import compiled_config
from mixwright.backtest import Incident, Tolerance, backtest, read_incidents
from mixwright.backtest.tune import (
    Axis,
    Point,
    Sweep,
    best,
    front,
    plateau,
    read_axis,
    sweep,
    tunables,
    validate,
)
from mixwright.backtest.tune.parameters import with_values
from mixwright.backtest.tune.prepare import prepare
from mixwright.errors import MixwrightError
from mixwright.frame import Samples
from mixwright.model import Alert, Mixin, Recording, RuleGroup
from mixwright.passes import compile_mixin
from mixwright.recordings import open_recording
from mixwright.recordings.memory import MemoryRecording
from mixwright.standard.mixins import http_service, node
from mixwright.values import Duration, Labels

START, MINUTE, EVERY = 1_800_000_000_000, 60_000, 15_000
INTERVAL = Duration(EVERY)
PLAIN = Tolerance()


def noisy(seed: int, hours: float = 6) -> MemoryRecording:
    """Three rooms whose heat wanders, rises in incidents, and has gaps; whether a door is open; a counter."""
    draw = np.random.default_rng(seed)
    times = START + np.arange(0, int(hours * 60 * MINUTE), EVERY)
    series = []
    for room in "abc":
        heat = 20 + np.cumsum(draw.normal(0, 0.6, len(times))) * 0.3 + draw.normal(0, 2, len(times))
        for begin in range(200, len(times), 400):
            heat[begin : begin + 60] += 12
        kept = draw.random(len(times)) > 0.02
        kept[700:730] = False
        labels = {"room": room, "job": "house"}
        series.append((Labels({"__name__": "heat", **labels}), times[kept], heat[kept]))
        door = (draw.random(len(times)) > 0.3).astype(float)
        series.append((Labels({"__name__": "door", **labels, "side": "left"}), times, door))
        series.append((Labels({"__name__": "door", **labels, "side": "right"}), times, 1 - door))
        steps = draw.poisson(3, len(times)).cumsum().astype(float)
        series.append((Labels({"__name__": "steps_total", **labels}), times, steps))
    return MemoryRecording(
        Samples.of(sorted(series, key=lambda s: s[0].pairs)), form="test", provenance=""
    )


def happened(source: MemoryRecording) -> tuple[Incident, ...]:
    start, end = source.span()
    found = [
        Incident(name=f"i{n}", start=at, end=at + 15 * MINUTE)
        for n, at in enumerate(range(start + 50 * MINUTE, end, 100 * MINUTE))
    ]
    found.append(Incident(name="test", start=end - 30 * MINUTE, end=end - 20 * MINUTE, ignore=True))
    return tuple(found)


def project(expr: str, **fields: object) -> tuple[Mixin, Alert]:
    alert = Alert("Hot", expr=expr, severity="page", summary="hot", **fields)  # type: ignore[arg-type]
    recorded = Recording("job:heat:max", expr="max by (job) (heat)")
    mixin = compile_mixin(
        Mixin("house", version="1.0.0", rules=(RuleGroup("g", rules=(recorded, alert)),))
    )
    return mixin, next(mixin.alerts())


def swept(
    mixin: Mixin,
    alert: Alert,
    source: MemoryRecording,
    parameters: Sequence[str],
    incidents: Sequence[Incident],
    tolerance: Tolerance = PLAIN,
) -> Sweep:
    ready = prepare([mixin], mixin, alert, source, interval=INTERVAL, start=None, end=None)
    return sweep(
        ready.scheduled,
        [read_axis(alert, text) for text in parameters],
        ready.overlay,
        compiled_config([mixin]),
        incidents=incidents,
        tolerance=tolerance,
        start=ready.start,
        end=ready.end,
    )


def run_alone(
    mixin: Mixin, alert: Alert, source: object, incidents: Sequence[Incident], tolerance: Tolerance
):
    """Return what a backtest of its own says of an alert, beside the recording rules of its mixin."""

    def only(group: RuleGroup) -> tuple[object, ...]:
        return tuple(
            alert if rule.name == alert.name else rule
            for rule in group.rules
            if rule.name == alert.name or not isinstance(rule, Alert)
        )

    groups = tuple(attrs.evolve(group, rules=only(group)) for group in mixin.rules if only(group))
    lone = attrs.evolve(mixin, rules=groups, dashboards=())
    done = backtest([lone], source, incidents=incidents, interval=INTERVAL, tolerance=tolerance)
    (result,) = done.alerts
    return done, result


def assert_worth(sweep: Sweep, points: Sequence[Point], run: Callable[[Alert], object]) -> None:
    for point in points:
        values = dict(zip((axis.tunable for axis in sweep.axes), point.values, strict=True))
        done, result = run(with_values(sweep.alert, values))
        delays = {o.incident.name: o.delay if o.detected else None for o in done.outcomes}
        score = result.score
        assert (len(result.pages), score.true_pages, score.false_pages) == (
            point.pages,
            point.true,
            len(point.false),
        ), point
        assert [delays[incident.name] for incident in sweep.incidents] == list(point.delays), point
        assert pytest.approx(score.time_in_alert) == point.time_in_alert, point


CASES = {
    "plain": ("heat > 25", {"hold": "2m"}, ["threshold=20:34:8", "hold=0s:5m:45s", "keep=0s,1m,5m"]),
    "and": (
        "heat > 25 and on (room) door == 1",
        {},
        ["threshold=22:30:5", "threshold2=0,1", "hold=0s,1m,3m"],
    ),
    "or": (
        "heat > 25 or -heat > -10 or job:heat:max > 40",
        {},
        ["threshold=22:30:4", "threshold2=-12:-6:3", "threshold3=30:50:4", "keep=0s,2m"],
    ),
    "unless": ("25 < heat unless on (room, job) door > 0.5", {"hold": "1m"}, ["threshold=22:30:9", "threshold2=0.5,2"]),
    "windows": (
        "avg_over_time(heat[5m]) - avg_over_time(heat[5m] offset 30m) > 3 and rate(steps_total[10m]) > 0.1",
        {"hold": "1m"},
        ["window=1m:9m:2m", "window2=5m,10m", "threshold=1:6:4", "threshold2=0.1:0.3:3"],
    ),
    "inner": (
        "count by (job) (heat > 25) > 1",
        {"keep_firing": "3m"},
        ["threshold=0:3:4", "threshold2=20:30:5", "hold=0s,1m"],
    ),
    "same labels": ('label_replace(heat, "room", "x", "job", ".*") > 28', {}, ["threshold=24:40:9", "hold=0s,1m"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_a_setting_is_worth_what_a_run_of_its_own_says(case: str) -> None:
    expr, fields, parameters = CASES[case]
    # Evaluations that fail are slow to replay.
    source = noisy(len(case), hours=1.2 if case == "same labels" else 6)
    incidents = happened(source)
    tolerance = Tolerance(deadline=Duration(12 * MINUTE))
    mixin, alert = project(expr, **fields)

    found = swept(mixin, alert, source, parameters, incidents, tolerance)

    assert len(found.points) == np.prod([len(axis.values) for axis in found.axes])
    sample = random.Random(case).sample(found.points, min(12, len(found.points)))
    assert_worth(
        found, [*sample, found.now], lambda a: run_alone(mixin, a, source, incidents, tolerance)
    )


@pytest.mark.parametrize(
    ("module", "name", "parameters"),
    [
        (
            http_service,
            "HttpLatencyHigh",
            ["threshold=0.1:2:12", "window=1m:10m:3m", "hold=0s:6m:90s"],
        ),
        (http_service, "HttpTrafficDropped", ["threshold=0.1:0.9:9", "hold=0s:6m:90s"]),
        (
            node,
            "NodeFilesystemFillsWithinHour",
            ["threshold=0.1:0.9:5", "window=5m,10m,20m", "keep=0s,5m"],
        ),
    ],
)
def test_so_it_is_on_the_bundled_recording(
    recording, module, name: str, parameters: list[str]
) -> None:
    mixin = compile_mixin(module.mixin())
    alert = next(a for a in mixin.alerts() if a.name == name)
    incidents = read_incidents(recording.parent / "incidents.yaml")
    with open_recording(recording) as source:
        found = swept(mixin, alert, source, parameters, incidents)
        sample = random.Random(name).sample(found.points, 4)
        assert_worth(
            found,
            [*sample, found.now],
            lambda a: run_alone(mixin, a, source, incidents, PLAIN),
        )


def test_what_can_be_set_is_named_from_left_to_right() -> None:
    _, alert = project("rate(a_total[5m]) / rate(b_total[5m]) > 0.5 and c[10m:1m] offset 5m > 2"
                       .replace("c[10m:1m] offset 5m", "max_over_time(c[10m:1m]) * 3"), hold="1m")  # fmt: skip

    found = {tunable.name: tunable.now for tunable in tunables(alert)}

    assert found == {
        "threshold": 0.5,
        "threshold2": 2.0,
        "window": Duration.parse("5m"),
        "window2": Duration.parse("10m"),
        "constant": 3.0,
        "hold": Duration.parse("1m"),
        "keep": Duration(0),
    }


def test_setting_parameters_changes_them_and_nothing_else() -> None:
    _, alert = project("rate(a_total[5m]) / rate(b_total[5m]) > -0.5 and 2 < c", hold="1m")
    by_name = {tunable.name: tunable for tunable in tunables(alert)}

    changed = with_values(
        alert,
        {
            by_name["threshold"]: -0.25,
            by_name["threshold2"]: 3.0,
            by_name["window"]: Duration.parse("2m"),
            by_name["hold"]: Duration(0),
        },
    )

    expected = "rate(a_total[2m]) / rate(b_total[2m]) > -0.25 and 3 < c"
    assert (expected, Duration(0)) == (str(changed.expr), changed.hold)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("threshold=1,3,2,2", (1.0, 2.0, 3.0)),
        ("threshold=0:1:5", (0.0, 0.25, 0.5, 0.75, 1.0)),
        ("threshold=-1", (-1.0,)),
        ("hold=0s:2m:30s", tuple(Duration(30_000 * n) for n in range(5))),
        ("hold=1m:2m:3", (Duration(60_000), Duration(90_000), Duration(120_000))),
        ("window=1m,90s", (Duration(60_000), Duration(90_000))),
    ],
)
def test_values_are_lists_and_ranges(text: str, values: tuple[object, ...]) -> None:
    _, alert = project("avg_over_time(heat[5m]) > 25")

    assert values == read_axis(alert, text).values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("treshold=1", "alert `Hot` has no parameter `treshold`; there are `threshold`, `window`"),
        ("threshold=1:2", "`1:2` are no values for `threshold`; write `0.5:0.9:41`"),
        ("threshold=1:2:0", "`1:2:0` are no values"),
        ("threshold=1:2:99999999", "are no values"),
        ("threshold=nan", "`nan` are no values"),
        ("threshold", "`` are no values"),
        ("hold=5", "`5` are no values for `hold`; write `1m:10m:30s`"),
        ("hold=1m:2m:0s", "are no values"),
        ("hold=5m:1m:30s", "are no values"),
    ],
)
def test_what_are_no_values_is_said(text: str, message: str) -> None:
    _, alert = project("avg_over_time(heat[5m]) > 25")
    with pytest.raises(MixwrightError) as error:
        read_axis(alert, text)

    assert message in str(error.value)


def test_labels_that_depend_on_the_value_are_refused() -> None:
    mixin, alert = project("heat > 25", labels={"how": "{{ $value }}"})
    with pytest.raises(MixwrightError, match="depend on its value"):
        swept(mixin, alert, noisy(1, 1), ["threshold=20:30:3"], ())


def made(worths: Sequence[Sequence[tuple[int, int]]], incidents: int = 4, weeks: int = 10) -> Sweep:
    """A sweep over two axes whose settings detect so many incidents with so many false pages."""
    _, alert = project("avg_over_time(heat[5m]) > 25")
    week = 7 * 24 * 60 * MINUTE
    happened = tuple(
        Incident(name=str(n), start=n * 2 * week, end=n * 2 * week + MINUTE)
        for n in range(incidents)
    )
    axes = (
        Axis(tunables(alert)[0], tuple(map(float, range(len(worths))))),
        Axis(tunables(alert)[2], tuple(Duration(MINUTE * n) for n in range(len(worths[0])))),
    )
    points = tuple(
        Point(
            values=(a, b),
            pages=told + false,
            true=told,
            false=tuple(week * weeks * (2 * n + 1) // (2 * false) for n in range(false)),
            delays=tuple(MINUTE if n < told else None for n in range(incidents)),
            time_in_alert=0.1,
        )
        for a, row in zip(axes[0].values, worths, strict=True)
        for b, (told, false) in zip(axes[1].values, row, strict=True)
    )
    return Sweep(
        alert=alert, axes=axes, points=points, now=points[0], incidents=happened,
        start=0, end=weeks * week, exposure=weeks * week, evaluations=1,
    )  # fmt: skip


WORTHS = [
    [(4, 40), (4, 30), (3, 20)],
    [(4, 30), (3, 5), (3, 5)],
    [(3, 9), (3, 5), (2, 5)],
    [(2, 1), (1, 0), (0, 0)],
]


def worth(point: Point | None) -> tuple[int, int] | None:
    return None if point is None else (point.detected, len(point.false))


def test_the_front_has_the_fewest_false_pages_for_each_number_of_incidents() -> None:
    assert [(1, 0), (2, 1), (3, 5), (4, 30)] == [worth(point) for point in front(made(WORTHS))]


def test_the_best_is_the_most_within_the_budget() -> None:
    chosen = [worth(best(made(WORTHS), budget)) for budget in (10.0, 3.0, 2.9, 0.5, 0.1, 0.0)]

    assert [(4, 30), (4, 30), (3, 5), (3, 5), (2, 1), (1, 0)] == chosen


def test_without_a_budget_the_highest_f1_is_best() -> None:
    # 3 of 4 with 5 false: P 3/8, R 3/4, F1 1/2; 2 of 4 with 1 false: P 2/3, R 1/2, F1 4/7.
    assert (2, 1) == worth(best(made(WORTHS), None))


def test_nothing_is_chosen_when_nothing_keeps_to_the_budget() -> None:
    assert best(made([[(4, 40), (3, 20)]]), 1.0) is None


def test_how_far_a_setting_can_move_without_loss() -> None:
    found = made([[(1, 1), (3, 5), (1, 1)], [(1, 1), (3, 5), (3, 5)], [(1, 1), (3, 4), (2, 9)]])

    room = plateau(found, found.points[4])

    assert ((0.0, 2.0), (Duration(MINUTE), Duration(2 * MINUTE))) == room


def test_of_equals_the_one_is_taken_that_stands_firm() -> None:
    flat = [[(4, 0) if 0 < a < 6 and 0 < b < 6 else (0, 0) for b in range(7)] for a in range(7)]

    chosen = best(made(flat), 1.0)

    assert chosen is not None
    assert 2.0 <= chosen.values[0] <= 4.0


def test_what_is_chosen_on_some_of_the_time_is_tried_on_the_rest() -> None:
    found = validate(made(WORTHS), 0.5)

    assert found is not None
    # Incidents lie in weeks 0, 2, 4 and 6, so in the first four of five folds of two weeks.
    assert [1, 1, 1, 1, 0] == [fold.incidents for fold in found.folds]
    # Without the third, two settings tell of the same two; the one with a single false page misses the third.
    assert [1, 1, 0, 0, 0] == [fold.detected for fold in found.folds]
    assert pytest.approx(0.5) == found.recall


def test_one_incident_is_too_few_to_validate() -> None:
    assert validate(made([[(1, 0), (0, 0)]], incidents=1), 1.0) is None
