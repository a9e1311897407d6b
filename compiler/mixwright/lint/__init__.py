"""Static checks over resolved mixins: what cannot work, and what nobody would thank us for, before it ships."""

from mixwright.lint.check import SEVERITIES, Bad, Check, Context, Finding, Good, check
from mixwright.lint.profile import Profile
from mixwright.lint.runner import all_checks, explain, lint
from mixwright.lint.things import (
    ALERTS,
    GROUPS,
    PAGING,
    RECORDINGS,
    AnyAlert,
    AnyGroup,
    AnyRecording,
    ForeignMixin,
)

__all__ = [
    "ALERTS",
    "GROUPS",
    "PAGING",
    "RECORDINGS",
    "SEVERITIES",
    "AnyAlert",
    "AnyGroup",
    "AnyRecording",
    "Bad",
    "Check",
    "Context",
    "Finding",
    "ForeignMixin",
    "Good",
    "Profile",
    "all_checks",
    "check",
    "explain",
    "lint",
]
