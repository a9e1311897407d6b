"""What is recorded of containers, so that every level of the hierarchy can be narrowed to its workload.

kube-state-metrics and cAdvisor know pods, not what they belong to: each recorded series carries the
workload, found through the owner of its pod.
"""

from __future__ import annotations

import attrs

from mixwright import Recording, promql
from mixwright.promql import Expr

POD = ("cluster", "namespace", "pod")
OWNER = "namespace_pod:owner:max"
REPLICASET = "(.+)-[a-z0-9]+"
"""The name of a Deployment's ReplicaSet: that of the Deployment and a hash."""
CRON_JOB = "(.+?)(?:-[0-9]+)?"
"""The name of a Job: that of its CronJob and the minute it was due, or its own."""


def _owned(selector: str, kind: str, name: str) -> str:
    """Return pods with the labels `workload` and `kind`."""
    found = f'label_replace(kube_pod_owner{{{selector}}}, "workload", "$1", "owner_name", "{name}")'
    return f'label_replace({found}, "kind", "{kind}", "", "")'


def _kept(selector: str) -> str:
    found = f'label_replace(kube_pod_owner{{{selector}}}, "workload", "$1", "owner_name", "(.+)")'
    return f'label_replace({found}, "kind", "$1", "owner_kind", "(.+)")'


@attrs.frozen
class Records:
    """Recording rules, and the series they write; values are per container unless they say otherwise."""

    @staticmethod
    def of(metric: Expr | str) -> Expr:
        """Return pods' or containers' values with `workload` and `kind` on them."""
        return promql(
            f"({metric}) * on (cluster, namespace, pod) group_left (workload, kind) {OWNER}"
        )

    cpu_used = promql("container:cpu_used:rate5m")
    cpu_throttled = promql("container:cpu_throttled:ratio5m")
    cpu_requested = promql("container:cpu_requested:max")
    cpu_limit = promql("container:cpu_limit:max")
    memory_used = promql("container:memory_used:max")
    memory_requested = promql("container:memory_requested:max")
    memory_limit = promql("container:memory_limit:max")
    restarts = promql("container:restarts:increase15m")
    received = promql("pod:network_received:rate5m")
    sent = promql("pod:network_sent:rate5m")
    ready = promql("pod:ready:max")
    wanted = promql("workload:replicas_wanted:max")
    available = promql("workload:replicas_available:max")
    owner = promql(OWNER)
    waiting = promql("container:waiting:max")
    """1 for each reason for which a container waits."""
    pods = promql("workload:pods:count")
    """How many pods a workload has; 0 for one that has none."""

    def rules(self) -> tuple[Recording, ...]:
        """Return the rules, each after what it reads."""
        owned = " or ".join(
            (
                _owned('owner_kind="ReplicaSet"', "Deployment", REPLICASET),
                _owned('owner_kind="Job"', "Job", CRON_JOB),
                _kept('owner_kind!~"ReplicaSet|Job|<none>|"'),
            )
        )
        container = "cluster, namespace, pod, container"
        used = 'container!="",image!=""'
        pairs = (
            (
                self.cpu_used,
                f"sum by ({container}) (rate(container_cpu_usage_seconds_total{{{used}}}[5m]))",
            ),
            (
                self.cpu_throttled,
                f"sum by ({container}) "
                '(rate(container_cpu_cfs_throttled_periods_total{container!=""}[5m])) / '
                f"sum by ({container}) "
                '(rate(container_cpu_cfs_periods_total{container!=""}[5m]))',
            ),
            (
                self.memory_used,
                # One of them runs: the other is what it replaced, or the same, scraped twice.
                f"max by ({container}) (container_memory_working_set_bytes{{{used}}})",
            ),
            (self.cpu_requested, self._resource("requests", "cpu")),
            (self.cpu_limit, self._resource("limits", "cpu")),
            (self.memory_requested, self._resource("requests", "memory")),
            (self.memory_limit, self._resource("limits", "memory")),
            (
                self.restarts,
                f"max by ({container}) (increase(kube_pod_container_status_restarts_total[15m]))",
            ),
            (
                self.waiting,
                f"max by ({container}, reason) (kube_pod_container_status_waiting_reason)",
            ),
            (
                self.received,
                "sum by (cluster, namespace, pod) "
                '(rate(container_network_receive_bytes_total{pod!=""}[5m]))',
            ),
            (
                self.sent,
                "sum by (cluster, namespace, pod) "
                '(rate(container_network_transmit_bytes_total{pod!=""}[5m]))',
            ),
            (
                self.ready,
                'max by (cluster, namespace, pod) (kube_pod_status_ready{condition="true"})',
            ),
        )
        return (
            Recording(
                OWNER, expr=promql(f"max by (cluster, namespace, pod, workload, kind) ({owned})")
            ),
            *(Recording(str(name), expr=self.of(text)) for name, text in pairs),
            Recording(str(self.wanted), expr=self._replicas(*_WANTED)),
            Recording(str(self.available), expr=self._replicas(*_AVAILABLE)),
            Recording(
                str(self.pods),
                expr=promql(
                    f"count by (cluster, namespace, workload, kind) ({OWNER}) or 0 * {self.wanted}"
                ),
            ),
        )

    @staticmethod
    def _resource(kind: str, resource: str) -> str:
        """Return what containers ask for or may use, of pods that have not ended."""
        return (
            "max by (cluster, namespace, pod, container) "
            f'(kube_pod_container_resource_{kind}{{resource="{resource}"}}) '
            "and on (cluster, namespace, pod) "
            '(kube_pod_status_phase{phase=~"Pending|Running"} == 1)'
        )

    @staticmethod
    def _replicas(deployment: str, stateful: str, daemon: str) -> Expr:
        def named(metric: str, kind: str, label: str) -> str:
            found = f'label_replace({metric}, "workload", "$1", "{label}", "(.+)")'
            return f'label_replace({found}, "kind", "{kind}", "", "")'

        parts = (
            named(deployment, "Deployment", "deployment"),
            named(stateful, "StatefulSet", "statefulset"),
            named(daemon, "DaemonSet", "daemonset"),
        )
        return promql(f"max by (cluster, namespace, workload, kind) ({' or '.join(parts)})")


_WANTED = (
    "kube_deployment_spec_replicas",
    "kube_statefulset_replicas",
    "kube_daemonset_status_desired_number_scheduled",
)
_AVAILABLE = (
    "kube_deployment_status_replicas_available",
    "kube_statefulset_status_replicas_available",
    "kube_daemonset_status_number_available",
)
