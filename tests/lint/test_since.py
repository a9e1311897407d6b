"""Only what is new since a revision is told, wherever its cause lies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mixwright.driver.lint import lint_project
from mixwright.driver.since import new_since
from mixwright.errors import MixwrightError

RECORD = """\
groups:
- name: queue
  rules:
  - record: job:queue:max
    expr: max by (%s) (queue_length)
"""
ALERT = """\
groups:
- name: alerts
  rules:
  - alert: QueueLong
    expr: job:queue:max > 100
    for: 5m
    annotations:
      summary: "{{ $labels.job }} waits at {{ $labels.zone }}"
"""


@pytest.fixture
def repository_with_rules(tmp_path: Path) -> Path:
    (tmp_path / "record.yaml").write_text(RECORD % "job, zone")
    (tmp_path / "alert.yaml").write_text(ALERT.replace("for: 5m", "for: 10s"))
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", "-C", str(folder), *words], check=True)


def new(folder: Path, revision: str = "HEAD") -> list[str]:
    found = new_since(revision, folder, [str(folder)], find=lint_project)
    return [finding.code for finding in found]


def test_without_a_change_nothing_is_new(repository_with_rules: Path) -> None:
    assert [f.code for f in lint_project(repository_with_rules, [str(repository_with_rules)])] == [
        "alert/hold-shorter-than-interval"
    ]
    assert new(repository_with_rules) == []


def test_lines_that_move_are_not_new(repository_with_rules: Path) -> None:
    alert = repository_with_rules / "alert.yaml"
    alert.write_text("# more\n\n" + alert.read_text())

    assert new(repository_with_rules) == []


def test_what_another_file_breaks_is_new(repository_with_rules: Path) -> None:
    (repository_with_rules / "record.yaml").write_text(RECORD % "job")

    assert new(repository_with_rules) == ["alert/impossible-label"]


def test_a_new_file_is_new(repository_with_rules: Path) -> None:
    other = repository_with_rules / "other.yaml"
    other.write_text(ALERT.replace("QueueLong", "Other").replace("job:queue:max", "queue_length"))
    other.write_text(other.read_text().replace("> 100", ""))

    assert new(repository_with_rules) == ["alert/without-condition"]
    found = new_since("HEAD", repository_with_rules, [str(other)], find=lint_project)
    assert [finding.code for finding in found] == ["alert/without-condition"]


def test_an_unknown_revision_is_said_to_be_one(repository_with_rules: Path) -> None:
    with pytest.raises(MixwrightError, match=r"git cannot tell: .*nowhere"):
        new(repository_with_rules, "nowhere")


MIXIN = """\
from mixwright import Alert, Mixin, RuleGroup

MIXIN = Mixin(
    "queue",
    version="1.0.0",
    rules=RuleGroup(
        "queue",
        rules=Alert(
            "QueueLong",
            expr="%s",
            severity="ticket",
            hold="5m",
            summary="{{ $labels.instance }} has a long queue",
        ),
    ),
)
"""


def test_definitions_are_compared_too(tmp_path: Path) -> None:
    mixin = tmp_path / "mixins" / "queue.py"
    mixin.parent.mkdir()
    mixin.write_text(MIXIN % "irate(jobs_total[5m]) > 100")
    commit(tmp_path)
    assert [f.code for f in lint_project(tmp_path)] == ["alert/irate"]

    mixin.write_text("# moved\n" + MIXIN % "irate(jobs_total[5m]) >= 0")

    found = new_since("HEAD", tmp_path, (), find=lint_project)
    assert [finding.code for finding in found] == ["alert/always-fires", "alert/irate"]
