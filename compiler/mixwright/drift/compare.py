"""Dashboards of a server compared with those that the definitions become."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import attrs

from mixwright.dashboardfiles import DashboardFile, Parsed
from mixwright.importers import differences
from mixwright.importers.dashboards import words

Kind: TypeAlias = Literal["edited", "not in code", "not in Grafana", "duplicate", "unused"]
Plan: TypeAlias = Literal["adopt", "delete", "deploy", "look"]

_SAME = 0.8
_FEWEST = 3
_TEMPORARY = re.compile(r"^(test|tmp|temp|wip|new dashboard)\b|\b(copy|copy of .*)$", re.IGNORECASE)


@attrs.frozen(eq=False)
class LiveDashboard:
    """A dashboard as it lives in Grafana; `views` is None where the server does not count them."""

    view: DashboardFile
    folder: str
    version: int
    edited_by: str
    provisioned: bool
    views: int | None


@attrs.frozen
class Finding:
    """One thing that is not as the definitions say, and what to do about it."""

    kind: Kind
    uid: str
    title: str
    folder: str
    details: tuple[str, ...]
    plan: Plan
    advice: str


@attrs.frozen
class Drift:
    """All findings, and how much was compared; `counted` says whether the server tells views."""

    findings: tuple[Finding, ...]
    live: int
    ours: int
    counted: bool


def compare(live: Sequence[LiveDashboard], ours: Sequence[DashboardFile]) -> Drift:
    """Return what differs between a server's dashboards and those of the definitions."""
    found = (*_edited(live, ours), *_strays(live, ours), *_missing(live, ours))
    counted = any(one.views is not None for one in live)
    return Drift(found, len(live), len(ours), counted)


def _edited(live: Sequence[LiveDashboard], ours: Sequence[DashboardFile]) -> Iterator[Finding]:
    by_uid = {one.uid: one for one in ours}
    for one in live:
        own = by_uid.get(one.view.uid)
        if own is None:
            continue
        changes = tuple(_changes(own, one.view))
        if changes:
            by = f", last by {one.edited_by}" if one.edited_by else ""
            yield Finding(
                "edited",
                one.view.uid,
                one.view.title,
                one.folder,
                changes,
                "adopt",
                f"version {one.version}{by}: write what was meant into the definition, then deploy",
            )


def _changes(own: DashboardFile, live: DashboardFile) -> Iterator[str]:
    """Yield what somebody changed in the browser, in words."""
    counted = Counter(
        f"{one.where}: {words(one)}" if one.where.startswith("panel") else words(one)
        for one in differences(own, live)
    )
    yield from (one if n == 1 else f"{one} ({n} times)" for one, n in counted.items())
    for what, before, after in (
        ("variable", [v.name for v in own.variables], [v.name for v in live.variables]),
        ("panel", [p.title for p in own.panels], [p.title for p in live.panels]),
        ("link", [_address(own, n) for n in range(len(own.links))],
         [_address(live, n) for n in range(len(live.links))]),
    ):  # fmt: skip
        gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
        yield from (f"{what} `{name}` is gone" for name in gone)
        yield from (f"{what} `{name}` is new" for name in new)


def _address(dashboard: DashboardFile, number: int) -> str:
    link = dashboard.links[number]
    return f"{link.title} → {link.url or ', '.join(link.tags)}"


def _strays(live: Sequence[LiveDashboard], ours: Sequence[DashboardFile]) -> Iterator[Finding]:
    """Yield dashboards that no definition becomes, each with what is known of its use."""
    uids = {one.uid for one in ours}
    linked = {link.uid for one in live for link in one.view.links if link.uid}
    titles = {one.title: one for one in ours}
    asked = [(one.title, _questions(one)) for one in ours]
    for one in live:
        view = one.view
        if view.uid in uids:
            continue
        twin = _twin(view, asked)
        asked.append((view.title, _questions(view)))
        details = []
        if one.provisioned:
            details.append("provisioned from elsewhere")
        details.append("linked to" if view.uid in linked else "nothing links to it")
        if one.views is not None:
            details.append(f"looked at {one.views} times" if one.views else "nobody looks at it")
        kind: Kind = "not in code"
        unused = view.uid not in linked and one.views == 0
        if twin:
            kind, plan, advice = "duplicate", "delete", f"`{twin}` asks the same; delete this one"
        elif view.title in titles:
            kind, plan = "duplicate", "delete"
            advice = f"`{view.title}` is in code under the uid `{titles[view.title].uid}`; delete this one"
        elif unused or _TEMPORARY.search(view.title.strip()):
            kind = "unused" if unused else kind
            plan, advice = "delete", "delete it, or import it while somebody remembers why"
        elif one.provisioned:
            plan, advice = "look", "another repository owns it"
        else:
            plan, advice = "adopt", f"mixwright import {_file(view)}"
        yield Finding(kind, view.uid, view.title, one.folder, tuple(details), plan, advice)  # type: ignore[arg-type]


def _file(view: DashboardFile) -> str:
    return f"{view.uid}.json"


def _missing(live: Sequence[LiveDashboard], ours: Sequence[DashboardFile]) -> Iterator[Finding]:
    uids = {one.view.uid for one in live}
    for one in ours:
        if one.uid not in uids:
            yield Finding(
                "not in Grafana", one.uid, one.title, "", (), "deploy", "deploy it, or drop it"
            )


def _questions(dashboard: DashboardFile) -> frozenset[str]:
    return frozenset(
        query.parsed.shown() for query in dashboard.queries if isinstance(query.parsed, Parsed)
    )


def _twin(view: DashboardFile, asked: Sequence[tuple[str, frozenset[str]]]) -> str:
    """Return the title of a dashboard that asks nearly the same."""
    own = _questions(view)
    for title, theirs in asked if len(own) >= _FEWEST else ():
        if len(own & theirs) > _SAME * len(own | theirs):
            return title
    return ""
