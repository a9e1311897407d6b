"""Alertmanager's configuration for all mixins of a project: routes and inhibitions, receivers by name only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from mixwright.alertmanager import Config, Route, compiled_config
from mixwright.backends.artifact import Artifact
from mixwright.model import Mixin
from mixwright.values import Matcher

_HEADER = """\
# Alertmanager: who is told what, and which alerts another one explains. Compiled by mixwright.
# Receivers are named here and told nothing: copy this file, and say under each name how it is reached.
"""


def alertmanager(mixins: Sequence[Mixin]) -> Iterator[Artifact]:
    """Yield `routing/alertmanager.yaml`, unless no mixin has an alert."""
    if any(True for mixin in mixins for _ in mixin.alerts()):
        text = yaml.safe_dump(
            content(compiled_config(mixins)), sort_keys=False, allow_unicode=True, width=2**31
        )
        yield Artifact("routing/alertmanager.yaml", (_HEADER + text).encode())


def content(config: Config) -> dict[str, Any]:
    """Return a configuration as YAML has it."""
    root = config.route
    found: dict[str, Any] = {
        "route": {
            "receiver": root.receiver,
            "group_by": sorted(root.group_by or ()),
            "group_wait": str(root.group_wait),
            "group_interval": str(root.group_interval),
            "repeat_interval": str(root.repeat_interval),
            "routes": [_route(route) for route in root.routes],
        }
    }
    if config.inhibitions:
        found["inhibit_rules"] = [
            {
                "source_matchers": list(map(_matcher, rule.source)),
                "target_matchers": list(map(_matcher, rule.target)),
                "equal": list(rule.equal),
            }
            for rule in config.inhibitions
        ]
    return found | {"receivers": [{"name": receiver.name} for receiver in config.receivers]}


def _route(route: Route) -> dict[str, Any]:
    own: dict[str, Any] = {
        "receiver": route.receiver,
        "matchers": list(map(_matcher, route.matchers)),
    }
    return own | ({"routes": list(map(_route, route.routes))} if route.routes else {})


def _matcher(matcher: Matcher) -> str:
    """Return a matcher as both of Alertmanager's grammars read it: the value in quotes."""
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.name}{matcher.op.value}"{value}"'
