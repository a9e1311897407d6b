"""Files that others wrote: found, told apart, checked with file and line, and silenced by comments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mixwright.driver.foreign import read_foreign
from mixwright.errors import MixwrightError
from mixwright.lint import Finding, lint
from mixwright.lint.formats import text

RULES = """\
groups:
- name: queue
  rules:
  - record: job:queue:max
    expr: max by (job) (queue_length)
  - alert: QueueLong
    expr: job:queue:max > 100
    for: 5m
    annotations:
      summary: "{{ $labels.zone }} waits"
"""
RATE = """\
groups:
- name: web
  rules:
  - alert: Busy
    expr: irate(requests_total[5m]) > 100
    for: 5m
    annotations:
      summary: "{{ $labels.instance }} is busy"
"""


def put(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(path.name + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def found(*paths: Path, today: date | None = None) -> tuple[Finding, ...]:
    return lint(read_foreign(paths), today=today)


def codes(*paths: Path, today: date | None = None) -> list[str]:
    return [finding.code for finding in found(*paths, today=today)]


def test_a_finding_names_file_and_line_and_no_mixin(tmp_path: Path) -> None:
    put(tmp_path, rules=RULES)

    [finding] = found(tmp_path)

    assert finding.code == "alert/impossible-label"
    assert str(finding.origin) == f"{tmp_path}/rules.yaml:6"
    assert text.render([finding]).splitlines()[0] == f"{finding.origin}: alert `QueueLong`"


def test_labels_flow_through_the_recording_rules_of_another_file(tmp_path: Path) -> None:
    record, alert = RULES.split("  - alert")
    put(tmp_path, a=record, b=f"groups:\n- name: b\n  rules:\n  - alert{alert}")

    assert codes(tmp_path) == ["alert/impossible-label"]


def test_a_prometheusrule_is_read(tmp_path: Path) -> None:
    spec = "\n".join(f"  {line}" for line in RATE.splitlines())
    put(tmp_path, rule=f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n{spec}")

    assert codes(tmp_path) == ["alert/irate"]


def test_other_files_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, values="replicas: 3\n", rules=RATE)
    (tmp_path / "README.md").write_text("groups:\n")

    assert codes(tmp_path) == ["alert/irate"]


def test_a_file_that_is_named_must_hold_rules(tmp_path: Path) -> None:
    put(tmp_path, values="replicas: 3\n")

    with pytest.raises(MixwrightError, match="holds neither rules nor a dashboard"):
        found(tmp_path / "values.yaml")


def test_one_bad_rule_does_not_hide_the_others(tmp_path: Path) -> None:
    bad = "  - alert: Bad\n    expr: sum(up\n"
    put(tmp_path, rules=RATE + bad)

    [unreadable] = [f for f in found(tmp_path) if f.code == "file/unreadable"]

    assert str(unreadable.origin).endswith("rules.yaml:10")
    assert "alert/irate" in codes(tmp_path)


def test_a_file_that_is_not_yaml_is_a_finding(tmp_path: Path) -> None:
    put(tmp_path, rules="groups:\n- name: [\n")

    assert codes(tmp_path) == ["file/unreadable"]


ALLOW = "# mixwright: allow alert/irate: the hold is as short as the window"


@pytest.mark.parametrize(
    ("beside", "with_comment"),
    [
        ("  - alert: Busy\n", f"  {ALLOW}\n  - alert: Busy\n"),
        ("    for: 5m\n", f"    for: 5m  {ALLOW}\n"),
        ("    for: 5m\n", f"    {ALLOW}\n    for: 5m\n"),
        ("- name: web\n", f"{ALLOW}\n- name: web\n"),
        ("groups:\n", f"{ALLOW}\n\n# more\ngroups:\n"),
        ("expr: irate", f"expr: |\n      {ALLOW}\n      irate"),
    ],
)
def test_a_comment_allows_what_it_stands_beside(
    tmp_path: Path, beside: str, with_comment: str
) -> None:
    put(tmp_path, rules=RATE.replace(beside, with_comment))

    assert codes(tmp_path) == []


def test_a_comment_at_the_end_of_a_rule_does_not_reach_the_next(tmp_path: Path) -> None:
    other = RATE.split("rules:\n")[1].replace("Busy", "Busier").replace("100", "200")
    put(tmp_path, rules=f"{RATE}    {ALLOW}\n{other}")

    assert [finding.subject for finding in found(tmp_path)] == ["alert `Busier`"]


def test_a_comment_is_good_until_its_last_day(tmp_path: Path) -> None:
    until = ALLOW.replace("irate:", "irate until 2027-01-31:")
    put(tmp_path, rules=RATE.replace("    for: 5m\n", f"    for: 5m {until}\n"))

    assert codes(tmp_path, today=date(2027, 1, 31)) == []
    assert codes(tmp_path, today=date(2027, 2, 1)) == ["alert/irate", "suppression/expired"]


def test_a_comment_that_silences_nothing_is_found(tmp_path: Path) -> None:
    stale = RATE.replace("irate(", "rate(").replace("for: 5m", f"for: 5m {ALLOW}")
    put(tmp_path, rules=stale)

    [finding] = found(tmp_path)

    assert (finding.code, finding.subject) == ("suppression/unused", "alert `Busy`")


def test_folders_are_mixins_of_their_own(tmp_path: Path) -> None:
    twin = RATE.replace("irate", "rate")
    put(tmp_path, one__alerts__a=twin, one__alerts__b=twin.replace("Busy", "Busier"), two__c=twin)

    assert [(f.code, Path(f.origin.file).name) for f in found(tmp_path) if f.origin] == [
        ("alert/duplicate", "b.yaml")
    ]


OTHERS = {
    "values": "prometheus:\n  groups:\n  - none of ours\n",
    "deployment": "apiVersion: apps/v1\nkind: Deployment\nspec: {}\n",
    "grafana": "apiVersion: 1\ngroups:\n- orgId: 1\n  name: x\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_looks_like_rules_is_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, **{name: OTHERS[name], "rules": RATE})

    assert codes(tmp_path) == ["alert/irate"]


def test_rules_are_found_among_other_resources(tmp_path: Path) -> None:
    spec = "\n".join(f"  {line}" for line in RATE.splitlines())
    rule = f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n{spec}\n"
    put(tmp_path, all=f"{OTHERS['deployment']}---\n{rule}")

    assert codes(tmp_path) == ["alert/irate"]


def test_rules_may_be_json_on_one_line(tmp_path: Path) -> None:
    rule = (
        '{"alert":"Busy","expr":"irate(a_total[5m]) > 1","annotations":{"summary":"{{$labels}}"}}'
    )
    groups = f'{{"groups":[{{"name":"a","rules":[{rule}]}}]}}'
    (tmp_path / "plain.json").write_text(groups)
    (tmp_path / "resource.json").write_text(f'{{"kind":"PrometheusRule","spec":{groups}}}')

    assert [c for c in codes(tmp_path) if c != "alert/same-identity"].count("alert/irate") == 2


def test_many_comments_and_empty_lines_take_no_time(tmp_path: Path) -> None:
    put(tmp_path, rules=RATE + "\n" * 100_000 + f"{ALLOW}\n" * 20_000)

    assert codes(tmp_path) == []
