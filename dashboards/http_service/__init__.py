"""Dashboards of HTTP services: all of them, one service, one of its instances."""

from .fleet import fleet
from .signals import Alerts, Signals

__all__ = ["Alerts", "Signals", "fleet"]
