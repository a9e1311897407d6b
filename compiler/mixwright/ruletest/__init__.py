"""Unit tests of rules: promtool's test files, run against the replay of the rules they name.

What promtool cannot say is asked for under `mixwright:`, for a file or for one case of it:

    mixwright:
      mixins: [node]
      match: partial
      tolerance: 0.01
      nan_equal: true
      group_intervals: true
      equivalent: [{rule: DiskFills, change: 'max → min', reason: a disk has one series}]
    tests:
      - mixwright: {recording: {path: ../metrics, select: ['{job="node"}']}}
        alert_rule_test:
          - eval_time: 5m
            alertname: DiskFills
            exp_alerts: [{exp_labels: {instance: a}}]
            mixwright: {state: pending, until: 9m}
"""

from __future__ import annotations

from mixwright.ruletest.result import CaseResult, FileResult, TestResult
from mixwright.ruletest.run import run_files

__all__ = ["CaseResult", "FileResult", "TestResult", "run_files"]
