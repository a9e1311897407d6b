"""What the rules of a test work on: series in notation, and parts of recordings."""

from __future__ import annotations

import attrs

from mixwright.engine.conformance.loading import Points, add, samples
from mixwright.engine.conformance.notation import parse_series
from mixwright.errors import MixwrightError, PromQLError
from mixwright.frame import Samples
from mixwright.frame.slicing import joined
from mixwright.ruletest.cases import RecordedInput, RuleTest
from mixwright.values import Labels


def given_samples(test: RuleTest, *, until: int) -> Samples:
    """Return the input of a test; what lies more than `until` ms after the start is never loaded.

    Of two series of the same labels the later one counts.
    """
    loaded: dict[Labels, Points] = {}
    for line in test.series:
        try:
            series = parse_series(line.text)
        except PromQLError as error:
            raise MixwrightError(f"{line.origin}: {error}") from None
        kept = series.values[: until // test.interval.ms + 1]
        loaded.pop(series.labels, None)
        add(loaded, (attrs.evolve(series, values=kept),), test.interval.ms, test.start)
    written = samples(loaded)
    if test.recorded is None:
        return written
    recorded = _cut(test.recorded, test.start + until)
    if twice := set(written.labels) & set(recorded.labels):
        raise MixwrightError(
            f"{test.recorded.origin}: `{min(twice, key=str)}` is recorded and an input series too; "
            "leave it out of `select`"
        )
    return joined((recorded, written)) if len(written) else recorded


def first_sample(recorded: RecordedInput) -> int:
    """Return when rules begin to run on a recording, in ms, unless the test says it."""
    from mixwright.recordings import open_recording

    if recorded.start is not None:
        return recorded.start
    with open_recording(recorded.path) as recording:
        span = recording.span()
    if span is None:
        raise MixwrightError(f"{recorded.origin}: `{recorded.path}` has no samples")
    return span[0]


def _cut(recorded: RecordedInput, until: int) -> Samples:
    from mixwright.recordings import open_recording
    from mixwright.recordings.cut import cut

    end = until if recorded.end is None else min(recorded.end, until)
    with open_recording(recorded.path) as recording:
        found = cut(recording, recorded.select or ((),), start=recorded.start, end=end)
    if not len(found):
        raise MixwrightError(
            f"{recorded.origin}: `{recorded.path}` has no samples of what `select` asks for, in its time"
        )
    return found
