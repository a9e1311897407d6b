"""Dashboards of Jobs and CronJobs, like the tiles of a job monitor: last result, age, duration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql

JOB = "cluster, namespace, cronjob"
CRON_JOB = r"(.+?)-[0-9]+"
LAST_SUCCESS = promql("kube_cronjob_status_last_successful_time")
LAST_RUN = promql("kube_cronjob_status_last_schedule_time")
NEXT = promql("kube_cronjob_next_schedule_time")
SUSPENDED = promql("kube_cronjob_spec_suspend == 1")
FAILED = promql('kube_job_failed{condition="true"}')
COMPLETE = promql('kube_job_complete{condition="true"}')
DURATION = promql("cronjob:job_duration:max")
"""Recorded: seconds that the last Job of each CronJob took."""

Alerts = Mapping[str, Sequence[Alert]]


def named(jobs: str) -> str:
    """Return series of Jobs with the name of their CronJob as `cronjob`."""
    return f'label_replace({jobs}, "cronjob", "$1", "job_name", "{CRON_JOB}")'


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all CronJobs of a namespace, and one of them."""
    name = "{{cronjob}}"
    return Dashboard(
        "Jobs",
        slug="namespace",
        description="Which job did not run, failed, or took longer than it does? One tile each.",
        per=Variable("namespace", of="kube_job_info", multi=True),
        rows=(
            Row(
                "Jobs",
                (
                    Panel(
                        "Failed",
                        promql(f"sum({FAILED}) or vector(0)"),
                        kind="stat",
                        unit="short",
                        description="Jobs that have failed and are still there.",
                    ),
                    Panel(
                        "Running",
                        promql("sum(kube_job_status_active)"),
                        kind="stat",
                        unit="short",
                        description="Pods of jobs that run.",
                    ),
                    Panel(
                        "Since the last success",
                        promql(f"time() - max by ({JOB}) ({LAST_SUCCESS})"),
                        kind="stat",
                        unit="s",
                        legend=name,
                        alert=alerts["never"],
                        description="One tile for each CronJob: how long ago it last succeeded.",
                    ),
                    Panel(
                        "Jobs now",
                        (
                            Query(
                                promql(f"time() - max by ({JOB}) ({LAST_SUCCESS})"),
                                legend="s since success",
                                instant=True,
                            ),
                            Query(
                                promql(f"time() - max by ({JOB}) ({LAST_RUN})"),
                                legend="s since start",
                                instant=True,
                            ),
                            Query(
                                promql(f"max by ({JOB}) (kube_cronjob_status_active)"),
                                legend="running",
                                instant=True,
                            ),
                        ),
                        kind="table",
                        unit="short",
                        decimals=0,
                        height=8,
                        description="One line for each CronJob.",
                    ),
                    Panel(
                        "Failed jobs",
                        promql(f"max by (namespace, job_name) ({FAILED})"),
                        unit="short",
                        minimum=0,
                        legend="{{job_name}}",
                        alert=alerts["failed"],
                        description="Jobs that have failed, by name.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "CronJob",
                slug="cronjob",
                description="Is this job on time, and does it take as long as it does?",
                per=Variable("cronjob", of=LAST_RUN),
                rows=(
                    Row(
                        "Runs",
                        (
                            Panel(
                                "Time of a run",
                                (
                                    Query(DURATION, legend="last"),
                                    Query(
                                        promql(f"quantile_over_time(0.5, {DURATION}[1d])"),
                                        legend="median of 1d",
                                    ),
                                ),
                                unit="s",
                                minimum=0,
                                alert=alerts["long"],
                                description="How long the last run took, and what is usual.",
                            ),
                            Panel(
                                "Since the last start",
                                promql(f"time() - {LAST_RUN}"),
                                unit="s",
                                minimum=0,
                                legend="since start",
                                description="Age of the last run.",
                            ),
                            Panel(
                                "Until the next",
                                promql(f"{NEXT} - time()"),
                                unit="s",
                                legend="until start",
                                alert=alerts["overdue"],
                                description="Time until the next run is due; below 0 it is late.",
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
