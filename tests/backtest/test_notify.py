"""Grouping as Alertmanager does it: first wait, then gather, then repeat."""

from __future__ import annotations

import numpy as np

from mixwright.alertmanager import Config, Integration, Receiver, Route
from mixwright.backtest import Episode, Page
from mixwright.backtest.notify import Fired, notify
from mixwright.model import Severity
from mixwright.values import Duration, Labels

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def firing(room: str, start: int, end: int | None = None) -> Episode:
    labels = Labels({"alertname": "Hot", "room": room})
    return Episode(
        alert="Hot", labels=labels, active_at=start, fired_at=start, resolved_at=end,
        value=1, fired_value=1, last_value=1, sample=labels,
    )  # fmt: skip


TOLD = (Receiver("people", (Integration("webhook"),)),)


def pages(*episodes: Episode, until: int = 100 * HOUR, wait: int = 30 * SECOND) -> tuple[Page, ...]:
    """Send episodes of one rule, evaluated every 15 s, through one route."""
    ordered = tuple(sorted(episodes, key=lambda e: (e.active_at, e.labels.pairs)))
    times = np.arange(0, until + 1, 15 * SECOND)
    fired = Fired(Severity.PAGE, ordered, times, 15 * SECOND)
    route = Route(receiver="people", group_by=frozenset({"alertname"}), group_wait=Duration(wait))
    return notify([fired], Config(route=route, receivers=TOLD), until=until).pages


def rooms(page: Page) -> list[str]:
    return [episode.labels["room"] for episode in page.episodes]


def test_the_first_page_comes_after_the_group_wait() -> None:
    (page,) = pages(firing("a", 0, HOUR))

    assert (30 * SECOND, HOUR) == (page.onset, page.resolved_at)


def test_alerts_that_fire_together_are_one_page() -> None:
    (page,) = pages(firing("a", 0, HOUR), firing("b", 20 * SECOND, HOUR))

    assert ["a", "b"] == rooms(page)


def test_an_alert_that_joins_later_is_told_at_the_next_interval() -> None:
    first, second = pages(firing("a", 0, HOUR), firing("b", 2 * MINUTE, HOUR))

    assert (["a"], ["b"]) == (rooms(first), rooms(second))
    assert 30 * SECOND + 5 * MINUTE == second.onset


def test_an_alert_that_is_over_before_the_wait_tells_nobody() -> None:
    assert () == pages(firing("a", 0, 20 * SECOND))


def test_an_alert_that_comes_back_between_two_intervals_is_no_news() -> None:
    (page,) = pages(firing("a", 0, 2 * MINUTE), firing("a", 3 * MINUTE, HOUR))

    assert HOUR == page.resolved_at


def test_an_alert_that_comes_back_after_its_end_was_told_is_a_new_page() -> None:
    first, second = pages(firing("a", 0, 2 * MINUTE), firing("a", 10 * MINUTE, HOUR))

    assert 10 * MINUTE + 30 * SECOND == second.onset
    assert 2 * MINUTE == first.resolved_at


def test_one_that_resolved_in_a_living_group_is_news_when_it_returns() -> None:
    found = pages(
        firing("a", 0, 2 * MINUTE), firing("b", 0, 10 * HOUR), firing("a", HOUR, 2 * HOUR)
    )

    assert [["a", "b"], ["a"]] == [rooms(page) for page in found]


def test_a_page_is_repeated_when_the_repeat_interval_has_passed() -> None:
    (page,) = pages(firing("a", 0, 9 * HOUR))

    # Considered every five minutes, so at the first one that is more than four hours later.
    assert (
        30 * SECOND + 4 * HOUR + 5 * MINUTE,
        30 * SECOND + 8 * HOUR + 10 * MINUTE,
    ) == page.repeats


def test_an_alert_that_never_resolves_has_no_end() -> None:
    (page,) = pages(firing("a", 0), until=HOUR)

    assert page.resolved_at is None


def test_nothing_is_sent_after_the_end() -> None:
    assert () == pages(firing("a", HOUR - 10 * SECOND), until=HOUR)


def test_the_wait_is_the_routes() -> None:
    (page,) = pages(firing("a", 0, HOUR), until=HOUR, wait=0)

    assert (0, "people") == (page.onset, page.receiver)


def test_an_alert_of_which_nothing_is_heard_ends_by_itself() -> None:
    """Evaluations fail between the fifth minute and the fortieth: four minutes on, it is given up."""
    episode = firing("a", 0, HOUR)
    times = np.arange(0, 2 * HOUR, MINUTE)
    heard = times[(times <= 5 * MINUTE) | (times >= 40 * MINUTE)]
    fired = Fired(Severity.PAGE, (episode,), heard, MINUTE)
    route = Route(receiver="people", group_by=frozenset({"alertname"}))

    told = notify([fired], Config(route=route, receivers=TOLD), until=2 * HOUR)

    said = [
        (flush.at, len(sent.firing), len(sent.resolved))
        for flush, sent in told.simulation.notifications
    ]
    # Told after 30 s; over at 9 min, noticed at 10.5; heard of again at 40 min, at once, as it is old.
    assert [
        (30 * SECOND, 1, 0),
        (10 * MINUTE + 30 * SECOND, 0, 1),
        (40 * MINUTE, 1, 0),
        (HOUR, 0, 1),
    ] == said
    assert [30 * SECOND, 40 * MINUTE] == [page.onset for page in told.pages]
