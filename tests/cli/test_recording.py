"""`mixwright recording`: what a person sees, what a program gets, what is refused."""

from __future__ import annotations

import http.server
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mixwright.cli import main
from mixwright.recordings import open_recording


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code if isinstance(left.value.code, int) else 0


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Two targets, one of which is silent for a while."""
    lines = ["# HELP requests Served.", "# TYPE requests counter"]
    for second in range(0, 600, 15):
        lines.append(
            f'requests_total{{job="web",instance="a:1"}} {second} {1_700_000_000 + second}'
        )
        if not 150 < second < 300:
            lines.append(f'up{{job="web",instance="b:1"}} 1 {1_700_000_000 + second}')
    (tmp_path / "text").write_text("\n".join([*lines, "# EOF", ""]))
    return tmp_path / "text"


def test_info_is_a_page_for_people(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recording", "info", text) == 0
    told = " ".join(capsys.readouterr().out.split())

    for words in (
        "format OpenMetrics text",
        "time 2023-11-14T22:13:20Z – 2023-11-14T22:23:05Z",
        "71 of 2 series",
        "everything was read, every checksum is right",
        "requests_total counter 1 40 Served.",
        "b:1 2023-11-14T22:15:50Z 2023-11-14T22:18:20Z 2m30s",
    ):
        assert words in told


def test_info_says_the_same_to_programs(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recording", "info", text, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)

    assert (told["series"], told["samples"]) == (2, 71)
    assert [len(target["gaps"]) for target in told["targets"]] == [0, 1]
    assert told["metrics"][0]["type"] == "counter"
    assert told["damage"] == []


def test_samples_of_no_year_that_people_count_are_told_of_and_not_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text(f"a 1 {2**62}\na 2 {-(2**62)}\na 3 0\n")
    assert run("recording", "info", tmp_path / "text") == 0
    assert "4611686018427387904 ms since 1970" in capsys.readouterr().out
    assert run("recording", "cut", tmp_path / "text", tmp_path / "out") == 2
    assert "a recording is of the years 1000 to 9999" in capsys.readouterr().err


def test_cut_keeps_what_is_asked_for(text: Path, tmp_path: Path) -> None:
    out = tmp_path / "cut"
    assert run("recording", "cut", text, out, "--select", "up", "--end", "1700000060") == 0
    info = open_recording(out).info

    assert (info.series, info.samples, info.metadata) == (1, 5, {})
    assert info.provenance == f"OpenMetrics text in {text}"


def test_cut_of_nothing_writes_nothing(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("recording", "cut", text, tmp_path / "cut", "--select", "down") == 2
    assert "there are no samples to write to" in capsys.readouterr().err
    assert not (tmp_path / "cut").exists()


def test_merge_puts_parts_together_again(text: Path, tmp_path: Path) -> None:
    run("recording", "cut", text, tmp_path / "a", "--end", "1700000300")
    run("recording", "cut", text, tmp_path / "b", "--start", "1700000200")
    assert run("recording", "merge", tmp_path / "a", tmp_path / "b", tmp_path / "all") == 0
    info = open_recording(tmp_path / "all").info

    assert (info.series, info.samples) == (2, 71)
    assert info.provenance == f"OpenMetrics text in {text}"


def test_anonymise_gives_away_no_name(
    text: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = text.rename(tmp_path / "acme-corporation")
    (tmp_path / "key").write_text("a key that is long enough\n")
    monkeypatch.setenv("MIXWRIGHT_ANONYMISE_KEY", "a key that is long enough")
    assert (
        run("recording", "anonymise", secret, tmp_path / "a", "--key-file", tmp_path / "key") == 0
    )
    assert run("recording", "anonymise", secret, tmp_path / "b", "--hide", "job") == 0
    told = capsys.readouterr()

    assert "kept as they are: `__name__`, `job`" in told.err
    written = b"".join(p.read_bytes() for p in sorted((tmp_path / "a").rglob("*.json")))
    assert b"acme" not in written
    assert b"Served" not in written
    a, b = open_recording(tmp_path / "a"), open_recording(tmp_path / "b")
    assert {labels["job"] for labels in a.series()} == {"web"}
    assert "web" not in {labels["job"] for labels in b.series()}
    assert [s["instance"] for s in a.series()] == [s["instance"] for s in b.series()]
    assert a.info.metadata["requests"].type == "counter"


def test_anonymise_needs_a_key(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MIXWRIGHT_ANONYMISE_KEY", raising=False)
    assert run("recording", "anonymise", text, tmp_path / "out") == 2
    assert "a key is needed" in capsys.readouterr().err


def test_damage_is_refused_or_salvaged(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text.write_text(text.read_text().replace("up{", "up[", 1))
    assert run("recording", "info", text) == 2
    assert f"`{text}` line 4 " in capsys.readouterr().err

    assert run("recording", "info", text, "--salvage") == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "70 of 2 series" in told
    assert "1 loss:" in told
    assert "lost: the samples of this line" in told


def test_record_appends_and_salvages(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run("record", text, out, "--end", "1700000300", "--append") == 0
    assert run("record", text, out, "--start", "1700000200", "--append") == 0
    assert open_recording(out).info.samples == 71

    text.write_text(text.read_text().replace("up{", "up[", 1))
    assert run("record", text, tmp_path / "rest") == 2
    assert run("record", text, tmp_path / "rest", "--salvage") == 0
    assert "note: `" in (told := capsys.readouterr().err)
    assert "lost: the samples of this line" in told
    assert open_recording(tmp_path / "rest").info.samples == 70


def test_a_damaged_recording_is_backtested_only_when_asked_to(
    text: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("init", tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    text.write_text(text.read_text().replace("up{", "up[", 1))
    command = "backtest", "--recording", text, "--report", tmp_path / "report"
    assert run(*command) == 2
    assert f"`{text}` line 4 " in capsys.readouterr().err

    assert run(*command, "--salvage") == 0
    assert "lost: the samples of this line" in capsys.readouterr().err
    assert (tmp_path / "report" / "index.html").is_file()


def test_scraping_ends_in_order_when_it_is_interrupted(tmp_path: Path) -> None:
    class Exporter(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"load 1\n")

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter) as exporter:
        threading.Thread(target=exporter.serve_forever, args=(0.01,), daemon=True).start()
        asked = threading.Event()
        Exporter.finish = lambda self: asked.set()  # type: ignore[method-assign]
        address = f"127.0.0.1:{exporter.server_port}"
        command = ["record", "--scrape", f"web={address}", "--scrape", f"down=127.0.0.1:{1}"]
        recorder = subprocess.Popen(
            [sys.executable, "-m", "mixwright", *command, tmp_path / "r", "--interval", "200ms"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(20)
        time.sleep(0.5)
        recorder.send_signal(signal.SIGINT)
        out, err = recorder.communicate(timeout=20)
        exporter.shutdown()

    assert recorder.returncode == 0
    assert "series" in out
    assert "http://127.0.0.1:1/metrics: " in err
    found = {(labels.name, labels["job"]) for labels in open_recording(tmp_path / "r").series()}
    assert {("load", "web"), ("up", "web"), ("up", "down")} <= found


def test_record_wants_one_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("record", tmp_path / "out") == 2
    assert "name one SOURCE and OUT" in capsys.readouterr().err


def test_a_command_that_fails_leaves_the_recording_that_was_there(
    text: Path, tmp_path: Path
) -> None:
    run("recording", "cut", text, tmp_path / "out")
    (broken,) = tmp_path.glob("out/*Z*/values.parquet")
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    broken.write_bytes(b"")
    assert run("recording", "cut", tmp_path / "out", tmp_path / "copy") == 2

    assert open_recording(tmp_path / "copy").info.samples == 71
