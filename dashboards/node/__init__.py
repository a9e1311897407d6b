"""Dashboards of machines that node_exporter watches: fleet, node, and its filesystems, disks and interfaces."""

from .fleet import fleet
from .signals import Alerts, Signals

__all__ = ["Alerts", "Signals", "fleet"]
