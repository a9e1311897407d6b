"""Jobs and CronJobs: last result, age, and duration against their own past."""

from __future__ import annotations

import attrs

from mixwright import Alert, Duration, Mixin, Recording, RuleGroup, Severity, promql
from mixwright.standard.dashboards import jobs as dashboards

from ._settings import Settings

CRON_JOB = "{{ $labels.namespace }}/{{ $labels.cronjob }}"


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    late_by: str = "10m"
    """How much later than due a CronJob may start."""
    longer_by: float = 2
    """How many times as long as its median of a day a run may take."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for jobs."""
    d = dashboards
    finished = d.named("kube_job_status_completion_time - kube_job_status_start_time")
    median = promql(f"quantile_over_time(0.5, {d.DURATION}[1d])")
    # A CronJob whose newest Job succeeded has recovered, though failed ones may still be listed.
    recovered = promql(
        f"max by (cluster, namespace, job_name) ({d.FAILED}) "
        f"unless on (cluster, namespace, job_name) ({d.COMPLETE} == 1)"
    )
    failed = Alert(
        "KubeJobFailed",
        expr=recovered > 0,
        hold="1m",
        keep_firing="2m",
        severity=Severity.TICKET,
        summary="the job {{ $labels.namespace }}/{{ $labels.job_name }} has failed",
        description="It has used up its attempts. Delete it once it is dealt with: until then it is "
        "listed, and this alert stays.",
    )
    overdue = Alert(
        "KubeCronJobOverdue",
        expr=promql(
            f"max by ({d.JOB}) (time() - {d.NEXT}) > {Duration.parse(config.late_by).seconds:g} "
            f"unless on (cluster, namespace, cronjob) {d.SUSPENDED}"
        ),
        hold="1m",
        keep_firing="2m",
        severity=Severity.TICKET,
        summary=f"the CronJob {CRON_JOB} is overdue",
        description="It should have started {{ $value | humanizeDuration }} ago.",
    )
    never = Alert(
        "KubeCronJobNeverSucceeds",
        expr=promql(
            f"max by ({d.JOB}) (time() - {d.LAST_SUCCESS}) > "
            f"4 * max by ({d.JOB}) ({d.NEXT} - {d.LAST_RUN}) + 3600 "
            f"unless on (cluster, namespace, cronjob) {d.SUSPENDED}"
        ),
        hold="5m",
        keep_firing="2m",
        severity=Severity.TICKET,
        summary=f"the CronJob {CRON_JOB} does not succeed any more",
        description="Its last success is {{ $value | humanizeDuration }} ago, several runs.",
    )
    long = Alert(
        "KubeCronJobTakesLong",
        expr=(d.DURATION > config.longer_by * median)
        & (d.DURATION > 60)
        & promql(f"last_over_time({d.DURATION}[10m] offset 12h)"),
        hold="1m",
        keep_firing="2m",
        severity=Severity.LOG,
        summary=f"the CronJob {CRON_JOB} takes longer than it does",
        description="Its last run took {{ $value | humanizeDuration }}, more than "
        f"{config.longer_by:g} times its median of a day.",
    )
    alerts = {"failed": (failed,), "overdue": (overdue,), "never": (never,), "long": (long,)}
    return config.mixin(
        "jobs",
        version="0.1.0",
        description="Jobs and CronJobs: last result, age, duration against their own past.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "jobs",
                interval=config.interval,
                rules=(
                    Recording(str(d.DURATION), expr=promql(f"max by ({d.JOB}) ({finished})")),
                    *(alert for about in alerts.values() for alert in about),
                ),
            ),
        ),
    )


MIXIN = mixin()
