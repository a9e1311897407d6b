"""Exporters scraped directly, at an interval, as Prometheus scrapes them.

What is appended, marked stale and reported about each scrape follows `scrape/scrape.go` of
Prometheus, its quirks included.
"""

from __future__ import annotations

from mixwright.recordings.scrape.run import Scraping
from mixwright.recordings.scrape.target import Target, parse_target

__all__ = ["Scraping", "Target", "parse_target"]
