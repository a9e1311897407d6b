"""What holds for every script of alerts, and corners that take real servers too long to show."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as st

from mixwright.alertmanager import (
    Config,
    Delivery,
    Inhibition,
    Integration,
    Reason,
    Receiver,
    Route,
    Silence,
    simulate,
)
from mixwright.values import Duration, Labels, Matcher, MatchOp

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
PEOPLE = (Receiver("people", (Integration("webhook"), Integration("email", False))),)


def route(**fields: object) -> Route:
    given = {"receiver": "people", "group_by": frozenset({"room"})} | fields
    return Route(**given)  # type: ignore[arg-type]


def fired(at: int, end: int = 100 * HOUR, start: int | None = None, **labels: str) -> Delivery:
    return Delivery(at=at, labels=Labels(labels), start=at if start is None else start, end=end)


LIVES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from("123"),
        st.integers(0, 600),
        st.integers(1, 400),
    ),
    max_size=12,
)


@hypothesis.settings(max_examples=80)
@hypothesis.given(LIVES)
def test_whatever_fires_notifications_keep_the_rules(
    lives: list[tuple[str, str, int, int]],
) -> None:
    deliveries = []
    spans: dict[Labels, list[tuple[int, int]]] = {}
    for room, number, start, length in lives:
        labels = Labels({"room": room, "n": number})
        begin, end = start * SECOND, (start + length) * SECOND
        deliveries.append(Delivery(at=begin, labels=labels, start=begin, end=100 * HOUR))
        deliveries.append(Delivery(at=end, labels=labels, start=begin, end=end))
        spans.setdefault(labels, []).append((begin, end))
    config = Config(route=route(), receivers=PEOPLE)

    found = simulate(config, deliveries, until=HOUR)

    last: dict[tuple[Labels, int], tuple[int, frozenset[Labels]]] = {}
    for flush, sent in found.notifications:
        key = flush.group, sent.integration
        firing = frozenset(alert.labels for alert in sent.firing)
        # Of a group only what belongs to it, never what does not fire, no sooner than the group may.
        assert all(alert.labels["room"] == flush.group["room"] for alert in sent.firing)
        assert all(any(b <= flush.at for b, _ in spans[labels]) for labels in firing)
        assert not firing & {alert.labels for alert in sent.resolved}
        if key in last:
            before, named = last[key]
            assert flush.at > before
            # Nothing is said twice for no reason; who is not told of ends may hear the same again.
            news = firing - named or named - firing or sent.resolved
            assert news or sent.reason is Reason.REPEAT or sent.integration == 1
        if sent.integration == 1:
            assert sent.resolved == ()
            assert firing
        last[key] = flush.at, firing
    # In the end everybody who was told of an alert has been told that it is over.
    for (_, integration), (_, named) in last.items():
        assert integration == 1 or not named


def test_what_is_held_back_says_why() -> None:
    config = Config(
        route=route(),
        receivers=PEOPLE,
        inhibitions=(
            Inhibition(
                source=(Matcher("n", MatchOp.EQUAL, "1"),),
                target=(Matcher("n", MatchOp.EQUAL, "2"),),
                equal=("room",),
            ),
        ),
    )
    silence = Silence(matchers=(Matcher("n", MatchOp.EQUAL, "3"),), start=0, end=HOUR)
    alerts = [fired(0, n="1", room="a"), fired(0, n="2", room="a"), fired(0, n="3", room="b")]

    found = simulate(config, alerts, until=HOUR, silences=[silence])

    assert {
        (Labels({"n": "2", "room": "a"}), 0): frozenset({"inhibited"}),
        (Labels({"n": "3", "room": "b"}), 0): frozenset({"silenced"}),
    } == found.held


def test_what_was_said_is_forgotten_after_twice_the_repeat_interval() -> None:
    """Silenced for longer than that, an alert that then resolves is one that nobody was told of."""
    labels = {"n": "1", "room": "a"}
    deliveries = [
        fired(0, **labels),
        Delivery(at=3 * HOUR, labels=Labels(labels), start=0, end=3 * HOUR),
    ]
    config = Config(route=route(repeat_interval=Duration(HOUR)), receivers=PEOPLE)

    def reasons(until: int) -> list[Reason]:
        silence = Silence(matchers=(Matcher("n", MatchOp.EQUAL, "1"),), start=MINUTE, end=until)
        found = simulate(config, deliveries, until=4 * HOUR, silences=[silence])
        return [sent.reason for _, sent in found.notifications if sent.integration == 0]

    assert [Reason.FIRST] == reasons(3 * HOUR)
    expected = [Reason.FIRST, Reason.REPEAT, Reason.REPEAT, Reason.ALL_RESOLVED]
    assert expected == reasons(2 * HOUR - 10 * MINUTE)


def test_routes_of_one_key_and_receiver_share_what_was_said() -> None:
    """Two routes alike, the first one going on: the second has nothing to add."""
    matcher = (Matcher("room", MatchOp.EQUAL, "a"),)
    twins = tuple(
        route(matchers=matcher, key=((), matcher), goes_on=goes_on) for goes_on in (True, False)
    )
    config = Config(route=route(routes=twins), receivers=PEOPLE)

    found = simulate(config, [fired(0, room="a")], until=MINUTE)

    assert [0, 1] == [sent.integration for _, sent in found.notifications]
