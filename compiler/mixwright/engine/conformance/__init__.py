"""Upstream's PromQL test scripts: reading them, running them, and saying what failed."""

from __future__ import annotations

from mixwright.engine.conformance.runner import Outcome, Result, run_script, run_scripts

__all__ = ["Outcome", "Result", "run_script", "run_scripts"]
