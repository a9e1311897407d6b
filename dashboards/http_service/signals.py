"""What an HTTP service says about itself: the expressions that panels show and alerts judge."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from mixwright import Alert, promql
from mixwright.promql import Expr
from mixwright.standard.rules import burn, latency, saturation


@attrs.frozen(kw_only=True)
class Signals:
    """Expressions over the metrics of an instrumented service; the fields name metrics and labels.

    The defaults are what Prometheus' client libraries suggest. Each expression takes the labels
    that it is summed `by`.
    """

    requests: str = "http_requests_total"
    """Counter of requests, with a label for the status code."""
    duration: str = "http_request_duration_seconds"
    """Histogram of seconds from request to answer."""
    in_flight: str = "http_requests_in_flight"
    """Gauge of requests being answered, for each instance."""
    in_flight_limit: str = "http_requests_in_flight_limit"
    """Gauge of how many an instance can answer at once."""
    code: str = "code"
    """Label of the status code."""
    handler: str = "handler"
    """Label of the route or endpoint."""
    failed: str = "5.."
    """Regular expression of status codes that count as errors."""
    service: tuple[str, ...] = latency.SERVICE
    """Labels that make a service; the last one names it. `up` must have them too."""

    @property
    def instance(self) -> tuple[str, ...]:
        """Return the labels that make an instance."""
        return (*self.service, "instance")

    @property
    def all_requests(self) -> Expr:
        """Return the selector of all requests."""
        return promql(self.requests)

    @property
    def errors(self) -> Expr:
        """Return the selector of failed requests; it has no series before the first failure."""
        return promql(f'{self.requests}{{{self.code}=~"{self.failed}"}}')

    def rate(self, by: Sequence[str], over: str = "5m") -> Expr:
        """Return requests per second."""
        return promql(f"sum by ({', '.join(by)}) (rate({self.requests}[{over}]))")

    def error_ratio(self, by: Sequence[str], over: str = "5m") -> Expr:
        """Return the failed share of requests."""
        return burn.ratio(self.errors, self.all_requests, over=over, by=by)

    def quantile(self, q: float, by: Sequence[str]) -> Expr:
        """Return a quantile of the time to answer, in seconds."""
        return latency.quantile(q, self.duration, by=by)

    def slots_used(self, by: Sequence[str]) -> Expr:
        """Return the moving average of the share of worker slots that are taken."""
        used = saturation.share(promql(self.in_flight), promql(self.in_flight_limit))
        return promql(f"max by ({', '.join(by)}) ({used})")

    def of_services(self, expr: Expr) -> Expr:
        """Return what belongs to a service that has answered a request within the last day.

        So the mixin needs no list of jobs: what counts HTTP requests is an HTTP service.
        """
        labels = ", ".join(self.service)
        return promql(f"{expr} and on ({labels}) present_over_time({self.recorded_rate}[1d])")

    up = promql("up")
    files_open = promql("process_open_fds / process_max_fds")
    recorded_errors = "job:http_request_errors"
    recorded_rate = promql("job:http_requests:rate5m")
    recorded_p95 = promql("job:http_request_duration_seconds:p95_5m")


@attrs.frozen(kw_only=True)
class Alerts:
    """The alerts that each panel draws; a dashboard is complete without any."""

    up: tuple[Alert, ...] = ()
    all_down: tuple[Alert, ...] = ()
    latency: tuple[Alert, ...] = ()
    tail_latency: tuple[Alert, ...] = ()
    unusual: tuple[Alert, ...] = ()
    budget_fast: tuple[Alert, ...] = ()
    budget_slowly: tuple[Alert, ...] = ()
    traffic: tuple[Alert, ...] = ()
    slots: tuple[Alert, ...] = ()
    files: tuple[Alert, ...] = ()
