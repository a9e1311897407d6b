"""The version that a change deserves, by semantic versioning of what others build on.

- *major*: something that routes, silences, links, dashboards or people rely on is gone or has another name: an
  alert, a recording rule, a dashboard, a variable, a label of an alert or its value, a link that leads somewhere; or an
  incident that was told of no longer is
- *minor*: something is new, or behaves otherwise under its old name: an expression, a threshold, `for`, a severity, a
  group's interval, what a panel asks or a variable lists
- *patch*: what is only read: annotations, titles, the kind of a panel
- *none*: nothing changed in meaning
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from mixwright.backtest.changes.behaviour import Behaviour
from mixwright.backtest.changes.semantic import Change, Level
from mixwright.backtest.changes.version import Version
from mixwright.values import version_numbers


@attrs.frozen
class Bump:
    """What a unit's changes deserve and what its version says; `deserved` is empty where it has no version."""

    unit: str
    level: Level
    old: str
    new: str
    deserved: str

    @property
    def enough(self) -> bool:
        """Whether the new version goes as far as the changes do."""
        return not self.deserved or version_numbers(self.new) >= version_numbers(self.deserved)


def bump(
    old: Version, new: Version, found: Sequence[Change], behaviour: Behaviour | None
) -> tuple[Bump, ...]:
    """Return what the versions of all units that are in both should be."""
    lost = behaviour is not None and bool(behaviour.undetected)
    bumps = []
    for name in sorted(old.units.keys() & new.units.keys()):
        own = [change.level for change in found if change.unit == name]
        level = max(own, default=Level.NONE)
        if lost and level is not Level.NONE:
            level = Level.MAJOR
        before, after = old.units[name].version, new.units[name].version
        deserved = next_version(before, level) if before and level is not Level.NONE else ""
        bumps.append(Bump(name, level, before, after, deserved))
    return tuple(bumps)


def next_version(version: str, level: Level) -> str:
    """Return the first version after `version` that a change of some level may have."""
    major, minor, patch = version_numbers(version)
    match level:
        # Before 1.0 anything may change, and a minor version is as good as a major one.
        case Level.MAJOR if major > 0:
            return f"{major + 1}.0.0"
        case Level.MAJOR | Level.MINOR:
            return f"{major}.{minor + 1}.0"
        case _:
            return f"{major}.{minor}.{patch + 1}"
