"""Grafana's file provisioning: where it finds each mixin's dashboards, and the Prometheus that they ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from mixwright.backends.artifact import Artifact
from mixwright.backends.resources import folder_title, folder_uid
from mixwright.model import Mixin

MOUNTED = "/var/lib/mixwright"
"""Where Grafana sees the output directory."""


def provisioning(mixins: Sequence[Mixin]) -> Iterator[Artifact]:
    """Yield the files of `provisioning/`, which lies beside the mixins' folders in the output directory.

    Every mixin has its own provider file, so that compiling one mixin leaves the others alone.
    """
    for mixin in mixins:
        if mixin.dashboards:
            path = f"provisioning/dashboards/{mixin.name}.yaml"
            yield _file(path, f"the dashboards of mixin {mixin.name}", _provider(mixin))
    yield _file(
        "provisioning/datasources/prometheus.yaml",
        "the data source; Grafana fills in the variable PROMETHEUS_URL of its environment",
        _DATA_SOURCE,
    )
    # Grafana tells of an error for each of these folders that is missing.
    yield _file("provisioning/plugins/none.yaml", "no plugins", {"apiVersion": 1, "apps": []})
    yield _file("provisioning/alerting/none.yaml", "no alerts of its own", {"apiVersion": 1})
    if any(map(_reads_logs, mixins)):
        yield _file(
            "provisioning/datasources/loki.yaml",
            "the logs; Grafana fills in the variable LOKI_URL of its environment",
            _LOGS,
        )


def _reads_logs(mixin: Mixin) -> bool:
    return any(panel.logs for one in mixin.all_dashboards() for panel in one.all_panels())


def _provider(mixin: Mixin) -> dict[str, Any]:
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": f"mixwright-{mixin.name}",
                "orgId": 1,
                "type": "file",
                # Named here, because Grafana gives folders that it finds on disk another uid on every server.
                "folder": folder_title(mixin),
                "folderUid": folder_uid(mixin),
                "disableDeletion": False,
                "allowUiUpdates": False,
                "updateIntervalSeconds": 30,
                "options": {"path": f"{MOUNTED}/{mixin.name}/dashboards"},
            }
        ],
    }


_DATA_SOURCE = {
    "apiVersion": 1,
    "datasources": [
        {
            "name": "Prometheus",
            "uid": "prometheus",
            "orgId": 1,
            "type": "prometheus",
            "access": "proxy",
            "url": "${PROMETHEUS_URL}",
            "isDefault": True,
            "editable": False,
            # `$__rate_interval` is at least four times this; it must not be below the scrape interval.
            "jsonData": {
                "httpMethod": "POST",
                "prometheusType": "Prometheus",
                "timeInterval": "15s",
            },
        }
    ],
}


_LOGS = {
    "apiVersion": 1,
    "datasources": [
        {
            "name": "Loki",
            "uid": "loki",
            "orgId": 1,
            "type": "loki",
            "access": "proxy",
            "url": "${LOKI_URL}",
            "editable": False,
        }
    ],
}


def _file(path: str, what: str, content: dict[str, Any]) -> Artifact:
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=2**31)
    return Artifact(
        path, f"# Grafana provisioning: {what}. Compiled by mixwright.\n{text}".encode()
    )
