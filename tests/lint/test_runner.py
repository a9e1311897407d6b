"""The walk: what is found where, what is silenced, and in which order it is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import mixwright
from mixwright import Alert, Dashboard, Mixin, Panel, Recording, RuleGroup
from mixwright.errors import MixwrightError
from mixwright.lint import Finding, Profile, explain, lint
from mixwright.passes import compile_mixin
from mixwright.values import Duration, Origin


def codes(*mixins: Mixin, **options) -> list[str]:
    return [finding.code for finding in found(*mixins, **options)]


def found(*mixins: Mixin, **options) -> tuple[Finding, ...]:
    return lint([compile_mixin(mixin) for mixin in mixins], **options)


def mixin(*rules, name: str = "queue", **fields) -> Mixin:
    groups = (RuleGroup("queue", rules=rules),) if rules else ()
    return Mixin(name, version="1.0.0", rules=groups, **fields)


def busy(expr: str = "irate(requests_total[5m]) > 100", **fields) -> Alert:
    texts = {"summary": "{{ $labels.instance }} is busy", "severity": "ticket", "hold": "5m"}
    return Alert(**{"name": "Busy", "expr": expr, **texts, **fields})


def dashboard(panel: Panel, **fields) -> Dashboard:
    return Dashboard("Queue", description="Do jobs wait?", panels=panel, **fields)


def panel(expr: str = "queue_length", **fields) -> Panel:
    return Panel("Queue", expr, **{"unit": "short", "description": "Jobs that wait.", **fields})


def test_a_finding_knows_its_place() -> None:
    [finding] = found(mixin(busy()))

    assert (finding.code, finding.severity) == ("alert/irate", "warning")
    assert (finding.mixin, finding.subject) == ("queue", "alert `Busy`")
    assert finding.origin is not None
    assert finding.origin.file == __file__
    assert finding.text == "irate(requests_total[5m]) > 100"
    assert finding.spans == ((0, 25),)


def test_a_finding_on_a_panel_knows_panel_and_dashboard() -> None:
    [finding] = found(mixin(dashboards=dashboard(panel("rate(up[5m])"))))

    assert finding.subject == "panel `Queue` of dashboard `Queue`"


def test_what_is_wrong_twice_in_an_expression_is_found_once_with_both_places() -> None:
    [finding] = found(mixin(busy("irate(a_total[5m]) + irate(a_total[5m]) > 1")))

    assert finding.spans == ((0, 18), (21, 39))


def test_an_equal_part_that_is_right_where_it_stands_is_not_underlined() -> None:
    [finding] = found(mixin(busy("a_calls_total > on () group_left () count(a_calls_total)")))

    assert (finding.code, finding.spans) == ("promql/raw-counter", ((0, 13),))


def test_an_alert_allows_its_own_finding() -> None:
    allowed = busy(allow={"alert/irate": "the hold is as short as the window"})

    assert codes(mixin(allowed)) == []


def test_a_mixin_allows_for_everything_in_it() -> None:
    allowed = {"alert/irate": "the holds are as short as the windows"}

    assert codes(mixin(busy(), allow=allowed)) == []


def test_a_panel_and_its_dashboard_allow_for_the_panel() -> None:
    code = {"panel/missing-description": "the title says all"}

    assert codes(mixin(dashboards=dashboard(panel(description="", allow=code)))) == []
    assert codes(mixin(dashboards=dashboard(panel(description=""), allow=code))) == []


def test_a_dashboard_does_not_allow_for_the_level_below() -> None:
    code = {"panel/missing-description": "the title says all"}
    below = Dashboard("Below", description="Why?", per="queue", panels=panel(description=""))
    above = dashboard(panel(description=""), allow=code, children=below)

    [finding] = found(mixin(dashboards=above))

    assert finding.subject == "panel `Queue` of dashboard `Below`"


def test_an_alert_does_not_allow_for_another() -> None:
    other = busy(name="Busier", expr="irate(errors_total[5m]) > 1")
    allowed = busy(allow={"alert/irate": "the hold is as short as the window"})

    assert [finding.subject for finding in found(mixin(allowed, other))] == ["alert `Busier`"]


def test_what_is_allowed_and_does_not_occur_is_found() -> None:
    stale = busy(expr="rate(requests_total[5m]) > 100", allow={"alert/irate": "once needed"})

    assert codes(mixin(stale)) == ["suppression/unused"]


def test_the_outer_of_two_suppressions_is_unused() -> None:
    inner = busy(allow={"alert/irate": "the hold is as short as the window"})

    [finding] = found(mixin(inner, allow={"alert/irate": "for all of them"}))

    assert (finding.code, finding.subject) == ("suppression/unused", "mixin `queue`")


def test_a_suppression_cannot_allow_a_suppression() -> None:
    stale = busy(expr="rate(requests_total[5m]) > 100", allow={"alert/irate": "for a while"})
    allowing = mixin(stale, allow={"suppression/unused": "a migration"})

    assert codes(allowing) == ["suppression/unused", "suppression/unused"]


def test_findings_come_by_mixin_then_by_line_then_by_severity() -> None:
    def at(line: int) -> Origin:
        return Origin("rules.py", line)

    second = mixin(busy(name="Other", origin=at(1)), name="second")
    first = mixin(
        busy(name="Last", origin=at(30)),
        busy(name="Zeta", expr="sum(queue) or irate(x_total[5m])", origin=at(20)),
        busy(name="Alpha", expr="irate(y_total[5m]) > 1", origin=at(20)),
        name="first",
    )

    assert [(f.mixin, f.subject, f.code) for f in found(second, first)] == [
        ("first", "alert `Zeta`", "alert/without-condition"),
        ("first", "alert `Zeta`", "alert/irate"),
        ("first", "alert `Alpha`", "alert/irate"),
        ("first", "alert `Last`", "alert/irate"),
        ("second", "alert `Other`", "alert/irate"),
    ]


def test_the_order_of_mixins_does_not_matter() -> None:
    one, other = mixin(busy(), name="one"), mixin(busy(), name="other")

    assert found(one, other) == found(other, one)


def test_a_recording_rule_of_another_mixin_counts() -> None:
    recording = mixin(Recording("job:queue:max", expr="max by (job) (queue_length)"), name="rules")
    reader = mixin(dashboards=dashboard(panel("job:queue:max")))

    assert codes(recording, reader) == []
    assert codes(reader) == ["promql/unknown-recording"]
    assert codes(recording) == ["recording/unused"]


def test_labels_flow_through_two_recording_rules() -> None:
    rules = (
        Recording("zone:queue:max", expr="max by (zone, job) (queue_length)"),
        Recording("job:queue:max", expr="max by (job) (zone:queue:max)"),
        busy(expr="job:queue:max > 100", summary="{{ $labels.zone }}"),
    )

    [finding] = found(mixin(*rules))

    assert finding.message.startswith("`summary` names `$labels.zone`, which is never there")


def test_a_rule_that_reads_its_own_past_may_have_any_label() -> None:
    rules = (
        Recording("job:queue:ewma", expr="job:queue:ewma * 0.9 + queue_length * 0.1"),
        busy(expr="job:queue:ewma > 100"),
    )

    assert codes(mixin(*rules)) == []


def test_a_label_that_a_recording_rule_adds_is_there() -> None:
    rules = (
        Recording("job:queue:max", expr="max(queue_length)", labels={"team": "storage"}),
        busy(expr="job:queue:max > 100", summary="{{ $labels.team }}"),
    )

    assert codes(mixin(*rules)) == []


def test_the_profile_decides_what_a_short_window_is() -> None:
    fast = Profile(scrape_interval=Duration(5_000))
    page = mixin(dashboards=dashboard(panel("rate(requests_total[20s])", unit="reqps")))

    assert codes(page) == ["promql/short-rate-window"]
    assert codes(page, profile=fast) == []


def test_an_unknown_code_is_answered_with_the_nearest() -> None:
    with pytest.raises(MixwrightError, match=r"did you mean `promql/short-rate-window`\?"):
        explain("promql/short-rate-windw")
    with pytest.raises(MixwrightError, match=r"did you mean `promql/raw-counter`\?"):
        explain("raw-counter")
    with pytest.raises(MixwrightError, match="there are alert/"):
        explain("xyzzy")


def test_a_page_shows_both_kinds_of_example_and_how_to_allow() -> None:
    page = explain("promql/short-rate-window")

    assert "Good:\n\n```promql\nrate(http_requests_total[2m])\n```" in page
    assert "Bad: `rate()` over `20s` needs `30s` or more\n\n```promql\n" in page
    assert 'allow={"promql/short-rate-window": "the reason"}' in page


def test_linting_loads_nothing_heavy() -> None:
    code = "import sys; from mixwright.lint import all_checks; all_checks(); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(mixwright.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert {"numba", "numpy", "plotly", "pyarrow", "rich"}.isdisjoint(run.stdout.split())
