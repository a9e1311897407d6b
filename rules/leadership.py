"""Leadership families: alerts on programs of which one must lead."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Severity, promql


def no_leader(
    *,
    by: Sequence[str] = ("cluster", "job", "name"),
    name: str = "NoLeader",
    severity: Severity = Severity.PAGE,
    hold: str = "2m",
    keep_firing: str = "2m",
) -> Alert:
    """Instances answer, and none of them holds the lease that makes it the leader.

    Leader election of Kubernetes' client library tells it as `leader_election_master_status`.

    Guards: `hold` outlasts an election, `keep_firing` a lost scrape. When nothing answers
    there is no status: that is for `absence.none_up`.

    Cost: an instant vector.
    """
    return Alert(
        name,
        expr=promql(f"max by ({', '.join(by)}) (leader_election_master_status)").eq(0),
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary="{{ $labels.name }} has no leader",
        description=f"All instances have been standing by for {hold}, so that nobody does the work.",
    )
