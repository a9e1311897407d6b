"""Configurations, matchers, times and silences as Alertmanager reads them; what is wrong gets one clear line."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mixwright.alertmanager import Integration, read_config, read_silences
from mixwright.alertmanager.matchers import parse_matchers
from mixwright.errors import MixwrightError
from mixwright.values import Duration, Labels

GOOD = """\
global: {resolve_timeout: 2m, smtp_smarthost: "mail:25"}
route:
  receiver: team
  group_by: [alertname, cluster]
  repeat_interval: 1d
  routes:
  - matchers: [severity="page", 'owner=~"db|web"']
    receiver: pager
    group_wait: 10s
    routes:
    - match: {owner: db}
      group_by: ['...']
      active_time_intervals: [office]
  - match_re: {severity: "ticket|log"}
    mute_time_intervals: [nights]
    continue: true
time_intervals:
- name: office
  time_intervals:
  - times: [{start_time: "09:00", end_time: "17:00"}]
    weekdays: [monday:friday]
    location: Europe/Berlin
mute_time_intervals:
- name: nights
  time_intervals:
  - times: [{start_time: "22:00", end_time: "24:00"}]
  - {days_of_month: ["-1"], months: ["february:march", "12"], years: ["2026:2027"]}
inhibit_rules:
- {source_match: {alertname: NodeDown}, target_matchers: [level="pod"], equal: [node]}
receivers:
- name: team
  email_configs: [{to: a@b, from: c@d, smarthost: "mail:25"}, {to: e@f, from: c@d, send_resolved: true}]
- name: pager
  pagerduty_configs: [{routing_key: x}]
"""


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str, name: str = "alertmanager.yml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_routes_inherit_what_they_do_not_say(file) -> None:
    config = read_config(file(GOOD))

    _, pager, db, rest = config.route.tree()
    assert ("pager", frozenset({"alertname", "cluster"})) == (pager.receiver, pager.group_by)
    assert (Duration.parse("10s"), Duration.parse("1d")) == (db.group_wait, db.repeat_interval)
    assert (None, "pager", ("office",)) == (db.group_by, db.receiver, db.active)
    assert ("team", ("nights",), True) == (rest.receiver, rest.muted, rest.goes_on)


def test_an_alert_takes_the_deepest_route_and_goes_on_where_it_may(file) -> None:
    route = read_config(file(GOOD)).route

    def receivers(**labels: str) -> list[tuple[str, int]]:
        return [(r.receiver, len(r.key)) for r in route.match(Labels(labels))]

    assert [("pager", 3)] == receivers(severity="page", owner="db")
    assert [("pager", 2)] == receivers(severity="page", owner="web")
    assert [("team", 2)] == receivers(severity="ticket")
    assert [("team", 1)] == receivers(severity="page", owner="other")


def test_integrations_know_whether_they_tell_the_end(file) -> None:
    team, pager = read_config(file(GOOD)).receivers

    assert (Integration("email", False), Integration("email", True)) == team.integrations
    assert (Integration("pagerduty", True),) == pager.integrations


def test_amtool_accepts_what_is_read(file) -> None:
    if shutil.which("amtool") is None:
        pytest.skip("amtool is not installed")

    subprocess.run(["amtool", "check-config", file(GOOD)], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("moment", "office", "nights"),
    [
        # A Wednesday in winter: Berlin is an hour ahead.
        ("2026-01-14T07:59", False, False),
        ("2026-01-14T08:00", True, False),
        ("2026-01-14T15:59", True, False),
        ("2026-01-14T16:00", False, False),
        # In summer it is two hours; a Saturday is no working day.
        ("2026-07-15T07:00", True, False),
        ("2026-07-18T07:00", False, False),
        ("2026-01-14T22:00", False, True),
        # The last day of February, of April, and of a year that is not in the range.
        ("2026-02-28T05:00", False, True),
        ("2026-04-30T05:00", False, False),
        ("2028-02-29T05:00", False, False),
    ],
)
def test_times_are_those_of_the_location(file, moment: str, office: bool, nights: bool) -> None:
    intervals = read_config(file(GOOD)).intervals

    assert (office, nights) == tuple(
        any(part.contains(at(moment)) for part in intervals[name]) for name in ("office", "nights")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{foo = "bar", dings != "bums", }', 'foo="bar" dings!="bums"'),
        ("foo=bar,dings!=bums", 'foo="bar" dings!="bums"'),
        (r'{quote="She said: \"Hi, ladies!\""}', r'quote="She said: \"Hi, ladies!\""'),
        ('statuscode=~"5.."', 'statuscode=~"5.."'),
        ("team=", 'team=""'),
        (r'path="C:\dir"', r'path="C:\\dir"'),
        ('{"ünïcode.label"=~"a|b"}', '"ünïcode.label"=~"a|b"'),
        ("{}", ""),
    ],
)
def test_matchers_of_both_grammars(text: str, expected: str) -> None:
    assert expected == " ".join(map(str, parse_matchers(text)))


@pytest.mark.parametrize("text", ['a="b', "a", 'a=b"c', 'a=~"("', "=b"])
def test_what_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(MixwrightError, match="`"):
        parse_matchers(text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("receiver: pager", "receiver: pagr", ":8: receiver `pagr` is not among the `receivers`"),
        (
            "group_by: ['...']",
            "group_by: ['...', a]",
            "`...` groups by all labels; it cannot stand",
        ),
        ("[office]", "[offices]", ":13: `offices` is not among the `time_intervals`"),
        ("repeat_interval: 1d", "repeat_interval: 0s", "`repeat_interval` must be longer than"),
        ("  receiver: team\n", "", "the root route needs a `receiver`"),
        ("  repeat_interval: 1d", "  matchers: [a=b]", "the root route takes every alert"),
        ("monday:friday", "mondy", "`mondy` is not a weekday such as `monday`"),
        ("Europe/Berlin", "Europe/Bärlin", "`Europe/Bärlin` is not a time zone"),
        ('"09:00"', '"9:00"', "`9:00` is not a time of day"),
        ('end_time: "17:00"', 'end_time: "08:00"', "`start_time` must be before `end_time`"),
        (
            "pagerduty_configs",
            "pagerdutyconfigs",
            "`pagerdutyconfigs` is not a field of a receiver",
        ),
        ("- name: pager", "- name: team", "receiver `team` is there twice"),
        ("group_wait: 10s", "group_wait: 10", "`10` is not a duration"),
        ("resolve_timeout: 2m", "resolve_timeout: two", ":1: `resolve_timeout`: `two` is not"),
        ("db|web", "db|(web", "is not an RE2 regular expression"),
        ('"-1"', '"-1:3"', "must end with a negative day"),
        ('"ticket|log"', "null", "`severity` in `match_re` needs a regular expression"),
    ],
)
def test_what_is_wrong_gets_one_line_with_its_place(file, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(MixwrightError) as caught:
        read_config(file(GOOD.replace(old, new, 1)))

    assert message in str(caught.value)
    assert "alertmanager.yml:" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_routes_without_end_are_refused(file) -> None:
    deep = GOOD.replace("  routes:\n  - matchers", "  routes: &r\n  - routes: *r\n  - matchers", 1)
    with pytest.raises(MixwrightError, match="nested more than 100 deep"):
        read_config(file(deep))


def test_silences_are_those_of_the_api(file) -> None:
    path = file(
        '[{"id": "1", "status": {"state": "expired"}, "comment": "", "createdBy": "x",'
        ' "matchers": [{"name": "a", "value": "b", "isRegex": false, "isEqual": true},'
        ' {"name": "c", "value": "d|e", "isRegex": true, "isEqual": false}],'
        ' "startsAt": "2026-01-01T00:00:00.000Z", "endsAt": "2026-01-01T01:00:00.000Z"}]',
        "silences.json",
    )

    (silence,) = read_silences(path)

    assert ['a="b"', 'c!~"d|e"'] == list(map(str, silence.matchers))
    assert (at("2026-01-01T00:00"), 3_600_000) == (silence.start, silence.end - silence.start)
