"""What test files exercise of their rules."""

from __future__ import annotations

from mixwright.coverage import Collector, Compared
from mixwright.replay.groups import Replay, Replayed
from mixwright.ruletest.cases import RuleTest
from mixwright.ruletest.run import Bench, Watch


def watching(collector: Collector) -> Watch:
    """Return what tells a collector of every test that is run."""

    def watch(bench: Bench, test: RuleTest, done: Replay) -> None:
        for _, file, group in bench.rules.groups:
            collector.add(file, (group,))
        collector.observe(done, compared=_compared(test))

    return watch


def _compared(test: RuleTest) -> Compared:
    """Return which texts of an alert the cases of a test look at: an exact match looks at all of them."""

    def compared(replayed: Replayed) -> frozenset[str]:
        names: set[str] = set()
        for case in test.alerts:
            if case.alert != replayed.scheduled.rule.name or replayed.alerting is None:
                continue
            for expected in case.expected:
                exact = case.strictness.match == "exact"
                labels = replayed.scheduled.labels if exact else expected.labels
                annotations = replayed.alerting.alert.annotations if exact else expected.annotations
                names |= {f"label {name}" for name in labels}
                names |= {f"annotation {name}" for name in annotations}
        return frozenset(names)

    return compared
