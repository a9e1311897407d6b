"""Shards of time evaluated by the workers of a dask.distributed cluster.

Workers read the recording themselves and evaluate what reads nothing but the recording. Here, in the
order of time, come rules that read what rules write, alert states and pages: what is made of the
workers' values is what would have been made of our own.
"""

from __future__ import annotations

from mixwright.cluster.address import Cluster
from mixwright.cluster.spreading import spread

__all__ = ["Cluster", "spread"]
