"""Transformations as Grafana does them: from the answers of queries to the fields that a panel shows.

Source: `standardTransformers` of `@grafana/data` 13.2, with which `tests/preview` compares the results.
"""

from __future__ import annotations

from mixwright.preview.transform.frame import Field, Frame, display_name
from mixwright.preview.transform.steps import transformed

__all__ = ["Field", "Frame", "display_name", "transformed"]
