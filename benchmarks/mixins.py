"""Our mixins beside the public mixin for the same system: the same recording, the same incidents.

    python benchmarks/mixins.py RECORDING PUBLIC [--incidents FILE]

PUBLIC is a folder of plain rule files, each called after the mixin of ours that it is compared with: `node.yaml`, or
`kubernetes+kubelet.yaml` where several of ours do what one of theirs does. Both sides go through mixwright's own
engine, alert states and Alertmanager; groups that name no interval are evaluated every 30 s, as ours are. What counts
are pages and tickets. Printed per system and side:

- about: how many incidents some alert of either side is for
- found: of these, and of those that either side found, how many a page or ticket told about
- false: pages and tickets that tell about no incident, and their alerts
- delay: the median from the start of an incident to being told, of what a side found, and of what both found

Which alerts are for an incident is said by its `alerts` for ours and by `TELLING` for the public ones. Anything else
that is told while it lasts is not about it: some incidents last as long as the recording, and would excuse everything.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

import attrs

from mixwright.backtest import (
    Incident,
    Page,
    RuleSource,
    Tolerance,
    alerts_of,
    backtest,
    read_incidents,
)
from mixwright.backtest.score import outcomes, tells
from mixwright.driver.backtest import find_incidents
from mixwright.driver.project import opened, resolved
from mixwright.frame import Source
from mixwright.model import Severity
from mixwright.rulefiles import RuleFile, read_rule_file
from mixwright.values import Duration

ROOT: Final = Path(__file__).parents[1]
INTERVAL: Final = Duration(30_000)
TOLERANCE: Final = Tolerance()

TELLING: Final[Mapping[str, tuple[str, ...]]] = {
    "etcd_member_frozen": (
        "etcdMembersDown",
        "etcdInsufficientMembers",
        "etcdNoLeader",
        "etcdHighNumberOfLeaderChanges",
        "etcdHighNumberOfFailedGRPCRequests",
        "etcdGRPCRequestsSlow",
        "etcdMemberCommunicationSlow",
    ),
    "controllers_down": (
        "KubeSchedulerInstanceUnreachable",
        "KubeControllerManagerInstanceUnreachable",
    ),
    "disk_fill": ("NodeFilesystemSpaceFillingUp", "NodeFilesystemAlmostOutOfSpace"),
    "mariadb_frozen": ("MySQLDown", "MySQLReplicationNotRunning", "MySQLReplicationLag"),
    "mysql_lock": ("MySQLReplicationLag",),
    "kubelet_frozen": (
        "KubeletInstanceUnreachable",
        "KubeNodeUnreachable",
        "KubeNodeReadinessFlapping",
        "KubePodNotReady",
        "KubeDeploymentReplicasMismatch",
        "KubeStatefulSetReplicasMismatch",
        "KubeDaemonSetRolloutStuck",
    ),
    "dns_upstream_dead": (
        "CoreDNSLatencyHigh",
        "CoreDNSErrorsHigh",
        "CoreDNSForwardLatencyHigh",
        "CoreDNSForwardErrorsHigh",
        "CoreDNSForwardHealthcheckFailureCount",
        "CoreDNSForwardHealthcheckBrokenCount",
    ),
    "operator_not_started": ("PrometheusOperatorNotReady",),
    "rule_rejected": (
        "PrometheusOperatorRejectedResources",
        "PrometheusOperatorReconcileErrors",
        "PrometheusOperatorSyncFailed",
    ),
    "no_alertmanager": ("PrometheusNotConnectedToAlertmanagers",),
    "broken_workloads": (
        "KubePodCrashLooping",
        "KubePodNotReady",
        "KubeContainerWaiting",
        "KubeDeploymentReplicasMismatch",
        "KubeDeploymentRolloutStuck",
        "KubeStatefulSetReplicasMismatch",
        "KubeDaemonSetRolloutStuck",
        "KubeDaemonSetNotScheduled",
        "KubeJobNotCompleted",
        "KubeHpaMaxedOut",
        "KubeHpaReplicasMismatch",
        "KubePdbNotEnoughHealthyPods",
        "KubePersistentVolumeErrors",
    ),
    "aggregated_api_without_server": ("KubeAggregatedAPIDown", "KubeAggregatedAPIErrors"),
    "mysql_replica_behind": ("MySQLReplicationLag", "MySQLHeartbeatLag"),
    "mysql_replication_broken": ("MySQLReplicationNotRunning", "MySQLReplicationLag"),
    "mysql_killed": ("MySQLDown", "MySQLReplicationNotRunning", "MySQLReplicationLag"),
    "mysql_log_too_small": ("MySQLInnoDBLogWaits",),
    "etcd_elections": (
        "etcdHighNumberOfLeaderChanges",
        "etcdNoLeader",
        "etcdHighNumberOfFailedProposals",
        "etcdHighNumberOfFailedGRPCRequests",
        "etcdGRPCRequestsSlow",
    ),
    "etcd_peer_slow": ("etcdMemberCommunicationSlow", "etcdGRPCRequestsSlow"),
    "etcd_quorum_lost": (
        "etcdMembersDown",
        "etcdInsufficientMembers",
        "etcdNoLeader",
        "etcdHighNumberOfFailedProposals",
        "etcdHighNumberOfFailedGRPCRequests",
        "etcdGRPCRequestsSlow",
        "etcdMemberCommunicationSlow",
    ),
    "etcd_almost_full": ("etcdDatabaseQuotaLowSpace", "etcdExcessiveDatabaseGrowth"),
    "prometheus_config_refused": ("PrometheusBadConfig",),
    "rules_fail": ("PrometheusRuleFailures",),
    "rules_slow": ("PrometheusMissingRuleEvaluations",),
    "queries_waiting": ("PrometheusHighQueryLoad",),
    "alertmanager_configs_differ": ("AlertmanagerConfigInconsistent",),
    "alertmanager_config_refused": ("AlertmanagerFailedReload",),
    "alertmanager_killed": (
        "AlertmanagerClusterDown",
        "AlertmanagerClusterCrashlooping",
        "AlertmanagerClusterFailedPeers",
        "AlertmanagerMembersInconsistent",
        "PrometheusErrorSendingAlertsToSomeAlertmanagers",
    ),
    "receivers_refuse": ("AlertmanagerFailedToSendAlerts", "AlertmanagerClusterFailedToSendAlerts"),
    "alertmanagers_frozen": (
        "AlertmanagerClusterDown",
        "AlertmanagerMembersInconsistent",
        "PrometheusErrorSendingAlertsToAnyAlertmanager",
        "PrometheusErrorSendingAlertsToSomeAlertmanagers",
        "PrometheusNotificationQueueRunningFull",
    ),
    "grafana_source_failing": ("GrafanaRequestsFailing",),
    "filesystem_almost_full": ("NodeFilesystemAlmostOutOfSpace", "NodeFilesystemSpaceFillingUp"),
    "filesystem_many_files": ("NodeFilesystemAlmostOutOfFiles", "NodeFilesystemFilesFillingUp"),
}
"""Public alerts, whether they fire or not, that are for an incident; those that ours name too are not repeated."""


@attrs.frozen(kw_only=True)
class Side:
    """The rules of one side: what their alerts are called, and the pages and tickets that they led to."""

    name: str
    alerts: tuple[str, ...]
    told: tuple[Page, ...]


def with_public(
    incidents: Iterable[Incident], telling: Mapping[str, tuple[str, ...]] = TELLING
) -> tuple[Incident, ...]:
    """Return the incidents, expecting public alerts as well."""
    return tuple(
        attrs.evolve(incident, alerts=(*incident.alerts, *telling.get(incident.name, ())))
        for incident in incidents
    )


def replayed(name: str, rules: Sequence[RuleSource], source: Source) -> Side:
    """Replay the rules of one side."""
    pages = backtest(rules, source, interval=INTERVAL).pages
    return Side(
        name=name,
        alerts=tuple(alert.name for one in rules for alert in alerts_of(one)),
        told=tuple(page for page in pages if page.severity is not Severity.LOG),
    )


def together(sides: Iterable[Side]) -> Side:
    """Return what one side did for all systems."""
    every = tuple(sides)
    return Side(
        name=every[0].name,
        alerts=tuple(alert for side in every for alert in side.alerts),
        told=tuple(page for side in every for page in side.told),
    )


def delays(told: Sequence[Page], incidents: Sequence[Incident]) -> dict[str, int]:
    """Return how long it took (ms) to be told about each incident that was found, by its name."""
    found = outcomes(told, incidents, TOLERANCE)
    return {one.incident.name: one.delay for one in found if one.delay is not None}


def false(told: Iterable[Page], incidents: Sequence[Incident]) -> tuple[Page, ...]:
    """Return the notifications that tell about no incident."""
    return tuple(page for page in told if not any(tells(page, i, TOLERANCE) for i in incidents))


def rows(system: str, sides: Sequence[Side], incidents: Sequence[Incident]) -> Iterator[str]:
    """Yield a row of the table for each side."""
    names = {alert for side in sides for alert in side.alerts}
    about = sum(not names.isdisjoint(incident.alerts) for incident in incidents)
    found = [delays(side.told, incidents) for side in sides]
    either, both = set(found[0]).union(*found), set(found[0]).intersection(*found)
    for side, own in zip(sides, found, strict=True):
        wrong = false(side.told, incidents)
        which = ", ".join(sorted({f"`{alert}`" for page in wrong for alert in page.alerts}))
        cells = (
            system,
            side.name,
            len(side.alerts),
            f"{len(own)} of {about}",
            f"{len(own)} of {len(either)}",
            len(side.told),
            f"{len(wrong)}: {which}" if wrong else 0,
            clock(own.values()),
            clock(own[name] for name in both),
        )
        yield f"| {' | '.join(map(str, cells))} |"


def clock(times: Iterable[int]) -> str:
    """Write the median of times (ms) as minutes and seconds."""
    known = list(times)
    if not known:
        return "–"
    minutes, seconds = divmod(round(median(known) / 1000), 60)
    return f"{minutes}:{seconds:02}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recording", type=Path)
    parser.add_argument("public", type=Path, help="a folder of rule files, called after our mixins")
    parser.add_argument("--incidents", type=Path, help="default: in or beside the recording")
    chosen = parser.parse_args(arguments)
    truth = chosen.incidents or find_incidents(chosen.recording)
    if truth is None:
        raise SystemExit(f"error: `{chosen.recording}` has no incidents.yaml; give `--incidents`")
    files = sorted(chosen.public.glob("*.yaml"))
    if not files:
        raise SystemExit(f"error: `{chosen.public}` holds no rule files, `NAME.yaml`")
    incidents = with_public(read_incidents(truth))
    print(
        "| system | mixin | alerts | found, of about | of either | told | false | delay | of both |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    compared: list[tuple[Side, Side]] = []
    with opened(chosen.recording) as source:
        for file in files:
            own = resolved(ROOT, file.stem.split("+"))
            theirs = RuleFile(path=file, rules=read_rule_file(file))
            compared.append((replayed("ours", own, source), replayed("public", (theirs,), source)))
            system = file.stem.replace("+", ", ")
            print(*rows(system, compared[-1], incidents), sep="\n", flush=True)
    print(
        *rows("all", [together(side) for side in zip(*compared, strict=True)], incidents), sep="\n"
    )


if __name__ == "__main__":
    main()
