"""What is said of a sweep everywhere: settings, verdicts, and how firm the choice is."""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.backtest import readable
from mixwright.backtest.tune import Point, Tuned
from mixwright.backtest.tune.parameters import Value
from mixwright.report import facts
from mixwright.values import Duration


def value(given: Value) -> str:
    """Return a parameter's value."""
    return str(given) if isinstance(given, Duration) else readable(given)


def setting(tuned: Tuned, point: Point) -> str:
    """Return a setting in words: `threshold 0.5, hold 2m`."""
    parts = zip(tuned.sweep.axes, point.values, strict=True)
    return facts.names(f"{axis.name} {value(given)}" for axis, given in parts)


def worth(tuned: Tuned, point: Point) -> str:
    """Return what came of a setting."""
    sweep = tuned.sweep
    told = f"{point.detected} of {facts.count(len(sweep.incidents), 'incident')}"
    false = facts.count(len(point.false), "false page") if point.false else "no false page"
    return f"{told}, {false}"


def verdict(tuned: Tuned) -> str:
    """Return the outcome in one sentence."""
    sweep = tuned.sweep
    if not sweep.incidents:
        return "No setting tells of any incident, so none can be called better than another."
    if tuned.chosen is None:
        if tuned.budget is None:
            return "No setting tells of an incident."
        return f"No setting sends at most {readable(tuned.budget)} false pages a week."
    if _same(tuned.chosen, sweep.now):
        return f"Leave it as it is: {worth(tuned, sweep.now)}, and no setting does better."
    return (
        f"Take {setting(tuned, tuned.chosen)}: {worth(tuned, tuned.chosen)}; "
        f"now {worth(tuned, sweep.now)}."
    )


def _same(chosen: Point, now: Point) -> bool:
    return (chosen.detected, len(chosen.false), chosen.delays) == (
        now.detected,
        len(now.false),
        now.delays,
    )


def remarks(tuned: Tuned) -> Iterator[str]:
    """Yield how firm the choice is, and how it would have done on time that it had not seen."""
    sweep = tuned.sweep
    if tuned.chosen is not None:
        rooms = (
            f"{axis.name} {value(low)} – {value(high)}"
            for axis, (low, high) in zip(sweep.axes, tuned.room, strict=True)
            if len(axis.values) > 1
        )
        if text := facts.names(rooms):
            yield f"without loss, each alone: {text}"
    if tuned.validation is not None:
        found = tuned.validation
        yield (
            f"chosen on four fifths of the time and tried on the rest, five times: recall "
            f"{facts.percent(found.recall)}, {readable(found.false_per_week)} false pages a week"
        )
    elif len(sweep.incidents) == 1:
        yield "one incident is too few to choose on some and try on others"
    elif sweep.incidents:
        yield "incidents lie too close together in time to choose on some and try on others"
    if sweep.end - sweep.start < facts.DAY:
        yield f"{facts.span(sweep.end - sweep.start)} of metrics say little about false pages a week"


def delay(point: Point) -> float | None:
    """Return the middle of the delays in ms, `None` when it falls among the missed."""
    ordered = sorted(point.delays, key=lambda d: (d is None, d or 0))
    return ordered[(len(ordered) - 1) // 2] if ordered else None
