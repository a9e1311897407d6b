"""What the resources of Grafana's API and of Kubernetes have in common: names, folders, labels."""

from __future__ import annotations

from typing import Any

from mixwright.model import Dashboard, Mixin
from mixwright.passes.identify import uid

Json = dict[str, Any]


def resource(version: str, mixin: Mixin, dashboard: Dashboard, spec: Json) -> Json:
    """Return a dashboard as a resource of Grafana's API."""
    return {
        "apiVersion": f"dashboard.grafana.app/{version}",
        "kind": "Dashboard",
        "metadata": {
            "name": dashboard.uid,
            "annotations": {"grafana.app/folder": folder_uid(mixin)},
        },
        "spec": spec,
    }


def folder(mixin: Mixin) -> Json:
    """Return the folder of a mixin's dashboards, as Git Sync finds it in a directory."""
    return {
        "apiVersion": "folder.grafana.app/v1",
        "kind": "Folder",
        "metadata": {"name": folder_uid(mixin)},
        "spec": {"title": folder_title(mixin)},
    }


def folder_uid(mixin: Mixin) -> str:
    """Return the uid of a mixin's folder, the same on every server, and no dashboard's.

    Grafana keeps folders and dashboards in one table.
    """
    return uid("mixwright-folder", mixin.name)


def folder_title(mixin: Mixin) -> str:
    """Return what a mixin's folder is called; Grafana 10 refuses a dashboard that is called as any folder is."""
    return f"{mixin.name} mixin"


def object_name(dashboard: Dashboard) -> str:
    """Return the name of a dashboard's object in Kubernetes, which has lower-case letters, digits and `-`."""
    return "".join(c if c.isalnum() else "-" for c in f"dashboard-{dashboard.uid}".lower()).strip(
        "-"
    )


def labels(mixin: Mixin) -> dict[str, str]:
    """Return the labels that say where an object comes from."""
    return {
        "app.kubernetes.io/managed-by": "mixwright",
        "app.kubernetes.io/part-of": mixin.name,
        "app.kubernetes.io/version": mixin.version,
    }
