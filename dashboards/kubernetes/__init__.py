"""Dashboards of what runs on Kubernetes: cluster, namespace, workload, pod."""

from .cluster import cluster
from .records import Records

__all__ = ["Records", "cluster"]
