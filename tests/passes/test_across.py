"""Ways between mixins, and the home dashboard above them."""

from __future__ import annotations

from typing import Any

import pytest

from mixwright import (
    Alert,
    Dashboard,
    DefinitionError,
    DrillDown,
    Mixin,
    Panel,
    Query,
    Row,
    RuleGroup,
    Severity,
    Variable,
)
from mixwright.model import Link, Passed
from mixwright.passes import compile_mixins, home


def nodes() -> Mixin:
    node = Dashboard("Node", per="instance", panels=Panel("Up", "up"))
    alert = Alert("Down", expr="up == 0", severity=Severity.PAGE, summary="down")
    fleet = Dashboard(
        "Nodes",
        per=Variable("cluster", of="up", multi=True),
        panels=(Panel("Up", "sum(up)", kind="stat"), Panel("Each", "up", alert=alert, slot="rate")),
        children=node,
    )
    return Mixin(
        "node",
        version="1.0.0",
        selector='job="node"',
        dashboards=fleet,
        rules=RuleGroup("n", rules=alert),
    )


def pods(panel: Panel | None = None, **more: Any) -> Mixin:
    panel = panel or Panel("CPU", "sum by (pod, node) (rate(cpu[5m]))")
    return Mixin(
        "pods", version="1.0.0", dashboards=Dashboard("Pods", panels=panel, per="namespace", **more)
    )


def way(**more: Any) -> Panel:
    target = more.pop("to", "node/node")
    expr = more.pop("expr", "sum by (pod, node) (rate(cpu[5m]))")
    return Panel("CPU", expr, drill_downs=DrillDown(target, **more))


def links(mixin: Mixin) -> tuple[Link, ...]:
    _, compiled = compile_mixins((nodes(), mixin))
    (panel,) = compiled.dashboards[0].all_panels()
    assert panel.drill_downs == ()
    return panel.links


def test_a_pod_leads_to_its_node() -> None:
    assert links(pods(way(fill={"instance": "node"}))) == (
        Link("Node", "node", (Passed("instance", "label", "node"),)),
    )


def test_a_way_may_be_named_by_uid_and_filled_from_a_variable() -> None:
    (link,) = links(pods(way(to="node-nodes", fill={"cluster": "$namespace"}, title="Its nodes")))

    assert link == Link("Its nodes", "node-nodes", (Passed("cluster", "variable", "namespace"),))


def test_a_variable_of_the_same_name_is_passed_by_itself() -> None:
    (link,) = links(pods(way(expr="sum by (instance) (rate(cpu[5m]))")))

    assert link.variables == (Passed("instance", "label", "instance"),)


def test_a_dashboard_leads_to_another_mixin_with_its_variables() -> None:
    mixin = pods(drill_downs=DrillDown("node/node", fill={"instance": "$namespace"}))
    _, compiled = compile_mixins((nodes(), mixin))

    assert compiled.dashboards[0].links == (
        Link("→ Node", "node", (Passed("instance", "variable", "namespace"),)),
    )


@pytest.mark.parametrize(
    ("panel", "message"),
    [
        (
            way(to="node/nod"),
            "the drill-down to `node/nod` leads nowhere; .*did you mean `node/node`",
        ),
        (way(), "does not say where its variable `instance` comes from"),
        (way(fill={"instanc": "node"}), "fills `instanc`, which .*did you mean `instance`"),
        (way(fill={"instance": "$pod"}), r"passes `\$pod`, which dashboard `Pods` does not have"),
        (way(fill={"instance": "host"}), "label `host`, which series of panel `CPU` cannot have"),
    ],
)
def test_a_way_that_cannot_be_gone_is_told_where_it_is_written(panel: Panel, message: str) -> None:
    with pytest.raises(DefinitionError, match=rf"test_across\.py:\d+: .*{message}"):
        compile_mixins((nodes(), pods(panel)))


def test_a_dashboard_has_no_labels_to_pass_on() -> None:
    mixin = pods(drill_downs=DrillDown("node/node", fill={"instance": "node"}))

    with pytest.raises(DefinitionError, match=r"a dashboard has variables only, write `\$node`"):
        compile_mixins((nodes(), mixin))


def project() -> tuple[tuple[Mixin, ...], Mixin]:
    written = (nodes(), pods(Panel("CPU", "sum(cpu)", slot="utilisation")))
    mixins = compile_mixins(written)
    summaries = compile_mixins(home.summaries(written))
    (made,) = compile_mixins((home.home(mixins, summaries),))
    return mixins, home.led(made, mixins)


def test_home_shows_every_root_with_its_alerts_and_numbers() -> None:
    _, made = project()
    (dashboard,) = made.dashboards
    lists, node, pod = dashboard.rows

    assert dashboard.uid == home.UID
    assert [panel.kind for panel in lists.panels] == ["alertlist", "dashlist"]
    assert [(row.title, [p.title for p in row.panels]) for row in (node, pod)] == [
        ("Nodes", ["Alerts", "Up"]),
        ("Pods", ["CPU"]),
    ]
    assert {panel.kind for panel in (*node.panels, *pod.panels)} == {"stat"}


def test_home_asks_for_what_each_mixin_watches_and_for_no_choice() -> None:
    _, made = project()
    node, pod = made.dashboards[0].rows[1:]

    assert str(node.panels[0].show[0].expr) == (
        'count(ALERTS{alertname=~"Down",alertstate="firing"}) or vector(0)'
    )
    assert str(node.panels[1].show[0].expr) == 'sum(up{job="node"})'
    assert str(pod.panels[0].show[0].expr) == "sum(cpu)"
    assert made.dashboards[0].all_variables() == ()


def test_ways_lead_from_home_to_every_root_and_back() -> None:
    mixins, made = project()
    (dashboard,) = made.dashboards

    assert [link.uid for link in dashboard.links] == ["node-nodes", "pods"]
    assert {link.uid for panel in dashboard.rows[1].panels for link in panel.links} == {
        "node-nodes"
    }
    for mixin in home.homeward(mixins):
        for one in mixin.all_dashboards():
            assert (home.UID in {link.uid for link in one.links}) is (one.level == 0)


def test_panels_that_need_a_choice_stay_where_it_is_made() -> None:
    root = Dashboard(
        "R",
        variables=Variable("job"),
        rows=Row(
            "r", (Panel("a", 'up{job="$job"}', kind="stat"), Panel("b", Query("up"), kind="stat"))
        ),
    )
    (summary,) = home.summaries((Mixin("web", version="1.0.0", dashboards=root),))

    assert [panel.title for panel in summary.dashboards[0].all_panels()] == ["b"]
