"""Drift as text for a terminal, as JSON, and as Markdown with the plan as a list to tick off."""

from __future__ import annotations

import json
from itertools import groupby

import attrs

from mixwright.drift.compare import Drift, Finding


def text(drift: Drift) -> str:
    """Return findings by what is the matter."""
    lines = []
    for kind, found in groupby(_sorted(drift), key=lambda one: one.kind):
        lines.append(f"{kind}:")
        for one in found:
            folder = f" in `{one.folder}`" if one.folder else ""
            lines.append(f"  {one.title} ({one.uid}){folder}")
            lines += [f"    {detail}" for detail in one.details]
            lines.append(f"    → {one.plan}: {one.advice}")
        lines.append("")
    return "\n".join([*lines, summary(drift), ""])


def markdown(drift: Drift) -> str:
    """Return the plan as a list of tasks."""
    lines = ["# Drift", "", summary(drift), ""]
    for plan, found in groupby(
        sorted(drift.findings, key=lambda one: (one.plan, one.title)), key=lambda one: one.plan
    ):
        lines += [f"## {plan.capitalize()}", ""]
        for one in found:
            lines.append(
                f"- [ ] **{_plain(one.title)}** (`{one.uid}`), {one.kind}: {_plain(one.advice)}"
            )
            lines += [f"  - {_plain(detail)}" for detail in one.details]
        lines.append("")
    return "\n".join(lines)


def to_json(drift: Drift) -> str:
    """Return everything as an object."""
    return json.dumps(attrs.asdict(drift), indent=2, ensure_ascii=False)


def summary(drift: Drift) -> str:
    """Return how much was compared and found, in a line."""
    views = "" if drift.counted else "; this Grafana does not tell who looks at what"
    number = len(drift.findings)
    found = "nothing drifted" if not number else f"{number} finding{'s' if number > 1 else ''}"
    return f"{drift.live} dashboards in Grafana, {drift.ours} in code: {found}{views}"


def _sorted(drift: Drift) -> list[Finding]:
    return sorted(drift.findings, key=lambda one: (one.kind, one.title, one.uid))


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    for character in "\\`*_[]<>|":
        text = text.replace(character, f"\\{character}") if character != "`" else text
    return text.replace("\n", " ")
