"""PromQL over frames: plan, optimise, evaluate whole matrices."""

from __future__ import annotations

from mixwright.engine.evaluate import evaluate, evaluate_each, evaluate_range_vector
from mixwright.engine.explain import explain
from mixwright.engine.reads import reads
from mixwright.engine.run import Options
from mixwright.engine.warmup import warm_up

__all__ = [
    "Options",
    "evaluate",
    "evaluate_each",
    "evaluate_range_vector",
    "explain",
    "reads",
    "warm_up",
]
