"""Absence families: alerts on what does not answer, or is not there at all."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr

from .latency import SERVICE


def target_down(
    up: Expr,
    *,
    name: str = "TargetDown",
    severity: Severity = Severity.TICKET,
    hold: str = "1m",
    keep_firing: str = "2m",
) -> Alert:
    """A target does not answer scrapes.

    One of several instances is a cause, and a ticket; `all_down` pages.

    Guards: `hold` forgives a lost scrape, `keep_firing` makes one alert of a target that comes and
    goes. A target that is no longer discovered has no `up` at all: that is for `gone`.

    Cost: an instant vector.
    """
    return Alert(
        name,
        expr=up.eq(0),
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary="{{ $labels.instance }} of {{ $labels.job }} does not answer",
        description="Prometheus has not been able to scrape it "
        f"for {hold}: the program, its machine or the network between is down.",
    )


def all_down(
    up: Expr,
    *,
    by: Sequence[str] = SERVICE,
    name: str = "AllTargetsDown",
    severity: Severity = Severity.PAGE,
    hold: str = "1m",
) -> Alert:
    """No target of a group answers scrapes, though some are known.

    Guards: `hold` forgives a lost scrape; groups are counted, so that a doubled target is no error.

    Cost: an instant vector.
    """
    labels = ", ".join(by)
    return Alert(
        name,
        expr=promql(f"count by ({labels}) ({up} == 0) unless count by ({labels}) ({up} == 1)"),
        hold=hold,
        severity=severity,
        summary=f"no instance of {{{{ $labels.{by[-1]} }}}} answers",
        description="Instances that are known: {{ $value }}. None has answered a scrape "
        f"for {hold}.",
    )


def gone(
    up: Expr,
    *,
    what: str,
    name: str = "TargetsGone",
    severity: Severity = Severity.PAGE,
    hold: str = "2m",
) -> Alert:
    """Nothing that `up` selects answers, or is even known.

    `absent(up)` is silent while dead targets are still listed, `up == 0` when they no longer are;
    `absent(up == 1)` sees both, at the price of all labels.

    Guards: `hold` forgives a restart of Prometheus.

    Cost: an instant vector.
    """
    return Alert(
        name,
        expr=promql(f"absent({up} == 1)"),
        hold=hold,
        severity=severity,
        summary=f"{what} have all disappeared",
        description="Prometheus finds not one target that answers: they are all down, or discovery "
        "or the network is. What they would report is not known.",
    )


def no_quorum(
    up: Expr,
    *,
    by: Sequence[str] = SERVICE,
    name: str = "QuorumLost",
    severity: Severity = Severity.PAGE,
    hold: str = "1m",
) -> Alert:
    """Half or more of the members of a group that has to agree do not answer.

    Guards: `hold` forgives a lost scrape; without members there is nothing to count.

    Cost: an instant vector.
    """
    labels = ", ".join(by)
    return Alert(
        name,
        expr=promql(f"avg by ({labels}) ({up})") <= 0.5,
        hold=hold,
        severity=severity,
        summary=f"{{{{ $labels.{by[-1]} }}}} has lost its quorum",
        description="Only {{ $value | humanizePercentage }} of its members answer; it takes more "
        "than half to agree on anything.",
    )


def none_up(
    up: Expr,
    *,
    what: str,
    by: Sequence[str] = ("cluster", "job"),
    name: str = "NothingUp",
    severity: Severity = Severity.PAGE,
    hold: str = "1m",
) -> Alert:
    """No target of a group answers scrapes, or none is known at all.

    `all_down` and `gone` as one alert, for what every cluster must have. When nothing is known,
    nothing is known of the cluster either.

    Guards: `hold` forgives a lost scrape; groups are counted, so that a doubled target is no error.

    Cost: an instant vector.
    """
    labels = ", ".join(by)
    down = f"count by ({labels}) ({up} == 0) unless count by ({labels}) ({up} == 1)"
    return Alert(
        name,
        expr=promql(f"({down}) or on () absent({up} == 1)"),
        hold=hold,
        severity=severity,
        summary=f"{what} is down{{{{ with $labels.cluster }}}} in {{{{ . }}}}{{{{ end }}}}",
        description=f"Nothing has answered a scrape for {hold}, or Prometheus does not know where to "
        "ask.",
    )


def server_down(
    flag: Expr,
    up: Expr,
    *,
    what: str,
    name: str = "ServerDown",
    severity: Severity = Severity.PAGE,
    hold: str = "1m",
    keep_firing: str = "2m",
) -> Alert:
    """A server that is watched through an exporter does not answer it, or the exporter does not answer.

    `flag` is the exporter's own gauge, `apache_up`, which is gone when the exporter hangs with the
    server: `flag == 0` alone would be silent then.

    Guards: `hold` forgives a lost scrape, `keep_firing` makes one alert of a server that comes and
    goes.

    Cost: two instant vectors.
    """
    return Alert(
        name,
        expr=flag.eq(0) | up.eq(0),
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary=f"{what} behind {{{{ $labels.instance }}}} is down",
        description=f"It has not answered its exporter for {hold}, or the exporter does not answer "
        "either.",
    )
