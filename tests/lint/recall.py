"""What the checks must find: alerts that were proven dead, other linters' examples, seeded defects.

`benchmarks/lint.py` counts how many of them are found.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

from mixwright.driver.foreign import read_foreign
from mixwright.lint import Finding, Profile, lint
from mixwright.recordings import Recording


@attrs.frozen
class Case:
    """A rule file, by what is wrong with it, and the code of the check that has to say so."""

    what: str
    text: str
    code: str
    needs_recording: bool = False

    def found(self, recording: Recording | None = None) -> tuple[Finding, ...]:
        return findings(self.text, recording)


def findings(text: str, recording: Recording | None = None) -> tuple[Finding, ...]:
    """What is found in a rule file, for a Prometheus of today with external labels."""
    target = Profile(prometheus="3.5.3", external_labels={"region": "eu"})
    with TemporaryDirectory() as folder:
        file = Path(folder, "rules.yaml")
        file.write_text(text)
        return lint(read_foreign([file]), profile=target, recording=recording)


def alert(
    expr: str, *, hold: str = "5m", summary: str = "{{ $labels }} fails", more: str = ""
) -> str:
    lines = "\n".join(f"      {line}" for line in expr.splitlines())
    rule = f"  - alert: Alert\n    expr: |\n{lines}\n    for: {hold}\n"
    labels = "    labels: {severity: critical}\n"
    return f"groups:\n- name: group\n  rules:\n{rule}{labels}    annotations:\n      summary: '{summary}'\n{more}"


QUANTILE = "histogram_quantile(0.99, sum by (instance, le) (rate(%s[5m]))) > %s"

DEAD = (
    Case(
        "a quantile beyond the highest finite bucket",
        alert(QUANTILE % ("kubelet_pod_worker_duration_seconds_bucket", "60")),
        "metric/beyond-buckets",
    ),
    Case(
        "the same behind a join",
        alert(
            "histogram_quantile(0.99, sum by (instance, le) "
            "(rate(kubelet_pod_worker_duration_seconds_bucket[5m]))) "
            "* on (instance) group_left (node) kubelet_node_name > 60"
        ),
        "metric/beyond-buckets",
    ),
    Case(
        "a histogram that was renamed",
        alert(QUANTILE % ("coredns_forward_request_duration_seconds_bucket", "4")),
        "metric/unknown",
    ),
    Case(
        "a counter that was renamed",
        alert(
            'sum(rate(coredns_forward_responses_total{rcode="SERVFAIL"}[5m])) > 1', summary="DNS"
        ),
        "metric/unknown",
    ),
    Case(
        "a counter that was removed",
        alert("rate(coredns_forward_healthcheck_failures_total[5m]) > 1"),
        "metric/unknown",
    ),
    Case(
        "a counter that nothing increments any more",
        alert('sum(rate(kube_state_metrics_list_total{result="error"}[5m])) > 1', summary="KSM"),
        "metric/unknown",
    ),
    Case(
        "0/0, whatever happens",
        alert(
            "sum by (controller) (rate(prometheus_operator_list_operations_failed_total[10m]))\n"
            "/ sum by (controller) (rate(prometheus_operator_list_operations_total[10m])) > 0.4"
        ),
        "recorded/always-nan",
        needs_recording=True,
    ),
    Case(
        "a metric of a version that is not released",
        alert("time() - prometheus_remote_storage_queue_highest_timestamp_seconds > 120"),
        "metric/unknown",
    ),
    Case(
        "a matcher that excludes everything",
        alert('rate(alertmanager_notifications_failed_total{integration!~".*"}[5m]) > 0.01'),
        "promql/empty-selector",
    ),
    Case(
        "an alert on one system that fires for every target",
        alert("up{} == 0", summary="the mesh reports nothing"),
        "alert/nameless-target",
    ),
    Case(
        "increase of a gauge",
        alert("increase(pilot_conflict_outbound_listener_tcp_over_current_tcp[5m]) > 0"),
        "promql/rate-of-gauge",
    ),
    Case(
        "a metric that was removed long ago",
        alert("rate(pilot_xds_push_errors[5m]) > 1"),
        "metric/unknown",
    ),
    Case(
        "metrics of a component that was removed",
        alert(
            'sum(rate(mixer_runtime_dispatches_total{adapter="prometheus"}[5m])) < 180', summary="x"
        ),
        "metric/unknown",
    ),
    Case(
        "metrics of an API that was removed",
        alert("sum by (method) (rate(etcd_http_failed_total[5m])) > 0.01"),
        "metric/unknown",
    ),
    Case(
        "delta of an untyped counter",
        alert("delta(mysql_global_status_slow_queries[1m]) > 0"),
        "promql/delta-of-counter",
    ),
    Case(
        "deriv of an untyped counter",
        alert("deriv(mysql_global_status_questions[5m]) > 10000"),
        "promql/delta-of-counter",
    ),
    Case("rate of a gauge", alert("rate(workqueue_depth[5m]) > 1"), "promql/rate-of-gauge"),
    Case(
        "a gauge that was removed",
        alert("rate(kubelet_node_config_error[5m]) > 0"),
        "metric/unknown",
    ),
    Case(
        "a counter whose successor has another shape",
        alert("rate(storage_operation_errors_total[5m]) > 1"),
        "metric/unknown",
    ),
    Case(
        "a histogram that has no successor",
        alert(QUANTILE % ("scheduler_volume_scheduling_duration_seconds_bucket", "1")),
        "metric/unknown",
    ),
    Case(
        "absent() that is silent while the target is listed but dead",
        alert('absent(up{job="kube-scheduler"})', hold="15m", summary="the scheduler is gone"),
        "alert/absent-up",
    ),
    Case(
        "the same, while only a warning sees it",
        alert(
            'absent(up{job="kube-scheduler"})',
            summary="the scheduler is gone",
            more='  - alert: Unreachable\n    expr: up{job="kube-scheduler"} == 0\n    for: 15m\n'
            "    labels: {severity: warning}\n    annotations: {summary: '{{ $labels.instance }}'}\n",
        ),
        "alert/absent-up",
    ),
    Case(
        "the same, seen in what was recorded",
        alert('absent(up{job="kube-scheduler"})', summary="the scheduler is gone"),
        "recorded/silent-absent",
        needs_recording=True,
    ),
    Case(
        "a filter that the other side of `or` undoes",
        alert('(anomaly:level unless anomaly:sparse) or {__name__="anomaly:level"} > 0'),
        "promql/undone-filter",
    ),
)
"""Kinds of public alerts that were shown dead, or silent when they matter, on recorded data."""


def pint(check: str, expr: str, code: str, **fields: str) -> Case:
    return Case(check, alert(expr, **fields), code)


PINT = (
    pint("alerts/absent", 'absent(up{job="a"} == 1)', "alert/missing-hold", hold="0s", summary="x"),
    pint("alerts/comparison", "sum by (job) (queue)", "alert/without-condition"),
    pint("alerts/comparison, bool", "queue > bool 5", "alert/bool-comparison"),
    pint("alerts/comparison, or", "queue > 5 or queue_age", "alert/without-condition"),
    pint(
        "alerts/external_labels",
        "queue > 5",
        "alert/unknown-external-label",
        summary="{{ $labels }} in {{ $externalLabels.cluster }}",
    ),
    pint("alerts/template, syntax", "queue > 5", "file/unreadable", summary="{{ $labels"),
    pint(
        "alerts/template, function", "queue > 5", "file/unreadable", summary="{{ $value | huma }}"
    ),
    pint(
        "alerts/template, label",
        "sum by (job) (queue) > 5",
        "alert/impossible-label",
        summary="{{ $labels.pod }}",
    ),
    pint(
        "alerts/template, absent",
        'absent(queue{job="a"})',
        "alert/impossible-label",
        summary="{{ $labels.pod }}",
    ),
    pint(
        "alerts/template, query",
        "queue > 5",
        "alert/broken-query",
        summary='{{ $labels }} {{ query "sum(" }}',
    ),
    pint(
        "alerts/template, humanize",
        "rate(queue_bytes_total[5m]) > 5",
        "alert/unhumanised-value",
        summary="{{ $labels }} {{ $value }}",
    ),
    Case(
        "alerts/template, value in labels",
        alert("queue > 5").replace("severity: critical", "severity: critical, is: '{{ $value }}'"),
        "alert/value-in-label",
    ),
    Case(
        "labels/conflict",
        alert("queue > 5").replace("severity:", "region: us, severity:"),
        "label/external-conflict",
    ),
    pint("promql/counter", "queue_errors_total > 5", "promql/raw-counter"),
    pint("promql/features", "mad_over_time(queue[5m]) > 5", "promql/experimental-function"),
    pint("promql/features, version", "first_over_time(queue[5m]) > 5", "promql/newer-prometheus"),
    pint("promql/fragile, topk", "topk(5, queue) > 5", "alert/unstable-selection"),
    pint(
        "promql/fragile, aggregations",
        "sum(queue) / sum(limit) > 5",
        "alert/jumpy-ratio",
        hold="0s",
    ),
    pint(
        "promql/impossible, join",
        "sum by (a) (queue) / sum by (b) (limit) > 5",
        "promql/impossible-join",
    ),
    pint(
        "promql/impossible, on",
        "queue * on (pod) sum by (job) (limit) > 5",
        "promql/impossible-join",
    ),
    pint(
        "promql/impossible, by",
        "sum by (pod) (sum by (job) (queue)) > 5",
        "promql/impossible-grouping",
    ),
    pint(
        "promql/impossible, group_left",
        "queue * on (job) group_left (team) sum by (job) (limit) > 5",
        "promql/impossible-copied-label",
    ),
    pint("promql/impossible, constants", "queue > 5 and on () vector(0) > 1", "promql/never-true"),
    pint("promql/impossible, unless", 'queue{a="b"} unless queue', "promql/unless-everything"),
    pint("promql/impossible, or", "sum(queue or vector(0)) or vector(1) > 5", "promql/dead-or"),
    pint(
        "promql/nan",
        "avg by (job) (rate(bad_total[5m]) / rate(all_total[5m])) > 5",
        "promql/division-in-aggregate",
    ),
    pint("promql/offset", "queue / queue offset 30d > 5", "promql/beyond-retention"),
    pint("promql/range_query", "avg_over_time(queue[30d]) > 5", "promql/beyond-retention"),
    pint("promql/rate, short", "rate(queue_errors_total[20s]) > 5", "promql/short-rate-window"),
    pint("promql/rate, gauge", "rate(go_goroutines[5m]) > 5", "promql/rate-of-gauge"),
    pint(
        "promql/rate, of a sum",
        "rate(sum(queue_errors_total)[5m:]) > 5",
        "promql/aggregate-before-rate",
    ),
    pint("promql/regexp, literal", 'queue{job=~"a"} > 5', "promql/regex-on-literal"),
    pint("promql/regexp, anchors", 'queue{job=~"^a.+$"} > 5', "promql/redundant-anchor"),
    pint("promql/regexp, wildcard", 'queue{job=~".*"} > 5', "promql/wildcard-regex"),
    pint("promql/series, name", "rate(node_cpu_second_total[5m]) > 5", "metric/unknown"),
    pint(
        "promql/series, label",
        'rate(node_cpu_seconds_total{modes="idle"}[5m]) > 5',
        "metric/unknown-label",
    ),
    pint(
        "promql/series, value",
        'rate(node_cpu_seconds_total{mode="Idle"}[5m]) > 5',
        "metric/unknown-value",
    ),
    pint("promql/series, recording rule", "job:queue:sum > 5", "promql/unknown-recording"),
    pint("promql/syntax", "sum(queue", "file/unreadable"),
    Case(
        "group/interval",
        alert("queue > 5").replace("name: group", "name: group\n  interval: 10m"),
        "group/slow-interval",
    ),
    Case(
        "rule/duplicate",
        "groups:\n- name: g\n  rules:\n"
        + 2 * "  - {record: 'job:queue:sum', expr: 'sum(queue)'}\n",
        "recording/duplicate",
    ),
    Case(
        "rule/dependency",
        alert("job:queue:sum > 5", more="  - {record: 'job:queue:sum', expr: 'sum(queue)'}\n"),
        "recording/read-before-recorded",
    ),
    Case(
        "yaml/parse",
        alert("queue > 5").replace("    for:", "    for: 5m\n    for:"),
        "file/unreadable",
    ),
)
"""The examples of pint's pages, rewritten."""

CORRECT = """\
groups:
- name: api
  interval: 30s
  rules:
  - record: job:api_requests:rate5m
    expr: sum by (job) (rate(api_requests_total[5m]))
  - record: job_code:api_requests:rate5m
    expr: sum by (job, code) (rate(api_requests_total[5m]))
  - alert: ApiErrors
    expr: |
      sum by (job) (job_code:api_requests:rate5m{code=~"5.."})
      / on (job) job:api_requests:rate5m > 0.05
    for: 10m
    labels: {severity: critical}
    annotations:
      summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests"
  - alert: ApiSlow
    expr: |
      histogram_quantile(0.99,
        sum by (job, le) (rate(api_request_duration_seconds_bucket[5m]))) > 2
    for: 10m
    labels: {severity: warning}
    annotations:
      summary: "{{ $labels.job }} takes {{ $value | humanizeDuration }}"
  - alert: ApiGone
    expr: absent(up{job="api"} == 1)
    for: 5m
    labels: {severity: critical}
    annotations:
      summary: the API is gone
  - alert: ApiBurn
    expr: |
      sum(rate(api_requests_total{code=~"5.."}[1h])) / sum(rate(api_requests_total[1h])) > 14.4 * 0.001
      and
      sum(rate(api_requests_total{code=~"5.."}[5m])) / sum(rate(api_requests_total[5m])) > 14.4 * 0.001
    for: 2m
    labels: {severity: critical}
    annotations:
      summary: the API burns its budget
- name: node
  rules:
  - alert: CpuBusy
    expr: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.9
    for: 30m
    labels: {severity: warning}
    annotations:
      summary: "{{ $labels.instance }} is {{ $value | humanizePercentage }} busy"
  - alert: DiskFull
    expr: |
      node_filesystem_avail_bytes{fstype!="tmpfs"}
      / node_filesystem_size_bytes{fstype!="tmpfs"} < 0.05
    for: 30m
    labels: {severity: critical}
    annotations:
      summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }}"
  - alert: FsyncSlow
    expr: |
      histogram_quantile(0.99,
        sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > 1
    for: 10m
    labels: {severity: critical}
    annotations:
      summary: "{{ $labels.instance }} takes {{ $value | humanizeDuration }}"
  - alert: PodsPending
    expr: sum by (namespace) (kube_pod_status_phase{phase="Pending"}) > 5
    for: 15m
    labels: {severity: warning}
    annotations:
      summary: "{{ $value }} pods of {{ $labels.namespace }} wait"
  - alert: PodsOfNode
    expr: |
      count by (node, role) (
        kube_pod_info * on (node) group_left (role) kube_node_role{role!=""}) > 110
    for: 15m
    labels: {severity: warning}
    annotations:
      summary: "{{ $labels.node }} runs {{ $value }} pods"
  - alert: BackupOld
    expr: time() - backup_last_success_timestamp_seconds > 86400
    for: 1h
    labels: {severity: warning}
    annotations:
      summary: "{{ $labels.instance }} has no backup for {{ $value | humanizeDuration }}"
  - alert: MysqlSlow
    expr: rate(mysql_global_status_slow_queries[5m]) > 1
    for: 15m
    labels: {severity: warning}
    annotations:
      summary: "{{ $labels.instance }} has {{ $value | humanize }} slow queries a second"
"""


def seeded(what: str, old: str, new: str, code: str) -> Case:
    assert CORRECT.count(old) >= 1, old
    return Case(what, CORRECT.replace(old, new, 1), code)


SEEDED = (
    seeded(
        "a bracket is lost", "sum by (job) (rate(api", "sum by (job) rate(api", "file/unreadable"
    ),
    seeded("a field is misspelt", "    for: 10m", "    fr: 10m", "file/unreadable"),
    seeded(
        "a template is not closed",
        "{{ $labels.job }} fails",
        "{{ $labels.job fails",
        "file/unreadable",
    ),
    seeded(
        "a recording rule is renamed",
        "record: job:api_requests:rate5m",
        "record: job:api_request:rate5m",
        "promql/unknown-recording",
    ),
    seeded(
        "a recording rule loses a label",
        "sum by (job, code)",
        "sum by (job)",
        "promql/impossible-matcher",
    ),
    seeded(
        "a join by a label that is gone",
        "/ on (job) job:",
        "/ on (instance) job:",
        "promql/idle-matching-label",
    ),
    seeded(
        "the text names a label that is gone",
        "{{ $labels.job }} takes",
        "{{ $labels.pod }} takes",
        "alert/impossible-label",
    ),
    seeded("le is aggregated away", "sum by (job, le)", "sum by (job)", "promql/missing-le"),
    seeded(
        "a percentage for a quantile",
        "histogram_quantile(0.99",
        "histogram_quantile(99",
        "promql/quantile-out-of-range",
    ),
    seeded("percent for a ratio", "[1h])) > 14.4 * 0.001", "[1h])) > 14.4", "promql/never-true"),
    seeded(
        "a factor that needs more than all",
        "[5m])) > 14.4 * 0.001",
        "[5m])) > 14.4 * 0.1",
        "promql/never-true",
    ),
    seeded(
        "count() of nothing is 0",
        'absent(up{job="api"} == 1)',
        'count(up{job="api"}) == 0',
        "promql/never-true",
    ),
    seeded(
        "a threshold beyond the buckets",
        "(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > 1",
        "(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > 60",
        "metric/beyond-buckets",
    ),
    seeded(
        "the sum for the buckets",
        "fsync_duration_seconds_bucket",
        "fsync_duration_seconds_sum",
        "metric/not-a-histogram",
    ),
    seeded(
        "a metric is misspelt", "node_cpu_seconds_total", "node_cpu_second_total", "metric/unknown"
    ),
    seeded(
        "a metric by its old name",
        "node_filesystem_size_bytes",
        "node_filesystem_size",
        "metric/unknown",
    ),
    seeded("a label is misspelt", 'mode="idle"', 'mod="idle"', "metric/unknown-label"),
    seeded("a value in another case", 'phase="Pending"', 'phase="pending"', "metric/unknown-value"),
    seeded("a value that is none", 'phase="Pending"', 'phase="Waiting"', "metric/unknown-value"),
    seeded(
        "a counter is not rated",
        "sum by (job) (rate(api_requests_total[5m]))",
        "sum by (job) (api_requests_total)",
        "promql/raw-counter",
    ),
    seeded(
        "a gauge is rated",
        'node_filesystem_avail_bytes{fstype!="tmpfs"}',
        'rate(node_filesystem_avail_bytes{fstype!="tmpfs"}[5m])',
        "promql/rate-of-gauge",
    ),
    seeded(
        "delta of a counter",
        "rate(mysql_global_status_slow_queries",
        "delta(mysql_global_status_slow_queries",
        "promql/delta-of-counter",
    ),
    seeded(
        "the rate of a sum",
        "sum by (job, le) (rate(api_request_duration_seconds_bucket[5m]))",
        "rate(sum by (job, le) (api_request_duration_seconds_bucket)[5m:])",
        "promql/aggregate-before-rate",
    ),
    seeded("a window too short", "[5m])) > 14.4", "[20s])) > 14.4", "promql/short-rate-window"),
    seeded(
        "a window beyond the retention",
        "[1h])) > 14.4",
        "[30d])) > 14.4",
        "promql/beyond-retention",
    ),
    seeded(
        "no condition", "[5m]) > 1\n    for: 15m", "[5m])\n    for: 15m", "alert/without-condition"
    ),
    seeded("a bool that never lets go", "> 0.9\n", "> bool 0.9\n", "alert/bool-comparison"),
    seeded(
        "a threshold that is always passed",
        "slow_queries[5m]) > 1",
        "slow_queries[5m]) >= 0",
        "alert/always-fires",
    ),
    seeded("irate decides", "rate(mysql_global", "irate(mysql_global", "alert/irate"),
    seeded(
        "topk decides",
        "sum by (namespace) (kube_pod",
        "topk(5, kube_pod",
        "alert/unstable-selection",
    ),
    seeded(
        "a page at the first sample", "< 0.05\n    for: 30m\n", "< 0.05\n", "alert/missing-hold"
    ),
    seeded(
        "absent at the first scrape",
        'absent(up{job="api"} == 1)\n    for: 5m\n',
        'absent(up{job="api"} == 1)\n',
        "alert/missing-hold",
    ),
    seeded("absent of what is listed", '{job="api"} == 1', '{job="api"}', "alert/absent-up"),
    seeded(
        "a hold shorter than the interval",
        "for: 2m",
        "for: 10s",
        "alert/hold-shorter-than-interval",
    ),
    seeded(
        "an interval beyond the lookback", "interval: 30s", "interval: 10m", "group/slow-interval"
    ),
    seeded(
        "bytes against seconds",
        '\n      / node_filesystem_size_bytes{fstype!="tmpfs"} < 0.05',
        " < node_boot_age_seconds",
        "promql/mixed-dimensions",
    ),
    seeded(
        "the value in a label",
        "labels: {severity: warning}",
        "labels: {is: '{{ $value }}'}",
        "alert/value-in-label",
    ),
    seeded(
        "a function that does not exist",
        "humanizePercentage }} of its",
        "humanisePercentage }} of its",
        "file/unreadable",
    ),
    seeded(
        "a comparison of float and integer",
        "{{ $value }} pods of",
        "{{ if gt $value 5 }}x{{ end }} pods of",
        "alert/broken-template",
    ),
    seeded(
        "digits that nobody reads",
        "{{ $value | humanizePercentage }} busy",
        "{{ $value }} busy",
        "alert/unhumanised-value",
    ),
    seeded(
        "nobody learns which",
        "{{ $labels.node }} runs",
        "a node runs",
        "alert/summary-without-labels",
    ),
    seeded(
        "the same alert twice",
        "- name: node\n",
        "- name: node2\n  rules:\n  - alert: Copy\n"
        "    expr: time() - backup_last_success_timestamp_seconds > 86400\n    for: 1h\n"
        "    labels: {severity: warning}\n    annotations: {summary: '{{ $labels.instance }}'}\n"
        "- name: node\n",
        "alert/duplicate",
    ),
    seeded(
        "an aggregation by what is gone",
        'group_left (role) kube_node_role{role!=""}) > 110',
        'group_left (role) kube_node_role{role!=""}) by (zone) > 110',
        "file/unreadable",
    ),
    seeded(
        "a copied label that is gone",
        'kube_node_role{role!=""}',
        "max by (node) (kube_node_role)",
        "promql/impossible-copied-label",
    ),
    seeded(
        "matchers that exclude each other",
        '{mode="idle"}',
        '{mode="idle", mode="user"}',
        "promql/contradicting-matchers",
    ),
    seeded(
        "a pattern that excludes everything",
        'fstype!="tmpfs"',
        'fstype!~".*"',
        "promql/empty-selector",
    ),
    seeded(
        "both sides the same",
        "node_filesystem_size_bytes{fstype",
        "node_filesystem_avail_bytes{fstype",
        "promql/same-operands",
    ),
    seeded(
        "a range is the result",
        "rate(mysql_global_status_slow_queries[5m]) > 1",
        "mysql_global_status_slow_queries[5m]",
        "promql/not-a-vector",
    ),
    seeded(
        "a label that is an external one",
        "labels: {severity: warning}",
        "labels: {severity: warning, region: us}",
        "label/external-conflict",
    ),
    seeded(
        "a recording rule is removed",
        "  - record: job_code:api_requests:rate5m\n    expr: sum by (job, code) "
        "(rate(api_requests_total[5m]))\n",
        "",
        "promql/unknown-recording",
    ),
)
"""A correct rule set, broken in one way each."""
