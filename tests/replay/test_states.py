"""The state machine of alerts, rule by rule, and its fast form against its plain one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixwright.errors import EvaluationError
from mixwright.replay.states import Episode, Lives, Machine
from mixwright.values import Duration, Labels

HOT = Labels({"alertname": "Hot", "room": "a"})
COLD = Labels({"alertname": "Hot", "room": "b"})
INTERVAL = 60_000


def live(pattern: str, hold: str = "0", keep: str = "0", limit: int = 0) -> tuple[Episode, ...]:
    """Run a machine over one evaluation a minute: `1` has a result, `.` has none."""
    machine = Machine(
        "Hot", hold=Duration.parse(hold), keep_firing=Duration.parse(keep), limit=limit
    )
    for number, char in enumerate(pattern):
        results = {HOT: (Labels({"room": "a"}), float(number))} if char == "1" else {}
        machine.evaluate(number * INTERVAL, results)
    return machine.finish()


def minutes(found: tuple[Episode, ...]) -> list[tuple[float | None, ...]]:
    """Return onset, firing and end of each episode in minutes."""

    def minute(time: int | None) -> float | None:
        return None if time is None else time / INTERVAL

    return [(minute(e.active_at), minute(e.fired_at), minute(e.resolved_at)) for e in found]


@pytest.mark.parametrize(
    ("pattern", "hold", "keep", "expected"),
    [
        # `for: 0` fires in the evaluation that finds the condition, and resolves at the first that misses it.
        ("..111..", "0", "0", [(2, 2, 5)]),
        # It fires in the evaluation at which `for` has passed, not in a later one.
        (".11111.", "2m", "0", [(1, 3, 6)]),
        # `for` shorter than the interval still waits one interval; one between two intervals rounds up.
        (".111.", "30s", "0", [(1, 2, 4)]),
        (".11111.", "90s", "0", [(1, 3, 6)]),
        # One missing evaluation deletes a pending alert, and the wait starts again.
        ("11.111.", "2m", "0", [(0, None, 2), (3, 5, 6)]),
        # A condition that goes just when `for` has passed never fires.
        ("11.", "2m", "0", [(0, None, 2)]),
        # It still was firing, or pending, at the last evaluation.
        (".111", "0", "0", [(1, 1, None)]),
        (".11", "5m", "0", [(1, None, None)]),
        # keep_firing_for counts from the first evaluation without a result.
        ("11....", "0", "2m", [(0, 0, 4)]),
        # It rounds up to the interval as well.
        ("11.....", "0", "90s", [(0, 0, 4)]),
        # Shorter than one interval it still bridges one evaluation.
        ("11...", "0", "30s", [(0, 0, 3)]),
        # A return while it keeps firing continues the alert and clears the count.
        ("11..1...", "0", "2m", [(0, 0, 7)]),
        # A return at the evaluation that would have resolved it is in time.
        ("11..11...", "0", "2m", [(0, 0, 8)]),
        # keep_firing_for does not help an alert that is only pending.
        ("11.1111", "2m", "5m", [(0, None, 2), (3, 5, None)]),
        # After it resolved, within Prometheus' retention of 15 minutes too, it is a new alert.
        ("11.11.", "0", "0", [(0, 0, 2), (3, 3, 5)]),
        ("111..111.", "1m", "0", [(0, 1, 3), (5, 6, 8)]),
        # Nothing comes of nothing.
        ("......", "0", "5m", []),
    ],
)
def test_an_alert_goes_through_its_states(
    pattern: str, hold: str, keep: str, expected: list[tuple[int | None, ...]]
) -> None:
    assert expected == minutes(live(pattern, hold, keep))


def test_an_episode_knows_the_values_at_its_transitions() -> None:
    (episode,) = live(".1111.", hold="2m")

    assert (1.0, 3.0, 4.0) == (episode.value, episode.fired_value, episode.last_value)


def test_too_many_alerts_are_an_error_that_clears_them_all() -> None:
    machine = Machine("Hot", hold=Duration(0), keep_firing=Duration(0), limit=1)
    machine.evaluate(0, {HOT: (HOT, 1.0)})

    with pytest.raises(EvaluationError, match="exceeded limit of 1 with 2 alerts"):
        machine.evaluate(INTERVAL, {HOT: (HOT, 1.0), COLD: (COLD, 1.0)})

    assert [(0, 0, 1)] == minutes(machine.finish())


def test_an_alert_that_only_the_failed_evaluation_saw_never_was() -> None:
    machine = Machine("Hot", hold=Duration(0), keep_firing=Duration(0), limit=1)
    with pytest.raises(EvaluationError):
        machine.evaluate(0, {HOT: (HOT, 1.0), COLD: (COLD, 1.0)})

    assert () == machine.finish()


@given(
    present=st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=40),
    skipped=st.sets(st.integers(0, 39)),
    hold=st.sampled_from([0, 30, 60, 90, 120, 300]),
    keep=st.sampled_from([0, 30, 60, 90, 120, 300]),
    cuts=st.sets(st.integers(1, 40), max_size=6),
)
def test_many_evaluations_at_a_time_give_the_episodes_of_the_plain_machine(
    present: list[list[bool]], skipped: set[int], hold: int, keep: int, cuts: set[int]
) -> None:
    # The first two series are one identity; where both are present the second one is left out.
    samples = tuple(
        Labels({"__name__": n, "room": r}) for n, r in (("x", "a"), ("y", "a"), ("x", "b"))
    )
    identities = (HOT, HOT, COLD)
    matrix = np.array(present).T
    matrix[1] &= ~matrix[0]
    values = np.arange(matrix.size, dtype=float).reshape(matrix.shape)
    taken = np.array([step not in skipped for step in range(matrix.shape[1])])
    times = np.flatnonzero(taken).astype(np.int64) * INTERVAL
    machine = Machine("Hot", hold=Duration(hold * 1000), keep_firing=Duration(keep * 1000))
    for step in np.flatnonzero(taken):
        rows = np.flatnonzero(matrix[:, step])
        results = {identities[row]: (samples[row], float(values[row, step])) for row in rows}
        machine.evaluate(int(step) * INTERVAL, results)

    fast = Lives("Hot", hold=Duration(hold * 1000), keep_firing=Duration(keep * 1000))
    for first, last in itertools.pairwise((0, *sorted(cuts), 1000)):
        part = slice(first, last)
        here, there = matrix[:, taken][:, part], values[:, taken][:, part]
        fast.follow(identities, samples, times[part], here, there)

    assert machine.finish() == fast.finish()
