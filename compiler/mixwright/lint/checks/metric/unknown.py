"""A metric that the system it is named after does not expose.

## Why is this bad?
The name is misspelt, or the metric was renamed or removed in a later version. The selector matches
nothing: the panel is empty, the alert dead, and `absent()` fires for ever.

## Use instead
The name that the message proposes; `old or new` while both versions run. Systems that the catalogue
does not know are left alone; `mixwright catalogue` makes a catalogue of your own.

## Upstream
https://cloudflare.github.io/pint/checks/promql/series.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.catalogue import Catalogue
from mixwright.lint import Bad, Context, Finding, Good, Profile, check
from mixwright.lint.versions import older
from mixwright.promql import Binary, Expr, Selector, children
from mixwright.promql.labelflow import is_templated

EXAMPLES = (
    Good('sum by (phase) (kube_pod_status_phase{phase="Running"})'),
    Good("sum(kubelet_running_pod_count) or sum(kubelet_running_pods)"),
    Good("site_visits_total"),
    Good("sum(kubelet_running_pod_count)", Profile(versions={"kubelet": "1.18.0"})),
    Bad(
        "prometheus_api_remote_read_queries",
        "`prometheus_api_remote_read_queries` is not exposed by Prometheus 3.5.3; "
        "it was last seen in 2.42.0",
        Profile(prometheus="3.5.3", versions={"prometheus": "3.5.3"}),
    ),
    Bad(
        "sum(kubelet_running_pod_count)",
        "`kubelet_running_pod_count` is not exposed by kubelet 1.36.2; "
        "it was renamed to `kubelet_running_pods`",
    ),
    Bad(
        "rate(node_cpu_second_total[5m])",
        "`node_cpu_second_total` is not exposed by node_exporter 1.11.1; "
        "did you mean `node_cpu_seconds_total`?",
    ),
    Bad(
        "rate(etcd_http_failed_total[5m])",
        "`etcd_http_failed_total` is not exposed by etcd 3.5.30; it was removed",
    ),
)


@check(on=Expr)
def unknown(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look up every metric; of `a or b` one must be known."""
    catalogue = context.project.catalogue
    for selector in _selectors(expr, catalogue):
        name = selector.name or ""
        if not name or name in context.project.recordings or is_templated(name):
            continue
        said = _said(name, catalogue, context)
        if said:
            yield Finding(f"`{name}` is not exposed by {said}", selector)


def _said(name: str, catalogue: Catalogue, context: Context) -> str:
    """Return who does not expose a metric and what to write instead; nothing when it may be there."""
    renamed = catalogue.renamed(name)
    if renamed is not None:
        system, new = renamed
        version = context.profile.versions.get(system.name.lower())
        if version is not None and system.versions and older(version, system.versions[0]):
            # Before all that is known here the old name may well be the right one.
            return ""
        return f"{system.said}; " + (f"it was renamed to `{new}`" if new else "it was removed")
    found = catalogue.find(name)
    if found:
        return _gone(name, catalogue, context)
    owner = catalogue.owner(name)
    near = catalogue.near(name)
    hint = "" if near is None else f"; did you mean `{near[1]}`?"
    if owner is not None:
        return f"{owner.said}{hint}"
    # Nobody knows all that other systems expose, so that only a slip of the pen is one.
    return f"{near[0].said}{hint}" if near is not None and _is_slip(name, near[1]) else ""


def _gone(name: str, catalogue: Catalogue, context: Context) -> str:
    """Return what is known of a metric that the target's version does not have yet or any more."""
    for system, metric in catalogue.find(name):
        version = context.profile.versions.get(system.name.lower())
        if version is not None and metric.until and older(metric.until, version):
            return f"{system.name} {version}; it was last seen in {metric.until}"
        if version is not None and metric.since and older(version, metric.since):
            return f"{system.name} {version}; it was first seen in {metric.since}"
    return ""


def _is_slip(name: str, near: str) -> bool:
    """Tell whether two names differ by a letter or two, and not by a word or a number."""
    if sorted(name) == sorted(near):
        return True
    longer, shorter = sorted((name, near), key=len, reverse=True)
    return (
        len(longer) - len(shorter) == 1
        and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
        and not any(character.isdigit() for character in name + near)
    )


def _selectors(expr: Expr, catalogue: Catalogue) -> Iterator[Selector]:
    match expr:
        case Selector():
            yield expr
        case Binary("or", left, right):
            sides = [list(_selectors(side, catalogue)) for side in (left, right)]
            # What bridges a renaming reads both names on purpose.
            if not any(_all_known(side, catalogue) for side in sides):
                yield from sides[0] + sides[1]
        case _:
            for child in children(expr):
                yield from _selectors(child, catalogue)


def _all_known(selectors: list[Selector], catalogue: Catalogue) -> bool:
    return bool(selectors) and all(catalogue.find(s.name or "") for s in selectors)
