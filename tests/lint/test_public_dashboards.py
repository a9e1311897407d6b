"""Public dashboards, linted as ours: nothing crashes, and what is known of them is found.

The published figures are of all 91 public mixins (92 drill-down links, of which 14 lead nowhere, 45 lose the time
range and 34 a variable); these are the 41 that are at hand, with 48 links on series and cells. Kubernetes' 24 links,
which all lose the time range, and most links to dashboards that are nowhere are in the other fifty.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mixwright.driver.foreign import read_foreign
from mixwright.lint import Finding, lint
from mixwright.lint.bundle import Bundle, bundles


@pytest.fixture(scope="module")
def mixins(shared: Path):
    return read_foreign([shared / "corpus"])


@pytest.fixture(scope="module")
def findings(mixins) -> tuple[Finding, ...]:
    return lint(mixins)


@pytest.fixture(scope="module")
def all_bundles(mixins) -> tuple[Bundle, ...]:
    return bundles([(mixin.files, False) for mixin in mixins])


def test_every_dashboard_is_linted(all_bundles: tuple[Bundle, ...]) -> None:
    links = Counter(link.kind for bundle in all_bundles for f in bundle.files for link in f.links)

    assert len(all_bundles[0].everything) == 133
    assert links == {"dashboard": 142, "data": 48, "panel": 28, "tags": 68}


def test_what_is_known_of_the_links_on_series_and_cells_is_found(
    all_bundles: tuple[Bundle, ...],
) -> None:
    found = Counter()
    for bundle in all_bundles:
        for file in bundle.files:
            for link in file.links:
                if link.kind != "data" or not link.leads_to_dashboard:
                    continue
                target = bundle.target(link)
                carried = {*link.passed, *(file.variables_by_name if link.all_variables else ())}
                required = () if target is None else (v for v in target.variables if v.is_required)
                found["links"] += 1
                found["lead nowhere"] += target is None
                found["lose the time range"] += not link.keeps_time
                found["lose a variable"] += any(v.name not in carried for v in required)

    assert found == {
        "links": 44,
        "lead nowhere": 1,
        "lose the time range": 11,
        "lose a variable": 22,
    }


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("link/unresolved", 1),
        ("link/missing-variable", 82),
        ("link/unknown-variable", 21),
        ("link/undefined-variable", 19),
        ("link/dead-macro", 3),
        ("link/lost-time-range", 11),
        ("dashboard/unreachable", 46),
        ("dashboard/missing-description", 113),
        ("dashboard/hasty-refresh", 21),
        ("dashboard/too-many-panels", 26),
        ("variable/unchained", 10),
        ("panel/unknown-unit", 53),
        ("panel/percent-without-bounds", 104),
        ("panel/fixed-rate-window", 24),
        ("panel/duplicate-id", 0),
        ("panel/beyond-edge", 0),
        ("panel/broken-query", 0),
    ],
)
def test_as_many_defects_as_ever_are_found(findings, code: str, count: int) -> None:
    assert sum(finding.code == code for finding in findings) == count


@pytest.mark.parametrize(
    ("file", "code", "message"),
    [
        ("wso2-enterprise-integrator/dashboards/Cluster_Metrics.json", "link/dead-macro", "$__cell"),
        ("apache-activemq/dashboards/apache-activemq-queue-overview.json", "link/undefined-variable", "$datasource"),
        ("influxdb/dashboards/influxdb-cluster-overview.json", "link/undefined-variable", "$datasource"),
        ("f5-bigip/dashboards/bigip-pool-overview.json", "variable/broken-query", "$bigip_partition"),
        ("redis/dashboards/redis_overview", "dashboard/no-data-source-variable", "no variable"),
        ("haproxy/dashboards/haproxy-overview.json", "link/lost-time-range", "loses the time range"),
    ],
)  # fmt: skip
def test_a_known_defect_is_found_where_it_is(
    shared: Path, findings: tuple[Finding, ...], file: str, code: str, message: str
) -> None:
    here = [f for f in findings if f.origin and f.origin.file == str(shared / "corpus" / file)]

    assert any(finding.code == code and message in finding.message for finding in here)
