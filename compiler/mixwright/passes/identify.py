"""Dashboard uids and tags: readable, made of mixin and slug, the same in every build.

Requires: unique slugs.
Ensures: every dashboard has a uid of at most 40 characters that no other dashboard of the mixin has, and
the tags by which lists find it.
"""

from __future__ import annotations

import hashlib

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, Mixin
from mixwright.passes.dashboards import each_dashboard

_LONGEST = 40  # Grafana refuses longer ones
_DIGEST = 8

ROOT = "root"
"""The tag of dashboards that nothing leads down to."""


def identify(mixin: Mixin) -> Mixin:
    """Fill `uid` where the definition leaves it open."""
    shared = (
        "mixwright",
        f"mixin:{mixin.name}",
        *((f"owner:{mixin.owner}",) if mixin.owner else ()),
    )

    def named(dashboard: Dashboard, parent: Dashboard | None) -> Dashboard:
        tags = (*shared, *((ROOT,) if parent is None else ()), *dashboard.tags)
        return attrs.evolve(
            dashboard,
            uid=dashboard.uid or uid(mixin.name, dashboard.slug),
            tags=tuple(dict.fromkeys(tags)),
        )

    identified = each_dashboard(mixin, named)
    seen: dict[str, Dashboard] = {}
    for dashboard in identified.all_dashboards():
        first = seen.setdefault(dashboard.uid, dashboard)
        if first is not dashboard:
            raise DefinitionError(
                f"dashboards `{first.title}` and `{dashboard.title}` have the uid `{dashboard.uid}`, "
                f"the first at {first.origin}; a uid belongs to one dashboard",
                dashboard.origin,
            )
    return identified


def uid(mixin: str, slug: str) -> str:
    """Return `mixin-slug`, shortened by a digest where Grafana would refuse the length."""
    name = slug if slug == mixin or slug.startswith(f"{mixin}-") else f"{mixin}-{slug}"
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST - _DIGEST - 1]}-{digest}"
