"""All mixins linted together and what they are linted for, with the facts that many checks ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, reduce

import attrs

from mixwright.catalogue import Catalogue
from mixwright.lint.bundle import Bundle, bundles
from mixwright.lint.conditions import unconditional
from mixwright.lint.facts import Facts
from mixwright.lint.profile import Profile
from mixwright.lint.rendered import rendered
from mixwright.lint.things import RECORDINGS, AnyGroup, AnyMixin, AnyRecording, ForeignMixin
from mixwright.lint.witness import Witness
from mixwright.model import Mixin
from mixwright.promql import Call, Expr, metric_names, walk
from mixwright.promql.labelflow import Fate, LabelFlow, Presence, flow


@attrs.frozen
class Project:
    """Mixins that are linted together."""

    mixins: tuple[AnyMixin, ...]
    profile: Profile
    catalogue: Catalogue
    today: date = date.min
    witness: Witness | None = None

    @cached_property
    def bundles(self) -> Mapping[int, Bundle]:
        """The dashboards of every mixin as Grafana reads them, by the mixin's identity."""
        groups = [(rendered(mixin), isinstance(mixin, Mixin)) for mixin in self.mixins]
        return dict(zip(map(id, self.mixins), bundles(groups), strict=True))

    @cached_property
    def facts(self) -> Facts:
        """What is known of metrics that no recording rule makes."""
        exprs = {n: tuple(r.expr for _, r in rules) for n, rules in self.recordings.items()}
        return Facts(self.catalogue, exprs)

    @cached_property
    def recordings(self) -> Mapping[str, tuple[tuple[AnyGroup, AnyRecording], ...]]:
        """All recording rules with their groups, by the name they record."""
        found: dict[str, tuple[tuple[AnyGroup, AnyRecording], ...]] = {}
        for mixin in self.mixins:
            for group, rule in mixin.all_rules():
                if isinstance(rule, RECORDINGS):
                    found[rule.name] = (*found.get(rule.name, ()), (group, rule))
        return found

    @cached_property
    def expressions(self) -> Mapping[int, Mapping[Expr, str]]:
        """What each mixin records without labels of its own: the name by the expression."""
        return {
            id(mixin): {
                rule.expr: rule.name
                for _, rule in mixin.all_rules()
                if isinstance(rule, RECORDINGS) and not rule.labels
            }
            for mixin in self.mixins
        }

    @cached_property
    def recorded(self) -> Mapping[str, LabelFlow]:
        """The labels that recorded series can have, by name."""
        known: dict[str, LabelFlow] = {}
        for name in self.recordings:
            self._record(name, known, ())
        return known

    def _record(self, name: str, known: dict[str, LabelFlow], path: tuple[str, ...]) -> None:
        """Fill `known` for `name`, after what it reads; a rule that reads itself stays unknown there."""
        if name in known or name in path:
            return
        flows = []
        for group, rule in self.recordings[name]:
            for read in sorted(metric_names(rule.expr)):
                if read in self.recordings:
                    self._record(read, known, (*path, name))
            labels = {**group.labels, **rule.labels}
            flows.append(flow(rule.expr, known).with_({n: _set(name, labels[n]) for n in labels}))
        known[name] = reduce(lambda left, right: left.merge(right, Fate.__or__), flows)

    @cached_property
    def conditional(self) -> frozenset[str]:
        """The names of recorded series that are only there while their rule's condition holds."""
        return frozenset(
            name
            for name, rules in self.recordings.items()
            if all(unconditional(rule.expr) is None for _, rule in rules)
        )

    @cached_property
    def read(self) -> frozenset[str]:
        """The names of all metrics that rules, panels and variables read."""
        return frozenset(name for expr in self._expressions() for name in metric_names(expr))

    def is_exposed(self, name: str) -> bool:
        """Tell whether a name with colons looks like a target's own, as others with its first part do."""
        return name.partition(":")[0] in self._exposed

    @cached_property
    def _exposed(self) -> frozenset[str]:
        """The first parts of names that are rated and not recorded: a rate is of what targets count."""
        return frozenset(name.partition(":")[0] for name in self.rated - set(self.recordings))

    def shown(self, mixin: AnyMixin) -> frozenset[str]:
        """Return the metrics that a mixin's panels read, with those that recorded ones are made of."""
        read = frozenset(
            name
            for file in self.bundles[id(mixin)].files
            for query in file.queries
            if query.expr is not None
            for name in metric_names(query.expr)
        )
        return self.sources(read)

    def sources(self, names: frozenset[str]) -> frozenset[str]:
        """Return metrics with all that the recorded ones among them are made of."""
        found: set[str] = set()
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            found.add(name)
            for _, rule in self.recordings.get(name, ()):
                waiting |= metric_names(rule.expr) - found
        return frozenset(found)

    @cached_property
    def rated(self) -> frozenset[str]:
        """The names of all metrics that somebody takes a rate of, so that they are counters."""
        return frozenset(
            name
            for expr in self._expressions()
            for call in walk(expr, Call)
            if call.function in ("increase", "irate", "rate")
            for name in metric_names(call)
        )

    def _expressions(self) -> Iterator[Expr]:
        for mixin in self.mixins:
            for _, rule in mixin.all_rules():
                yield rule.expr
            for dashboard in mixin.all_dashboards():
                for panel in dashboard.all_panels():
                    yield from (query.expr for query in panel.show)
                for variable in dashboard.labels():
                    if variable.of is not None:
                        yield variable.of
            for file in mixin.files if isinstance(mixin, ForeignMixin) else ():
                yield from file.expressions


def _set(rule: str, value: str) -> Fate:
    """Return the fate of a label that a recording rule sets; an empty value removes it."""
    if value:
        return Fate(Presence.ALWAYS, reason=f"recording rule `{rule}` adds it")
    return Fate(Presence.NEVER, reason=f"recording rule `{rule}` removes it")
