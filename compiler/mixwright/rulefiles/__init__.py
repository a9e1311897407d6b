"""Rules that others wrote: Prometheus rule files and PrometheusRule resources, read for replaying."""

from __future__ import annotations

from mixwright.rulefiles.read import read_rule_file
from mixwright.rulefiles.rules import (
    ForeignAlert,
    ForeignGroup,
    ForeignRecording,
    ForeignRule,
    RuleFile,
)

__all__ = [
    "ForeignAlert",
    "ForeignGroup",
    "ForeignRecording",
    "ForeignRule",
    "RuleFile",
    "read_rule_file",
]
