"""Latency families: alerts on the quantiles of a histogram."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, DefinitionError, Severity, promql
from mixwright.promql import Expr

SERVICE = ("cluster", "namespace", "job")


def quantile(q: float, histogram: str, *, by: Sequence[str] = SERVICE, over: str = "5m") -> Expr:
    """Return the `q` quantile of what a histogram counted in the last `over`, in its unit.

    `histogram` is its name, with matchers where only some of its series count.
    """
    labels = ", ".join((*by, "le"))
    buckets = _series(histogram, "bucket")
    return promql(f"histogram_quantile({q:g}, sum by ({labels}) (rate({buckets}[{over}])))")


def slow(
    histogram: str,
    *,
    above: float,
    q: float = 0.95,
    by: Sequence[str] = SERVICE,
    over: str = "5m",
    evidence: int = 5,
    name: str = "LatencyHigh",
    severity: Severity = Severity.PAGE,
    hold: str = "2m",
    keep_firing: str = "2m",
) -> Alert:
    """The `q` quantile of a histogram in seconds is above a threshold.

    Choose `above` at a bucket's edge, and below the highest finite one: a quantile is never more
    than that edge, so a higher threshold never fires.

    Guards: the quantile of few requests is an anecdote, so that at least `evidence` requests must
    be in its tail: 100 requests for p95, 500 for p99. Without traffic the quantile is NaN, which is
    above nothing. Counters are rated before they are summed, so that a restart is not a jump.

    Count before you choose `q` and `over`, and remember that what is slow happens less often: with
    `evidence=1`, p99 takes 100 requests within `over`, and p90 takes 10.

    Cost: one rate of every bucket over `over`.
    """
    if not 0 < q < 1:
        raise DefinitionError(f"`q={q:g}` is not a quantile; it lies between 0 and 1")
    labels = ", ".join(by)
    needed = round(evidence / (1 - q))
    requests = _series(histogram, "count")
    enough = promql(f"sum by ({labels}) (increase({requests}[{over}])) >= {needed}")
    return Alert(
        name,
        expr=(quantile(q, histogram, by=by, over=over) > above) & enough,
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary=f"{{{{ $labels.{by[-1]} }}}} answers slowly: p{q * 100:g} is "
        "{{ $value | humanizeDuration }}",
        description=f"One request in {1 / (1 - q):.0f} took {{{{ $value | humanizeDuration }}}} or "
        f"longer in the last {over}; it should take less than {above:g} s.",
    )


def _series(histogram: str, suffix: str) -> str:
    name, brace, matchers = histogram.partition("{")
    return f"{name}_{suffix}{brace}{matchers}"
