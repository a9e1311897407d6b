"""Static checks over resolved mixins: what cannot work, and what nobody would thank us for, before it ships."""

from mixwright.lint.check import Bad, Check, Context, Finding, Good, check
from mixwright.lint.project import Profile
from mixwright.lint.runner import all_checks, explain, lint

__all__ = [
    "Bad",
    "Check",
    "Context",
    "Finding",
    "Good",
    "Profile",
    "all_checks",
    "check",
    "explain",
    "lint",
]
