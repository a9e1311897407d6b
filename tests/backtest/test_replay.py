"""Rules replayed over a recording: chains, staleness, failures, labels and templates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mixwright.backtest import Backtest
from mixwright.errors import RecordingError
from mixwright.frame import is_stale
from mixwright.model import Alert, Mixin, Recording, RuleGroup
from mixwright.recordings.memory import MemoryRecording
from mixwright.replay.dependencies import stages
from mixwright.replay.groups import Replay, replay, schedule
from mixwright.values import Duration, Labels, Matcher, MatchOp

Record = Callable[..., MemoryRecording]
Run = Callable[..., Backtest]
Make = Callable[..., Alert]
START = 1_800_000_000_000


def written(
    source: MemoryRecording, name: str, *rules: Alert | Recording, **group: object
) -> dict[str, list[str]]:
    """Return what rules wrote under a name: series to values, `x` for a staleness marker, from START."""
    done = replayed(source, *rules, **group)
    samples = done.source.select([Matcher("__name__", MatchOp.EQUAL, name)], 0, 2**62)
    return {
        str(labels): [
            "x" if stale else f"{value:g}"
            for value, stale in zip(values, is_stale(np.ascontiguousarray(values)), strict=True)
        ]
        for labels, _, values in samples
    }


def replayed(source: MemoryRecording, *rules: Alert | Recording, **group: object) -> Replay:
    groups = (RuleGroup("group", rules=tuple(rules), **group),)  # type: ignore[arg-type]
    mixin = Mixin("test", version="1.0.0", rules=groups)
    first, last = source.span() or (0, 0)
    return replay(schedule([mixin], interval=Duration(15_000), start=first, end=last), source)


def test_a_recording_rule_writes_its_values_under_its_name(record: Record) -> None:
    source = record({'room{place="a",job="x"}': "1 2 3 4 5"})
    rule = Recording("place:room:max", expr="max by (place) (room) * 2", labels={"unit": "C"})

    assert {'place:room:max{place="a", unit="C"}': ["2", "4", "6", "8"]} == written(
        source, "place:room:max", rule
    )


def test_a_series_that_vanishes_gets_a_marker(record: Record) -> None:
    source = record({"room": "1 1 x x x 2 2"})

    assert {"r": ["1", "1", "x", "2"]} == written(source, "r", Recording("r", expr="room"))


def test_a_later_rule_sees_what_an_earlier_one_wrote_in_the_same_evaluation(record: Record) -> None:
    source = record({"room": "1 2 3 4 5"})
    rules = Recording("a", expr="room + 10"), Recording("b", expr="a * 2")

    assert {"b": ["22", "24", "26", "28"]} == written(source, "b", *rules)


def test_an_earlier_rule_sees_what_a_later_one_wrote_one_evaluation_ago(record: Record) -> None:
    source = record({"room": "1 2 3 4 5"})
    rules = Recording("b", expr="a * 2"), Recording("a", expr="room + 10")

    assert {"b": ["22", "24", "26"]} == written(source, "b", *rules)


def test_a_rule_may_read_its_own_output(record: Record) -> None:
    source = record({"room": "1 1 1 1 1 1"})
    count = Recording("count", expr="count + 1 or vector(0)")

    assert {"count": ["0", "1", "2", "3", "4"]} == written(source, "count", count)


def test_a_rule_of_another_group_sees_the_last_value_with_real_lag(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({"room": "1*20 5*40"})
    first = RuleGroup("first", rules=Recording("slow", expr="room"), interval="1m")
    second = RuleGroup("second", rules=make_alert("slow > 3"), interval="15s")

    (episode,) = run(source, second, first).alerts[0].episodes

    risen = START + 20 * 15_000
    slots = stages(
        schedule(
            [Mixin("test", version="1.0.0", rules=(first,))],
            interval=Duration(1),
            start=risen,
            end=risen + 60_000,
        )
    )
    wrote = next(iter(slots)).rules[0].steps.start
    assert wrote <= episode.active_at < wrote + 15_000


def test_a_rule_sees_alerts_of_earlier_rules(record: Record, run: Run, make_alert: Make) -> None:
    source = record({'room{place="a"}': "1 9 9 9 9 9 9 9"})
    hot = make_alert("room > 5", hold="30s")
    echo = make_alert('ALERTS{alertname="Hot", alertstate="firing"}', name="Echo")

    first, second = run(source, hot, echo).alerts

    assert [first.episodes[0].fired_at] == [episode.active_at for episode in second.episodes]
    assert "a" == second.episodes[0].labels["place"]


def test_an_alert_that_watches_its_own_firing_is_carried_forward(
    record: Record, run: Run, make_alert: Make
) -> None:
    # Fires above 5 and goes on while it is above 3: a hysteresis.
    source = record({"room": "1 9 4 4 4 1 1 4 4"})
    rule = make_alert('room > 5 or room > 3 and on () ALERTS{alertname="Hot", alertstate="firing"}')

    (episode,) = run(source, rule).alerts[0].episodes

    assert episode.resolved_at is not None
    assert 4 * 15_000 == episode.resolved_at - episode.active_at


def test_alerts_are_written_with_their_states(record: Record, make_alert: Make) -> None:
    source = record({'room{place="a"}': "1 9 9 9 9 1 1"})
    rule = make_alert("room > 5", hold="30s", labels={"gone": "{{ if false }}x{{ end }}"})

    found = written(source, "ALERTS", rule)

    # A label that expands to nothing shows its template here, as it does in Prometheus.
    gone = 'gone="{{ if false }}x{{ end }}"'
    assert {
        f'ALERTS{{alertname="Hot", alertstate="firing", {gone}, place="a"}}': ["1", "1", "x"],
        f'ALERTS{{alertname="Hot", alertstate="pending", {gone}, place="a"}}': ["1", "1", "x"],
    } == found


def test_the_time_of_onset_is_written(record: Record, make_alert: Make) -> None:
    source = record({"room": "9 9 9"})

    ((_, values),) = written(source, "ALERTS_FOR_STATE", make_alert("room > 5")).items()

    assert ["1.8e+09", "1.8e+09"] == values


def test_a_recorded_output_of_the_same_rule_is_replaced(record: Record) -> None:
    source = record({"room": "1 1 1 1", "r": "7 7 7 7", "other": "3 3 3 3"})

    assert {"r": ["1", "1", "1"]} == written(source, "r", Recording("r", expr="room"))


def test_labels_of_the_group_are_added_and_the_rules_own_win(record: Record) -> None:
    source = record({"room": "1 1"})
    rule = Recording("r", expr="room", labels={"team": "own"})

    assert ['r{site="x", team="own"}'] == list(
        written(source, "r", rule, labels={"team": "group", "site": "x"})
    )


def test_a_query_offset_looks_and_writes_into_the_past(record: Record) -> None:
    source = record({"room": "1 2 3 4 5 6 7 8"})
    rules = (Recording("r", expr="room"),)

    now = replayed(source, *rules).source.select(
        [Matcher("__name__", MatchOp.EQUAL, "r")], 0, 2**62
    )
    then = replayed(source, *rules, query_offset="30s").source.select(
        [Matcher("__name__", MatchOp.EQUAL, "r")], 0, 2**62
    )

    assert (now.times[2:] - 30_000).tolist() == then.times.tolist()
    assert (now.values[2:] - 2).tolist() == then.values.tolist()


def test_a_duplicate_series_fails_only_the_evaluations_that_have_it(record: Record) -> None:
    source = record({'room{place="a"}': "1 1 1 1 1 1", 'room{place="b"}': "_ _ 2 x _ _"})
    rule = Recording("r", expr="room", labels={"place": "here"})

    (result,) = replayed(source, rule).rules

    assert 1 == len(result.failures)
    assert {'r{place="here"}': ["1", "1", "1", "1"]} == written(source, "r", rule)


def test_alerts_of_one_identity_fail_the_evaluation_and_leave_the_states_alone(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({'room{place="a"}': "9 9 9 9 9 9", 'room{place="b"}': "_ _ 9 x _ _"})
    rule = make_alert("room > 5", labels={"place": "somewhere"}, hold="45s")

    result = run(source, rule).alerts[0]

    assert ["vector contains metrics with the same labelset after applying alert labels"] == [
        f.message for f in result.failures
    ]
    (episode,) = result.episodes
    assert episode.fired_at is not None
    assert 45_000 == episode.fired_at - episode.active_at


def test_a_match_that_fails_at_times_fails_only_then(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record(
        {'room{place="a"}': "9*20", 'area{kind="x"}': "1*20", 'area{kind="y"}': "_*8 1 1 x _*9"}
    )
    result = run(source, make_alert("room * on () area > 5")).alerts[0]

    assert 2 == len(result.failures)
    assert 1 == len(result.episodes)


def test_a_limit_fails_the_evaluation_and_forgets_the_alerts(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({'room{place="a"}': "9 9 9 9 9 9", 'room{place="b"}': "1 1 1 9 1 1"})
    group = RuleGroup("group", rules=make_alert("room > 5"), limit=1)

    result = run(source, group).alerts[0]

    assert {"exceeded limit of 1 with 2 alerts"} == {f.message for f in result.failures}
    assert [Labels({"alertname": "Hot", "place": "a"})] * 2 == [e.labels for e in result.episodes]


def test_a_limit_of_series_fails_a_recording_rule(record: Record) -> None:
    source = record({'room{place="a"}': "1 1 1", 'room{place="b"}': "1 1 1"})

    (result,) = replayed(source, Recording("r", expr="room"), limit=1).rules

    assert {"exceeded limit of 1 with 2 series"} == {f.message for f in result.failures}


def test_a_label_with_the_value_changes_the_identity(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({"room": "9 9 8 8 8"})
    rule = make_alert("room > 5", hold="30s", labels={"heat": "{{ $value }}"})

    found = run(source, rule).alerts[0].episodes

    assert ["9", "8"] == [episode.labels["heat"] for episode in found]
    assert [False] == [episode.fired for episode in found[:1]]


def test_a_label_that_expands_to_nothing_is_removed(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({'room{place="a"}': "9 9"})
    rule = make_alert("room > 5", labels={"place": "{{ $labels.nope }}"})

    (episode,) = run(source, rule).alerts[0].episodes

    assert Labels({"alertname": "Hot"}) == episode.labels


def test_the_name_of_the_alert_overrides_its_label(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({'room{alertname="other"}': "9 9"})

    (episode,) = run(source, make_alert("room > 5")).alerts[0].episodes

    assert "Hot" == episode.labels["alertname"]


def test_annotations_are_expanded_as_of_the_firing(
    record: Record, run: Run, make_alert: Make
) -> None:
    source = record({'room{place="a"}': "7 8 9 9 9", "outside": "3*5"})
    text = '{{ $labels.place }} {{ $labels.__name__ }} {{ $value }} {{ query "outside" | first | value }}'
    rule = make_alert("room > 5", hold="15s", annotations={"summary": text, "bad": "{{ title 5 }}"})

    (episode,) = run(source, rule).alerts[0].episodes

    assert f"a room {episode.fired_value:g} 3" == episode.annotations["summary"]
    assert episode.annotations["bad"].startswith(
        "<error expanding template: error executing template __alert_Hot:"
    )


def test_a_replay_is_deterministic(record: Record, run: Run, make_alert: Make) -> None:
    source = record({f'room{{place="{n}"}}': "9 1 9 9 1 9" for n in "abc"})

    first, second = (run(source, make_alert("room > 5")) for _ in range(2))

    assert first.episodes == second.episodes
    assert first.pages == second.pages


def test_an_empty_recording_is_an_error(run: Run, make_alert: Make) -> None:
    from mixwright.frame import Samples

    with pytest.raises(RecordingError, match="the recording has no samples"):
        run(MemoryRecording(Samples.of([]), form="test", provenance=""), make_alert("room > 5"))


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (START + 10_000_000, START + 20_000_000, "no samples between 2027-01-15T10:46:40Z and"),
        (START + 10, START, "the range ends before it starts"),
        (START, START, "no rule group is evaluated"),
    ],
)
def test_an_empty_range_is_an_error(
    record: Record, run: Run, make_alert: Make, start: int, end: int, message: str
) -> None:
    with pytest.raises(RecordingError, match=message):
        run(record({"room": "1 1 1"}), make_alert("room > 5"), start=start, end=end)
