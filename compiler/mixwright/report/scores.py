"""The scores as rows of words: the same in every report, with how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mixwright.backtest import Backtest, Score, readable
from mixwright.backtest.score import SHIFT
from mixwright.report import facts

Row = tuple[str, tuple[str, ...]]


def columns(result: Backtest) -> tuple[str, ...]:
    """Return what the columns of `rows` are about."""
    return ("all", *(severity.value for severity in result.by_severity))


def rows(result: Backtest) -> Iterator[Row]:
    """Yield the name of each score with its values for the whole and for each severity that somebody is told."""
    scores = (result.score, *result.by_severity.values())
    short = result.end - result.start < SHIFT
    for name, shown, needs_incidents in _ROWS:
        if (result.incidents or not needs_incidents) and not (short and name == _PER_SHIFT):
            yield name, tuple(shown(score) for score in scores)


def _with(value: float | None, interval: tuple[float, float] | None) -> str:
    text = facts.percent(value)
    if value is None or interval is None:
        return text
    low, high = (facts.percent(end) for end in interval)
    return f"{text} ({low} – {high})"


def _false(score: Score) -> str:
    low, high = score.false_per_week_low, score.false_per_week_high
    return f"{readable(score.false_per_week)} ({low:.2g} – {high:.3g})"


def _lift(score: Score) -> str:
    return "–" if score.lift is None else f"{score.lift:.2g}×"


_PER_SHIFT = "in 12 hours"
_ROWS: tuple[tuple[str, Callable[[Score], str], bool], ...] = (
    ("incidents told of", lambda s: f"{s.detected} / {s.incidents}", True),
    ("precision", lambda s: _with(s.precision, s.precision_interval), True),
    ("recall", lambda s: _with(s.recall, s.recall_interval), True),
    ("F1", lambda s: _with(s.f1, s.f1_interval), True),
    ("lift over a random pager", _lift, True),
    ("told after, median", lambda s: facts.span(s.delay_median), True),
    ("told after, p90", lambda s: facts.span(s.delay_p90), True),
    ("quiet again after", lambda s: facts.span(s.reset_median), True),
    (
        "duplicates an incident",
        lambda s: "–" if s.duplicates is None else readable(s.duplicates),
        True,
    ),
    ("false a week", _false, True),
    ("notifications", lambda s: str(s.pages), False),
    ("a week", lambda s: readable(s.pages_per_week), False),
    (_PER_SHIFT, lambda s: readable(s.pages_per_shift), False),
    ("worst 12 hours", lambda s: str(s.worst_shift), False),
    ("off hours", lambda s: str(s.off_hours), False),
    ("flaps", lambda s: facts.percent(s.flaps), False),
    ("time in alert", lambda s: facts.percent(s.time_in_alert), False),
)
