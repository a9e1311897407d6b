"""An alerting rule's values turned into alerts: identities, states, and annotations expanded when one fires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.errors import EvaluationError
from mixwright.frame import Matrix
from mixwright.replay import written
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.evaluation import Setting, query_function, template_value
from mixwright.replay.overlay import Overlay
from mixwright.replay.rules import AlertingRule
from mixwright.replay.states import Episode, Lives, Machine
from mixwright.templating import Surroundings, TemplateValue, expand, is_static
from mixwright.values import METRIC_NAME, Labels

Results: TypeAlias = dict[Labels, tuple[Labels, TemplateValue]]
"""What one evaluation of an alert found: identity to the sample's labels and value."""


@attrs.frozen
class Alerting:
    """An alerting rule with what its templates may ask for."""

    scheduled: ScheduledRule
    alert: AlertingRule
    surroundings: Surroundings

    @classmethod
    def of(
        cls, scheduled: ScheduledRule, alert: AlertingRule, overlay: Overlay, setting: Setting
    ) -> Alerting:
        """Return the rule with queries answered from what has been recorded and written so far."""
        query = query_function(overlay, setting.options)
        surroundings = Surroundings(query, setting.external_labels, setting.external_url)
        return cls(scheduled, alert, surroundings)

    @property
    def is_static(self) -> bool:
        """Whether an alert's identity follows from its sample's labels alone."""
        return all(is_static(text) for text in self.scheduled.labels.values())

    def lives(self) -> Lives:
        """Return what follows the alerts of a rule whose identities are static."""
        return Lives(self.alert.name, hold=self.alert.hold, keep_firing=self.alert.keep_firing)

    def machine(self) -> Machine:
        """Return a state machine for the rule."""
        alert, limit = self.alert, self.scheduled.group.limit
        return Machine(alert.name, hold=alert.hold, keep_firing=alert.keep_firing, limit=limit)

    def identity(self, sample: Labels, value: TemplateValue, time: int) -> Labels:
        """Return an alert's labels: the sample's without the name, the rule's expanded, and `alertname`."""
        rule = {
            name: self._expand(text, sample, value, time)
            for name, text in self.scheduled.labels.items()
        }
        name = {"alertname": self.alert.name}
        return sample.drop((METRIC_NAME,)).with_(rule).with_(name)

    def results(self, matrix: Matrix, step: int, time: int) -> Results:
        """Return one evaluation's results.

        Raises `EvaluationError` when two samples have one identity.
        """
        rows = np.flatnonzero(matrix.present[:, step]).tolist()
        results: Results = {}
        for row in rows:
            sample, value = matrix.labels[row], template_value(matrix, row, step)
            results[self.identity(sample, value, time)] = sample, value
        if len(results) < len(rows):
            raise EvaluationError(written.DUPLICATE_ALERTS)
        return results

    def annotated(self, episode: Episode) -> Episode:
        """Expand the annotations as they were when the alert fired; nobody sees those of a pending one."""
        if episode.fired_at is None or episode.fired_value is None:
            return episode
        expanded = self.annotations(episode.sample, episode.fired_value, episode.fired_at)
        return attrs.evolve(episode, annotations=Labels(expanded))

    def annotations(self, sample: Labels, value: TemplateValue, time: int) -> Mapping[str, str]:
        """Return the annotations as they are after an evaluation with this result."""
        return {
            name: self._expand(text, sample, value, time)
            for name, text in self.alert.annotations.items()
        }

    def _expand(self, text: str, sample: Labels, value: TemplateValue, time: int) -> str:
        return expand(
            text,
            alert=self.alert.name,
            labels=sample,
            value=value,
            time_ms=time,
            surroundings=self.surroundings,
        )
