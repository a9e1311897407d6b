"""Web: how a service answers, from all instances down to one.

The demo service is Prometheus itself, which counts its own HTTP requests, so that the dashboards
show something as soon as docker-compose.yaml is up. Put your own metrics in its place.
"""

from mixwright import Alert, Dashboard, Method, Mixin, Panel, Row, RuleGroup, Severity, promql

REQUESTS = promql("sum by (job, instance) (rate(prometheus_http_requests_total[5m]))")
ERRORS = promql(
    'sum by (job, instance) (rate(prometheus_http_requests_total{code=~"5.."}[5m]))'
    " or 0 * sum by (job, instance) (rate(prometheus_http_requests_total[5m]))"
)
P95 = promql(
    "histogram_quantile(0.95, sum by (job, instance, le)"
    " (rate(prometheus_http_request_duration_seconds_bucket[5m])))"
)

slow = Alert(
    "WebSlow",
    # Below one request in ten seconds a quantile says nothing.
    expr=(P95 > 0.5) & (REQUESTS > 0.1),
    hold="5m",
    keep_firing="5m",
    severity=Severity.TICKET,
    summary="{{ $labels.instance }} answers in {{ $value | humanizeDuration }}",
    description="95 % of the requests to {{ $labels.instance }} ({{ $labels.job }}) "
    "take up to {{ $value | humanizeDuration }}; they should take less than 500 ms.",
)


def signals(legend: str) -> tuple[Row, ...]:
    """Return rate, errors and duration, in this order."""
    return (
        Row(
            "Requests",
            (
                Panel(
                    "Requests a second",
                    REQUESTS,
                    slot="rate",
                    unit="reqps",
                    legend=legend,
                    description="How much is asked of it.",
                ),
                Panel(
                    "Errors",
                    ERRORS / REQUESTS,
                    slot="errors",
                    unit="percentunit",
                    minimum=0,
                    maximum=1,
                    legend=legend,
                    description="The share of requests that it failed to answer.",
                ),
                Panel(
                    "p95 latency",
                    P95,
                    slot="duration",
                    unit="s",
                    legend=legend,
                    alert=slow,
                    description="Nineteen of twenty requests are answered within this time.",
                ),
            ),
            method=Method.RED,
        ),
    )


instance = Dashboard(
    "Web instance",
    description="Does this instance answer, and fast enough?",
    per="instance",
    rows=signals("{{instance}}"),
)

overview = Dashboard(
    "Web",
    description="Do all instances answer, and fast enough? Click a line to see one of them.",
    rows=signals("{{instance}}"),
    children=(instance,),
)

MIXIN = Mixin(
    "web",
    version="0.1.0",
    description="How the web service answers",
    dashboards=(overview,),
    rules=(RuleGroup("web", interval="30s", rules=(slow,)),),
)
