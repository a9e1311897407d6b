"""Alertmanager: its configuration, read or compiled, and what it would have sent to whom and when.

Source: Alertmanager 0.35; where 0.25 differs the module that it concerns says so.
"""

from __future__ import annotations

from mixwright.alertmanager.config import Config, Inhibition, Integration, Receiver, Route
from mixwright.alertmanager.read import read_config, read_silences
from mixwright.alertmanager.routing import as_if_reached, compiled_config
from mixwright.alertmanager.simulate import (
    Delivery,
    Flush,
    Notification,
    Reason,
    Silence,
    Simulation,
    simulate,
)

__all__ = [
    "Config",
    "Delivery",
    "Flush",
    "Inhibition",
    "Integration",
    "Notification",
    "Reason",
    "Receiver",
    "Route",
    "Silence",
    "Simulation",
    "as_if_reached",
    "compiled_config",
    "read_config",
    "read_silences",
    "simulate",
]
