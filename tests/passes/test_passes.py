"""From a mixin as written to a mixin as emitted."""

from __future__ import annotations

from typing import Any

import pytest

from mixwright import (
    Alert,
    Dashboard,
    Mixin,
    Panel,
    Recording,
    Row,
    RuleGroup,
    Severity,
    Variable,
    promql,
)
from mixwright.errors import DefinitionError
from mixwright.model import Grid, Link, Passed, Threshold
from mixwright.passes import compile_mixin
from mixwright.passes.identify import uid
from mixwright.passes.layout import COLUMNS

RATE = promql("sum by (job, instance) (rate(http_requests_total[5m]))")
BUSY = Alert(
    "Busy", expr=(RATE > 100) & (RATE < 1000), severity=Severity.PAGE, summary="busy", hold="5m"
)


def panel(title: str = "Rate", expr: Any = RATE, **more: Any) -> Panel:
    return Panel(title, expr, **more)


def dashboard(title: str, **more: Any) -> Dashboard:
    return Dashboard(title, **{"panels": (panel(),), **more})


def mixin(*dashboards: Dashboard, **more: Any) -> Mixin:
    rules = (RuleGroup("g", rules=(BUSY,)),)
    return Mixin("web", **{"version": "1.0.0", "dashboards": dashboards, "rules": rules, **more})


def compiled(*dashboards: Dashboard, **more: Any) -> dict[str, Dashboard]:
    resolved = compile_mixin(mixin(*dashboards, **more))
    return {found.slug: found for found in resolved.all_dashboards()}


def test_levels_carry_the_variables_above_them_and_chain_them() -> None:
    host = dashboard("Host", per="instance")
    service = dashboard("Service", per="job", children=(host,))

    found = compiled(dashboard("Fleet", children=(service,)))

    assert [(v.name, str(v.of)) for v in found["host"].chain] == [
        ("job", "http_requests_total"),
        ("instance", 'http_requests_total{job="$job"}'),
    ]
    assert [found[slug].level for slug in ("fleet", "service", "host")] == [0, 1, 2]


def test_every_selector_is_narrowed_to_the_mixin_and_the_level() -> None:
    found = compiled(dashboard("Service", per="job"), selector={"cluster": "prod"})

    shown = [str(query.expr) for p in found["service"].all_panels() for query in p.show]
    assert shown == [
        'sum by (job, instance) (rate(http_requests_total{cluster="prod",job="$job"}[5m]))'
    ]


def test_a_variable_with_several_values_matches_by_regular_expression() -> None:
    found = compiled(dashboard("Service", per=Variable("job", multi=True)))

    (query,) = next(found["service"].all_panels()).show
    assert 'job=~"$job"' in str(query.expr)


def test_rules_are_narrowed_unless_they_say_the_label_themselves() -> None:
    rule = Alert("Down", expr='up{job="x"} == 0', severity="page", summary="down")
    resolved = compile_mixin(
        mixin(rules=(RuleGroup("g", rules=(rule,)),), selector={"job": "y", "cluster": "c"})
    )

    assert [str(alert.expr) for alert in resolved.alerts()] == ['up{job="x",cluster="c"} == 0']


def test_a_recorded_series_is_not_narrowed_by_a_label_it_cannot_have() -> None:
    record = Recording("cluster:requests:rate5m", expr="sum by (cluster) (rate(x[5m]))")
    alert = Alert("Busy", expr="cluster:requests:rate5m > 1", severity="log", summary="busy")
    resolved = compile_mixin(
        mixin(
            rules=(RuleGroup("g", rules=(record, alert)),),
            selector={"job": "web", "cluster": "c"},
        )
    )

    (found,) = resolved.alerts()
    assert str(found.expr) == 'cluster:requests:rate5m{cluster="c"} > 1'


def test_panels_take_the_threshold_of_the_alert_they_show() -> None:
    found = compiled(dashboard("Fleet", panels=(panel(alert=BUSY),)))

    (shown,) = found["fleet"].all_panels()
    assert shown.thresholds == (Threshold(100, "page", above=True),)


def test_a_panel_links_to_the_child_that_its_series_can_fill_in() -> None:
    host = dashboard("Host", per="instance")
    total = panel("Total", promql("sum(rate(http_requests_total[5m]))"))
    service = dashboard("Service", per="job", panels=(panel(), total), children=(host,))

    found = compiled(dashboard("Fleet", children=(service,)))

    by_instance, by_nothing = found["service"].all_panels()
    assert by_instance.links == (
        Link(
            "Host",
            "web-host",
            (Passed("job", "variable", "job"), Passed("instance", "label", "instance")),
        ),
    )
    assert by_nothing.links == ()


def test_dashboards_link_up_and_down_with_their_variables() -> None:
    host = dashboard("Host", per="instance")
    service = dashboard("Service", per="job", children=(host,))

    found = compiled(dashboard("Fleet", children=(service,)))

    assert found["service"].links == (
        Link("↑ Fleet", "web-fleet", ()),
        Link("↓ Host", "web-host", (Passed("job", "variable", "job"),)),
    )
    assert found["host"].links == (
        Link("↑ Service", "web-service", (Passed("job", "variable", "job"),)),
    )


def test_a_child_may_be_named_by_its_slug() -> None:
    found = compiled(dashboard("Fleet", children=("host",)), dashboard("Host", per="instance"))

    assert [link.uid for link in found["fleet"].links] == ["web-host"]
    assert found["fleet"].children == ()


def test_a_cyclic_drill_down_is_refused_with_its_path() -> None:
    below = dashboard("B", children=("a",))

    with pytest.raises(DefinitionError, match="the drill-down a → b → a leads back"):
        compile_mixin(mixin(dashboard("A", children=(below,))))


@pytest.mark.parametrize(
    ("dashboards", "message"),
    [
        ((dashboard("A"), dashboard("A")), "dashboard `a` is in mixin `web` twice"),
        ((dashboard("A", uid="x"), dashboard("B", uid="x")), "have the uid `x`"),
        ((dashboard("A", children=("b",)),), "drills down to `b`, which the mixin does not have"),
        (
            (dashboard("Host", children=("hots",)), dashboard("Hosts")),
            "did you mean `hosts`",
        ),
        (
            (dashboard("A", per="job", children=(dashboard("B", per="job"),)),),
            "is per `job`, and so is a level above it",
        ),
        (
            (
                dashboard(
                    "A", panels=(panel(alert=Alert("X", expr="up", severity="log", summary="x")),)
                ),
            ),
            "shows alert `X`, which no rule group of mixin `web` evaluates",
        ),
    ],
)
def test_references_that_cannot_be_meant(dashboards: tuple[Dashboard, ...], message: str) -> None:
    with pytest.raises(DefinitionError, match=message) as caught:
        compile_mixin(mixin(*dashboards))

    assert caught.value.origin is not None


def test_an_alert_says_what_to_do_and_where_to_look() -> None:
    host = dashboard("Host", per="instance", panels=(panel(alert=BUSY),))
    resolved = compile_mixin(
        mixin(dashboard("Fleet", children=(host,)), runbooks="https://example.org/r", owner="web")
    )

    (alert,) = resolved.alerts()
    assert dict(alert.labels) == {"severity": "page", "owner": "web"}
    assert alert.annotations["runbook_url"] == "https://example.org/r/Busy.md"
    assert alert.annotations["dashboard_url"] == (
        "/d/web-host/host?viewPanel=2&var-instance={{ $labels.instance | urlquery }}"
    )
    assert alert.annotations["__dashboardUid__"] == "web-host"
    shown = [p.alert for d in resolved.all_dashboards() for p in d.all_panels() if p.alert]
    assert shown == [(alert,)]


def test_nothing_overlaps_and_every_line_is_full() -> None:
    row = Row("R", (*(panel(str(n), kind="stat") for n in range(5)), panel("wide")))
    table = panel("T", kind="table")
    found = compiled(
        dashboard("Fleet", panels=(panel("a"), panel("b", width=5), table), rows=(row,))
    )

    cells: set[tuple[int, int]] = set()
    lines: dict[int, int] = {}
    for shown in found["fleet"].all_panels():
        assert shown.grid is not None
        grid = shown.grid
        lines[grid.y] = lines.get(grid.y, 0) + grid.w
        for x in range(grid.x, grid.x + grid.w):
            for y in range(grid.y, grid.y + grid.h):
                assert (x, y) not in cells
                cells.add((x, y))
    assert set(lines.values()) == {COLUMNS}


def test_ids_are_unique_on_a_dashboard() -> None:
    found = compiled(dashboard("Fleet", rows=(Row("R", panel("b")),)))

    ids = [row.id for row in found["fleet"].rows if row.id] + [
        p.id for p in found["fleet"].all_panels()
    ]
    assert len(ids) == len(set(ids)) == 3


def test_long_names_get_a_uid_that_grafana_takes() -> None:
    long = uid("a-mixin-with-a-name", "and-a-dashboard-with-a-very-long-name")

    assert len(long) == 40
    assert long != uid("a-mixin-with-a-name", "and-a-dashboard-with-a-very-long-nams")
    assert uid("web", "web-host") == "web-host"


def test_of_two_children_about_one_label_the_one_with_the_panels_metric_is_meant() -> None:
    reads = promql("sum by (device) (rate(disk_reads_total[5m]))")
    sent = promql("sum by (device) (rate(network_sent_total[5m]))")
    disk = dashboard("Disk", per="device", panels=(panel("Reads", reads),))
    network = dashboard("Network", per="device", panels=(panel("Sent", sent),))

    found = compiled(
        dashboard(
            "Host", panels=(panel("Disks", reads), panel("Nets", sent)), children=(disk, network)
        )
    )

    assert [[link.title for link in p.links] for p in found["host"].all_panels()] == [
        ["Disk"],
        ["Network"],
    ]


def test_a_guard_draws_no_line() -> None:
    rate = promql("rate(http_requests_total[5m])")
    alert = Alert(
        "Slow",
        expr=(promql("rate(errors_total[5m])") > 5)
        & (promql("sum(rate(http_requests_total[5m]))") >= 1),
        severity="page",
        summary="slow",
    )
    restarts = Alert("Flaps", expr="changes(up[15m]) > 4", severity="log", summary="flaps")
    found = compiled(
        dashboard(
            "Fleet", panels=(panel("Rate", rate, alert=alert), panel("Up", "up", alert=restarts))
        ),
        rules=(RuleGroup("g", rules=(alert, restarts)),),
    )

    assert [p.thresholds for p in found["fleet"].all_panels()] == [(), ()]


def places(*panels: Panel) -> list[tuple[int, int, int, int]]:
    found = compiled(Dashboard("Web", panels=panels))["web"]
    grids = [panel.grid for panel in found.all_panels()]
    return [(grid.x, grid.y, grid.w, grid.h) for grid in grids if grid is not None]


def test_a_pinned_panel_stays_and_others_flow_around_its_lines() -> None:
    pinned = Panel("pinned", "up", grid=Grid(6, 8, 12, 4))

    assert places(
        Panel("a", "up"), pinned, Panel("b", "up", width=24), Panel("c", "up", width=24)
    ) == [
        (0, 0, 24, 8),
        (6, 8, 12, 4),
        (0, 12, 24, 8),
        (0, 20, 24, 8),
    ]


def test_two_panels_cannot_be_pinned_to_one_place() -> None:
    with pytest.raises(DefinitionError, match=r"panel `b` is pinned onto panel `a`"):
        places(Panel("a", "up", grid=Grid(0, 0, 12, 4)), Panel("b", "up", grid=Grid(11, 3, 2, 2)))


def test_a_repeated_panel_has_the_whole_line() -> None:
    repeated = Panel("b", "up", kind="stat", repeat="job")

    assert places(Panel("a", "up"), repeated, Panel("c", "up")) == [
        (0, 0, 24, 8),
        (0, 8, 24, 4),
        (0, 12, 24, 8),
    ]
