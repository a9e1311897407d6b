"""The metric catalogue: which metrics systems expose, of which type, with which labels, values and buckets."""

from __future__ import annotations

from mixwright.catalogue.files import read_catalogue, standard, to_json
from mixwright.catalogue.metric import Catalogue, Metric, MetricType, System

__all__ = [
    "Catalogue",
    "Metric",
    "MetricType",
    "System",
    "read_catalogue",
    "standard",
    "to_json",
]
