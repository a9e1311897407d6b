"""Derive the package's catalogue from scrapes: `python derive.py EXPOSITIONS [FACTS]`.

`EXPOSITIONS` is a folder of files called SYSTEM_VERSION[_PART].prom, as `curl …/metrics` writes them.
To bring a system up to date, put a scrape of the new version beside the old ones and run this again.
`FACTS` is a JSON file with what no scrape shows: `{system: {metric: {"type": …, "labels": […]}}}`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from mixwright.catalogue import Metric, to_json
from mixwright.catalogue.metric import TYPES, MetricType
from mixwright.catalogue.observed import Family, observed, scraped

HERE = Path(__file__).parent


@attrs.frozen(kw_only=True)
class Exposed:
    """How a system's scrapes are called, which names are its alone, and what was renamed."""

    files: str
    closed: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    renamed: dict[str, str] = attrs.field(factory=dict)


SYSTEMS = {
    "Alertmanager": Exposed(
        files="alertmanager", closed=("alertmanager_",), facts=("alertmanager",)
    ),
    "apache_exporter": Exposed(
        files="apache_exporter", closed=("apache_",), facts=("apache_exporter",)
    ),
    "blackbox_exporter": Exposed(files="blackbox_exporter", facts=("blackbox_exporter",)),
    "cAdvisor": Exposed(
        files="cadvisor|kubelet(?=.*cadvisor)",
        closed=("container_cpu_", "container_memory_", "container_network_", "container_fs_"),
        facts=("cadvisor",),
    ),
    "CoreDNS": Exposed(
        files="coredns",
        closed=("coredns_forward_", "coredns_dns_", "coredns_cache_", "coredns_panics_"),
        facts=("coredns",),
        renamed={
            "coredns_forward_healthcheck_failures_total": "coredns_proxy_healthcheck_failures_total",
            "coredns_forward_request_duration_seconds": "coredns_proxy_request_duration_seconds",
            "coredns_forward_requests_total": "coredns_proxy_request_duration_seconds_count",
            "coredns_forward_responses_total": "coredns_proxy_request_duration_seconds_count",
            "coredns_dns_request_count_total": "coredns_dns_requests_total",
            "coredns_dns_response_rcode_count_total": "coredns_dns_responses_total",
            "coredns_panic_count_total": "coredns_panics_total",
        },
    ),
    "containerd": Exposed(files="containerd", facts=("container_runtime",)),
    "Envoy": Exposed(files="envoy", facts=("envoy",)),
    "etcd": Exposed(
        files="etcd",
        closed=("etcd_disk_", "etcd_network_", "etcd_server_", "etcd_mvcc_", "etcd_http_"),
        facts=("etcd",),
        renamed={
            "etcd_http_failed_total": "",
            "etcd_http_received_total": "",
            "etcd_http_successful_duration_seconds": "",
        },
    ),
    "Grafana": Exposed(files="grafana", facts=("grafana",)),
    "istiod": Exposed(
        files="istiod",
        closed=("pilot_", "galley_", "mixer_"),
        facts=("istio",),
        renamed={
            "mixer_runtime_dispatches_total": "",
            "pilot_xds_push_errors": "pilot_total_xds_internal_errors",
        },
    ),
    "jmx_exporter": Exposed(
        files="jmx_exporter",
        facts=("jmx_exporter",),
        renamed={
            "jvm_memory_bytes_used": "jvm_memory_used_bytes",
            "jvm_memory_bytes_max": "jvm_memory_max_bytes",
            "jvm_memory_bytes_committed": "jvm_memory_committed_bytes",
        },
    ),
    "kube-apiserver": Exposed(
        files="kube-apiserver",
        closed=("apiserver_request_", "apiserver_flowcontrol_", "apiserver_storage_"),
        facts=("kube_apiserver",),
        renamed={
            "apiserver_longrunning_gauge": "apiserver_longrunning_requests",
            "apiserver_registered_watchers": "",
            "apiserver_request_count": "apiserver_request_total",
            "apiserver_request_latencies": "apiserver_request_duration_seconds",
            "apiserver_request_slo_duration_seconds": "apiserver_request_sli_duration_seconds",
            "etcd_object_counts": "apiserver_storage_objects",
        },
    ),
    "kube-controller-manager": Exposed(
        files="kube-controller-manager",
        facts=("kube_controller_manager",),
        renamed={
            "node_collector_evictions_number": "node_collector_evictions_total",
            "storage_operation_errors_total": "storage_operation_duration_seconds_count",
            "storage_operation_status_count": "storage_operation_duration_seconds_count",
        },
    ),
    "kube-eagle": Exposed(files="kube-eagle", closed=("eagle_",), facts=("kube_eagle",)),
    "kube-proxy": Exposed(files="kube-proxy", closed=("kubeproxy_",), facts=("kube_proxy",)),
    "kube-scheduler": Exposed(
        files="kube-scheduler",
        closed=("scheduler_",),
        facts=("kube_scheduler",),
        renamed={
            "scheduler_e2e_scheduling_duration_seconds": "scheduler_scheduling_attempt_duration_seconds",
            "scheduler_pod_scheduling_duration_seconds": "scheduler_pod_scheduling_sli_duration_seconds",
            "scheduler_binding_duration_seconds": "",
            "scheduler_volume_scheduling_duration_seconds": "",
        },
    ),
    "kube-state-metrics": Exposed(
        files="kube-state-metrics",
        closed=(
            "kube_certificatesigningrequest_",
            "kube_configmap_",
            "kube_cronjob_",
            "kube_daemonset_",
            "kube_deployment_",
            "kube_horizontalpodautoscaler_",
            "kube_job_",
            "kube_node_",
            "kube_persistentvolume_",
            "kube_pod_",
            "kube_replicaset_",
            "kube_statefulset_",
        ),
        facts=("kube_state_metrics",),
        renamed={
            "kube_hpa_spec_max_replicas": "kube_horizontalpodautoscaler_spec_max_replicas",
            "kube_hpa_status_current_replicas": "kube_horizontalpodautoscaler_status_current_replicas",
            "kube_hpa_status_desired_replicas": "kube_horizontalpodautoscaler_status_desired_replicas",
            "kube_node_status_allocatable_cpu_cores": "kube_node_status_allocatable",
            "kube_node_status_allocatable_memory_bytes": "kube_node_status_allocatable",
            "kube_node_status_allocatable_pods": "kube_node_status_allocatable",
            "kube_node_status_capacity_cpu_cores": "kube_node_status_capacity",
            "kube_node_status_capacity_memory_bytes": "kube_node_status_capacity",
            "kube_node_status_capacity_pods": "kube_node_status_capacity",
            "kube_pod_container_resource_limits_cpu_cores": "kube_pod_container_resource_limits",
            "kube_pod_container_resource_limits_memory_bytes": "kube_pod_container_resource_limits",
            "kube_pod_container_resource_requests_cpu_cores": "kube_pod_container_resource_requests",
            "kube_pod_container_resource_requests_memory_bytes": "kube_pod_container_resource_requests",
            # Reflectors with WatchList do not list any more.
            "kube_state_metrics_list_total": "kube_state_metrics_watch_total",
        },
    ),
    "kubelet": Exposed(
        files="kubelet(?!.*cadvisor)",
        closed=("kubelet_", "prober_"),
        facts=("kubelet", "probes"),
        renamed={
            "kubelet_node_config_error": "",
            "kubelet_running_container_count": "kubelet_running_containers",
            "kubelet_running_pod_count": "kubelet_running_pods",
        },
    ),
    "Loki": Exposed(files="loki", facts=("loki",)),
    "mysqld_exporter": Exposed(files="mysqld_exporter", facts=("mysqld_exporter",)),
    "nginx-prometheus-exporter": Exposed(
        files="nginx_exporter",
        facts=("nginx_exporter",),
        renamed={"nginxexporter_build_info": "nginx_exporter_build_info"},
    ),
    "node-problem-detector": Exposed(
        files="node-problem-detector", closed=("problem_",), facts=("node_problem_detector",)
    ),
    "node_exporter": Exposed(
        files="node_exporter",
        closed=("node_cpu_", "node_filesystem_", "node_disk_", "node_load"),
        facts=("node_exporter",),
        renamed={
            "node_cpu": "node_cpu_seconds_total",
            "node_filesystem_avail": "node_filesystem_avail_bytes",
            "node_filesystem_free": "node_filesystem_free_bytes",
            "node_filesystem_size": "node_filesystem_size_bytes",
            "node_memory_MemAvailable": "node_memory_MemAvailable_bytes",
            "node_memory_MemFree": "node_memory_MemFree_bytes",
            "node_memory_MemTotal": "node_memory_MemTotal_bytes",
            "node_network_receive_bytes": "node_network_receive_bytes_total",
            "node_network_transmit_bytes": "node_network_transmit_bytes_total",
        },
    ),
    "Prometheus": Exposed(
        files="prometheus(?!-)",
        closed=("prometheus_engine_", "prometheus_rule_", "prometheus_tsdb_", "prometheus_target_"),
        facts=("prometheus",),
        renamed={
            "prometheus_remote_storage_queue_highest_timestamp_seconds": (
                "prometheus_remote_storage_highest_timestamp_in_seconds"
            )
        },
    ),
    "prometheus-operator": Exposed(
        files="prometheus-operator",
        closed=("prometheus_operator_",),
        facts=("prometheus_operator",),
    ),
    "Promtail": Exposed(files="promtail", facts=("promtail",)),
}

_VERSION = re.compile(r"_(v?\d+(?:\.\d+)*[-\w]*?|head)(?:_|$)")

# Untyped, or gauges by mistake, that only grow until a restart.
_COUNTS = re.compile(
    r"etcd_server_proposals_(applied|committed)_total|node_vmstat_(oom_kill|pg.*)|"
    r"node_netstat_(?!.*(CurrEstab|Forwarding)).*|"
    r"mysql_global_status_(aborted_\w+|aria_pagecache_\w+_requests|binlog_(cache_use|commits|"
    r"group_commits|bytes_written)|bytes_(received|sent)|connections|created_tmp_\w+|empty_queries|"
    r"innodb_buffer_pool_(read|write)_requests|innodb_buffer_pool_reads|innodb_data_fsyncs|"
    r"innodb_log_(waits|writes|write_requests)|innodb_os_log_written|innodb_row_lock_waits|opened_\w+|"
    r"queries|questions|rows_(read|sent|tmp_read)|select_\w+|slow_queries|sort_(rows|scan)|"
    r"table_locks_\w+|table_open_cache_(hits|misses)|uptime)"
)

# What a label can be is said in the documentation; scrapes show a part of it, or too few series.
_VALUES = {
    ("kube_node_status_condition", "status"): ("false", "true", "unknown"),
    ("kube_pod_status_phase", "phase"): ("Failed", "Pending", "Running", "Succeeded", "Unknown"),
    ("node_cpu_seconds_total", "mode"): (
        ("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user")
    ),
    ("prober_probe_total", "probe_type"): ("Liveness", "Readiness", "Startup"),
    ("prober_probe_total", "result"): ("failed", "successful", "unknown"),
}

_GROWING = {
    ("kube_node_status_condition", "condition"),
    ("kube_horizontalpodautoscaler_status_condition", "condition"),
}
"""Anybody can add a value."""

# What the kernel or the runtime says depends on those rather than on the exporter.
_NOT_AGED = re.compile(r"(go|process|promhttp|node_memory|container|machine)_.*|scrape_error")

# Every program may expose these, with buckets and labels of its own.
_ANYBODYS = re.compile(r"http_.*|requests?_.*|scrape_.*|up")


def main(expositions: Path, facts: Path | None) -> None:
    """Write one file for each system beside this script."""
    known: dict[str, Any] = {} if facts is None else json.loads(facts.read_text())
    for name, exposed in SYSTEMS.items():
        system = observed(name, list(_versions(expositions, exposed)), closed=exposed.closed)
        metrics = {
            metric_name: _mended(metric)
            for metric_name, metric in system.metrics.items()
            if not _ANYBODYS.fullmatch(metric_name)
        }
        for part in exposed.facts:
            for metric_name, said in known.get(part, {}).items():
                fact = _fact(metric_name, said)
                if fact is not None and not _ANYBODYS.fullmatch(metric_name):
                    metrics.setdefault(metric_name, fact)
        for old in exposed.renamed:
            metrics.pop(old, None)
        numbered = tuple(version for version in system.versions if version)
        complete = attrs.evolve(system, metrics=metrics, renamed=exposed.renamed, versions=numbered)
        file = name.lower().replace("_", "-")
        (HERE / f"{file}.json").write_text(to_json(complete))
        print(f"{name}: {len(metrics)} metrics, versions {', '.join(system.versions) or 'none'}")


def _versions(folder: Path, exposed: Exposed) -> Iterator[tuple[str, list[dict[str, Family]]]]:
    by_version: dict[str, list[dict[str, Family]]] = {}
    for file in sorted(folder.glob("*.prom")):
        if re.match(f"(?:{exposed.files})", file.stem):
            found = _VERSION.search(file.stem)
            version = "" if found is None or found[1] == "head" else found[1]
            by_version.setdefault(version, []).append(scraped(file))
    order = sorted(by_version, key=lambda text: [int(n) for n in re.findall(r"\d+", text)])
    for version in order:
        yield version, by_version[version]


def _mended(metric: Metric) -> Metric:
    values = {
        label: values
        for label, values in metric.values.items()
        if (metric.name, label) not in _GROWING
    }
    values |= {label: v for (name, label), v in _VALUES.items() if name == metric.name}
    some = {label: seen for label, seen in metric.some_values.items() if label not in values}
    counts = metric.type != "counter" and _COUNTS.fullmatch(metric.name) is not None
    if _NOT_AGED.fullmatch(metric.name):
        metric = attrs.evolve(metric, since="", until="")
    return attrs.evolve(metric, values=values, some_values=some, counts=counts)


def _fact(name: str, said: dict[str, Any]) -> Metric | None:
    if said["source"].startswith(("scrape", "absent")):
        return None
    kind: MetricType = next((kind for kind in TYPES if kind == said["type"]), "untyped")
    return Metric(name=name, type=kind, labels=tuple(said["labels"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
