"""A release: the version that changes deserve, written where it belongs, and never used for other files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright
from mixwright.driver.release import with_version
from mixwright.loader import forget_compiled, load

WEB = """\
from mixwright import Alert, Mixin, RuleGroup, Severity
hot = Alert("Hot", expr="heat > 30", hold="5m", severity=Severity.TICKET, summary="hot")
# Grüße: the version is written below.
MIXIN = Mixin("web", version='0.1.0', rules=RuleGroup("web", rules=(hot,)))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mixins").mkdir()
    (tmp_path / "mixins" / "web.py").write_text(WEB)
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(mixwright, ["-C", str(root), *arguments])


def edit(root: Path, old: str, new: str) -> None:
    file = root / "mixins" / "web.py"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    forget_compiled(file)


def stated(root: Path) -> tuple[str, str]:
    manifest = json.loads((root / "out" / "web" / "manifest.json").read_text())
    return manifest["version"], manifest["digest"]


def test_the_first_release_is_the_version_of_the_definition(project: Path) -> None:
    assert run(project, "release", "web").exit_code == 0

    version, digest = stated(project)
    assert version == "0.1.0"
    assert (project / "changelogs" / "web.md").read_text() == (
        f"# web\n\n## 0.1.0\n\n- the first release\n\ndigest `{digest}`\n"
    )
    assert (project / "mixins" / "web.py").read_text() == WEB
    assert run(project, "compile", "--check").exit_code == 0
    assert "nothing has changed since" in run(project, "release", "web", "--check").output


@pytest.mark.parametrize(
    ("old", "new", "version", "line"),
    [
        ('hold="5m"', 'hold="9m"', "0.2.0", "alert `Hot` `for` 5m → 9m"),
        ('"Hot"', '"TooHot"', "0.2.0", "**major** alert `TooHot` was called `Hot`"),
        ('summary="hot"', 'summary="warm"', "0.1.1", "alert `Hot` annotation `summary` changed"),
        ('RuleGroup("web"', 'RuleGroup("heat"', "0.1.1", "no change in meaning"),
    ],
)  # fmt: skip
def test_a_change_gets_the_version_that_it_deserves_and_only_that_is_edited(
    project: Path, old: str, new: str, version: str, line: str
) -> None:
    run(project, "release", "web")
    edit(project, old, new)
    before = (project / "mixins" / "web.py").read_text()

    assert run(project, "release", "web", "--check").exit_code == 1
    assert (project / "mixins" / "web.py").read_text() == before
    done = run(project, "release", "web")

    assert done.exit_code == 0, done.output
    after = (project / "mixins" / "web.py").read_text()
    assert after == before.replace("'0.1.0'", f"'{version}'")
    assert stated(project)[0] == load(project)[0].version == version
    log = (project / "changelogs" / "web.md").read_text()
    assert f"## {version}\n\n- {line}\n\ndigest `{stated(project)[1]}`\n\n## 0.1.0\n" in log
    assert run(project, "compile", "--check").exit_code == 0


def test_a_smaller_step_is_refused_and_a_larger_one_taken(project: Path) -> None:
    run(project, "release", "web")
    edit(project, 'hold="5m"', 'hold="9m"')

    small = run(project, "release", "web", "--version", "0.1.1")
    assert "which deserve 0.2.0" in str(small.exception)
    assert "0.2.0" not in (project / "changelogs" / "web.md").read_text()
    edit(project, "0.1.0", "0.1.5")
    assert "0.1.5 does not go as far" in str(run(project, "release", "web").exception)
    edit(project, "0.1.5", "1.0.0")
    assert run(project, "release", "web").exit_code == 0
    assert stated(project)[0] == "1.0.0"
    edit(project, 'hold="9m"', 'hold="1m"')
    late = run(project, "release", "web", "--version", "0.9.0")
    assert "0.9.0 would not come after it" in str(late.exception)


def test_other_files_under_a_released_version_fail_the_check_until_the_version_moves(
    project: Path,
) -> None:
    edit(project, 'hold="5m"', 'hold="6m"')
    run(project, "compile")
    assert run(project, "compile", "--check").exit_code == 0, "nothing has been released yet"
    run(project, "release", "web")
    edit(project, 'hold="6m"', 'hold="7m"')
    run(project, "compile")

    checked = run(project, "compile", "--check")
    assert checked.exit_code == 1
    assert "`web` 0.1.0 has been released with other content" in checked.output

    # A version that has not been released may change as often as it likes.
    edit(project, "0.1.0", "0.2.0")
    for old, new in (("7m", "8m"), ("8m", "9m")):
        edit(project, f'hold="{old}"', f'hold="{new}"')
        run(project, "compile")
        assert run(project, "compile", "--check").exit_code == 0


def test_the_last_release_is_found_in_git_by_its_digest(project: Path) -> None:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *identity, *words], cwd=project, check=True, capture_output=True)

    git("init", "-b", "main")
    run(project, "release", "web")
    for old, new in (("5m", "6m"), ("6m", "7m")):
        git("add", "-A")
        git("commit", "-m", old)
        edit(project, f'hold="{old}"', f'hold="{new}"')
        run(project, "compile")

    assert run(project, "release", "web").exit_code == 0
    assert "`for` 5m → 7m" in (project / "changelogs" / "web.md").read_text()


def test_a_release_whose_files_are_lost_is_said_so(project: Path) -> None:
    run(project, "release", "web")
    edit(project, 'hold="5m"', 'hold="9m"')
    run(project, "compile")

    lost = run(project, "release", "web")

    assert "neither in out/ nor in git's history; name a revision" in str(lost.exception)


def test_what_people_wrote_goes_into_the_release(project: Path) -> None:
    run(project, "release", "web")
    log = project / "changelogs" / "web.md"
    log.write_text(
        log.read_text().replace("## 0.1.0", "## [Unreleased]\n\nCooler now.\n\n## 0.1.0")
    )
    edit(project, "heat > 30", "heat > 20")

    run(project, "release", "web")

    written = log.read_text()
    assert "## 0.2.0\n\nCooler now.\n\n- alert `Hot` " in written
    assert "Unreleased" not in written
    assert written.count("## 0.1.0") == 1


def test_a_version_that_is_not_in_one_place_is_left_to_people(project: Path) -> None:
    (mixin,) = load(project)
    file = project / "mixins" / "web.py"
    edit(project, "version='0.1.0'", "**{'version': '0.1.0'}")

    with pytest.raises(Exception, match=r"web\.py:1: .*this one has it in 0"):
        with_version(file, mixin, "0.2.0")


def test_an_incident_that_is_lost_makes_a_change_major(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "mixins").mkdir()
    (tmp_path / "mixins" / "node.py").write_text(
        "from mixwright import Alert, Mixin, RuleGroup, Severity\n"
        "down = Alert('Down', expr='up == 0', severity=Severity.PAGE, summary='down')\n"
        "MIXIN = Mixin('node', version='1.0.0', rules=RuleGroup('node', rules=(down,)))\n"
    )
    run(tmp_path, "release", "node")
    file = tmp_path / "mixins" / "node.py"
    file.write_text(file.read_text().replace("severity", "hold='2h', severity"))
    forget_compiled(file)
    recording = repository / "recordings" / "loopback" / "metrics"

    assert "→ 1.1.0" in run(tmp_path, "release", "node", "--check").output
    replayed = run(tmp_path, "release", "node", "--recording", str(recording))

    assert "→ 2.0.0" in replayed.output, replayed.output
    assert (
        "on recorded metrics: This change would have missed"
        in (tmp_path / "changelogs" / "node.md").read_text()
    )


def test_a_version_may_be_asked_for_without_a_change(project: Path) -> None:
    run(project, "release", "web")

    assert run(project, "release", "web", "--version", "1.0.0").exit_code == 0

    assert "## 1.0.0\n\n- no change in meaning\n" in (project / "changelogs" / "web.md").read_text()
    assert stated(project)[0] == load(project)[0].version == "1.0.0"


def test_a_project_that_does_not_compile_releases_nothing(project: Path) -> None:
    run(project, "release", "web")
    edit(project, 'hold="5m"', 'hold="9m"')
    (project / "mixwright.lock").write_text('[mixins]\nnode = "0.0.1"\n')
    before = {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    refused = run(project, "release", "web")

    assert "node` is pinned to 0.0.1" in str(refused.exception)
    assert before == {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
