"""What the configs of all mixins have in common."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from mixwright import Dashboard, Mixin, RuleGroup


@attrs.frozen(kw_only=True)
class Settings:
    """What may differ from one shop to another, whatever is watched; the defaults fit most."""

    selector: str = ""
    """Matchers of the series to watch, `job=~"node|metal", cluster!=""`."""
    interval: str = "30s"
    """How often rules are evaluated."""
    owner: str = ""
    """Value of the `owner` label of all alerts."""
    runbooks: str = "runbooks"
    """Address under which the runbooks are found."""

    def mixin(
        self,
        name: str,
        *,
        version: str,
        description: str,
        dashboards: Dashboard | Sequence[Dashboard],
        rules: Sequence[RuleGroup],
    ) -> Mixin:
        """Return a mixin that is set like this."""
        return Mixin(
            name,
            version=version,
            description=description,
            selector=self.selector,
            owner=self.owner,
            runbooks=self.runbooks,
            dashboards=dashboards,
            rules=rules,
        )
