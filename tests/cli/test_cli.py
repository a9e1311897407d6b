"""The command line: exit statuses, one clear message for bad input, nothing half written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mixwright.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project as `mixwright init` lays it out, and the place where commands run."""
    root = tmp_path / "mine"
    assert run("init", str(root)) == 0
    monkeypatch.chdir(root)
    return root


def run(*arguments: str) -> int:
    """Run a command and return its exit status."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    code = left.value.code
    return code if isinstance(code, int) else 0


def test_a_new_project_compiles_and_lints_at_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("compile") == 0
    assert run("compile", "--check") == 0
    assert run("lint") == 0, capsys.readouterr().out
    assert run("test", "tests/web_test.yaml") == 0, capsys.readouterr().out
    dashboards = sorted(path.name for path in project.glob("out/web/dashboards/*.json"))
    assert dashboards == ["web-instance.json", "web.json"]


def test_init_overwrites_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    assert run("init", str(project)) == 2

    assert "is there already" in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_check_fails_when_the_output_is_stale(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("compile")
    (project / "out" / "web" / "rules" / "web.yaml").write_text("edited")
    (project / "out" / "web" / "dashboards" / "left.json").write_text("{}")
    capsys.readouterr()

    assert run("compile", "--check") == 1

    told = capsys.readouterr()
    assert "~ rules/web.yaml" in told.out
    assert "- dashboards/left.json" in told.out
    assert "run `mixwright compile`" in told.err


def test_what_a_mixin_no_longer_has_leaves_the_output(project: Path) -> None:
    run("compile")
    (project / "mixins" / "web.py").rename(project / "mixins" / "_web.py")
    (project / "mixins" / "other.py").write_text(
        "from mixwright import Mixin\nMIXIN = Mixin('other', version='1.0.0')\n"
    )

    assert run("compile", "--check") == 1
    assert run("compile") == 0

    assert not (project / "out" / "web").exists()
    assert (project / "out" / "other" / "manifest.json").exists()


def test_a_mistake_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("compile")
    before = {path: path.read_bytes() for path in (project / "out").rglob("*") if path.is_file()}
    (project / "mixins" / "a.py").write_text(
        "from mixwright import Mixin\nMIXIN = Mixin('a', version='1.0.0')\n"
    )
    (project / "mixins" / "web.py").write_text("from mixwright import promql\npromql('rate(x')\n")
    capsys.readouterr()

    assert run("compile") == 2

    assert "mixins/web.py:2: `rate(x` is not PromQL" in capsys.readouterr().err
    after = {path: path.read_bytes() for path in (project / "out").rglob("*") if path.is_file()}
    assert before == after


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("compile", "wbe"), 2, "`wbe` is not a mixin; did you mean `web`?"),
        (("complie",), 2, "`complie` is not a command; did you mean `compile`?"),
        (("explain", "promql/shrot-rate-window"), 2, "did you mean `promql/short-rate-window`?"),
        (("query", "up", "--recording", "nowhere"), 2, "does not exist"),
        (("query", "up", "--recording", "mixins"), 2, "mixins"),
        (("backtest", "--recording", "mixins"), 2, "mixins"),
    ],
)
def test_bad_input_is_one_message(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    message: str,
) -> None:
    assert run(*arguments) == status

    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    commands = [
        line.split()[0]
        for line in capsys.readouterr().out.split("Commands:")[1].splitlines()
        if line.strip()
    ]

    assert {"compile", "lint", "backtest", "query", "preview", "init", "explain"} <= set(commands)
    for command in commands:
        assert run(command, "--help") == 0
        assert "Usage: mixwright" in capsys.readouterr().out


def test_shells_complete_the_names_of_mixins(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from click.shell_completion import ShellComplete

    from mixwright.cli import mixwright

    complete = ShellComplete(mixwright, {}, "mixwright", "_MIXWRIGHT_COMPLETE")

    assert "web" in [item.value for item in complete.get_completions(["compile"], "w")]
    assert run("completion", "bash") == 0
    assert "_MIXWRIGHT_COMPLETE=bash_complete" in capsys.readouterr().out


def test_a_query_answers_as_prometheus_would(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("query", "count(up)", "--recording", str(recording), "--format", "json") == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "success"
    assert answer["data"]["resultType"] == "vector"
    (point,) = answer["data"]["result"]
    assert point["value"][1] == "7"
