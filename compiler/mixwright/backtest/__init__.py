"""The simulator: rules replayed over recorded metrics, as Prometheus and Alertmanager would run them.

result = backtest(mixins, recording, incidents=read_incidents(path), interval=Duration.parse("15s"))
"""

from mixwright.backtest.conditions import Comparison, Condition
from mixwright.backtest.incidents import Incident, Tolerance, read_incidents
from mixwright.backtest.notify import Page
from mixwright.backtest.outcome import (
    AlertResult,
    Backtest,
    RatedAlert,
    RuleSource,
    alerts_of,
    backtest,
)
from mixwright.backtest.score import Outcome, Score
from mixwright.backtest.silence import Silence, SilenceKind, brief, readable
from mixwright.replay.groups import Failure, Progress, Replayed
from mixwright.replay.states import Episode

__all__ = [
    "AlertResult",
    "Backtest",
    "Comparison",
    "Condition",
    "Episode",
    "Failure",
    "Incident",
    "Outcome",
    "Page",
    "Progress",
    "RatedAlert",
    "Replayed",
    "RuleSource",
    "Score",
    "Silence",
    "SilenceKind",
    "Tolerance",
    "alerts_of",
    "backtest",
    "brief",
    "read_incidents",
    "readable",
]
