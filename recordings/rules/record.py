"""Record what a real Prometheus makes of `rules/*.yaml`, beside the very samples that it made it of.

Everything listens on loopback. The script starts three exporters and a Prometheus that scrapes them every 5 s, lets it
read the rules once there is something to evaluate, kills one exporter with SIGKILL for a minute and a half, and starts
it anew. At the end all samples lie as TSDB blocks in `snapshot/`. No root is needed; it takes thirteen minutes.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from recordings.rig import fetch, say, wait_for

HERE: Final = Path(__file__).resolve().parent
HOSTS: Final = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
PORT: Final = 18181
WARM_UP, KILLED, RESTARTED, LENGTH = 40, 250, 340, 780
"""When the rules are read, when an exporter dies and when it is back, and the end: seconds from the start."""

# The rule files' paths are relative, so that the slots of their groups do not depend on where this runs.
CONFIG: Final = """\
global:
  scrape_interval: 5s
  scrape_timeout: 4s
  evaluation_interval: 5s
rule_files: [{rules}]
scrape_configs:
  - job_name: app
    static_configs:
      - targets: {targets}
  - job_name: prometheus
    static_configs:
      - targets: ["{server}"]
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: prometheus_build_info|prometheus_rule_(evaluation_failures_total|group_iterations_missed_total)
        action: keep
"""
# What a Prometheus before 3.0 does not know.
NEW_FIELDS: Final = re.compile(r"^    (query_offset|labels): .*\n", re.MULTILINE)


def spawn(stack: ExitStack, log: Path, *command: str) -> subprocess.Popen[bytes]:
    """Start a program in the log's folder; it is stopped when the stack unwinds."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            command, cwd=log.parent, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def configure(out: Path, server: str, *, rules: bool) -> None:
    """Write the configuration, with or without rules."""
    targets = json.dumps([f"{host}:{PORT}" for host in HOSTS])
    text = CONFIG.format(targets=targets, server=server, rules="rules/*.yaml" if rules else "")
    (out / "prometheus.yml").write_text(text, encoding="utf-8")


def record(prometheus: str, out: Path, server: str, *, old: bool, exporters: bool) -> None:
    """Run everything by the clock, and keep the samples."""
    (out / "rules").mkdir(parents=True)
    for file in sorted((HERE / "rules").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        (out / "rules" / file.name).write_text(NEW_FIELDS.sub("", text) if old else text, "utf-8")
    with ExitStack() as stack:

        def exporter(host: str) -> subprocess.Popen[bytes]:
            command = (sys.executable, str(HERE / "exporter.py"), host, str(PORT))
            started = spawn(stack, out / f"exporter-{host}.log", *command)
            wait_for(f"http://{host}:{PORT}/metrics")
            return started

        running = [exporter(host) for host in HOSTS if exporters]
        began = time.monotonic()

        def sleep_until(second: float) -> None:
            time.sleep(max(0.0, began + second - time.monotonic()))

        configure(out, server, rules=False)
        served = spawn(
            stack,
            out / "prometheus.log",
            prometheus,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address={server}",
            "--web.enable-admin-api",  # for the snapshot at the end
        )
        wait_for(f"http://{server}/-/ready")
        sleep_until(WARM_UP)
        # Rules that are there at the start write no `ALERTS` until their state is restored.
        configure(out, server, rules=True)
        served.send_signal(signal.SIGHUP)
        say("the rules are read")
        sleep_until(KILLED)
        if exporters:
            running[-1].kill()
            say(f"killed {HOSTS[-1]}")
        sleep_until(RESTARTED)
        if exporters:
            exporter(HOSTS[-1])
            say(f"started {HOSTS[-1]} anew")
        sleep_until(LENGTH)
        answer = json.loads(fetch(f"http://{server}/api/v1/admin/tsdb/snapshot", method="POST"))
        (out / "data" / "snapshots" / answer["data"]["name"]).rename(out / "snapshot")


def main() -> int:
    """Read the command line and record."""
    parser = argparse.ArgumentParser(
        prog="python -m recordings.rules.record",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="working directory; must not exist"
    )
    parser.add_argument(
        "--prometheus", default="prometheus", help="the server's program (default: %(default)s)"
    )
    parser.add_argument("--listen", default="127.0.0.1:19191", help="the server's address")
    parser.add_argument(
        "--old", action="store_true", help="leave out what a server before 3.0 does not know"
    )
    parser.add_argument(
        "--no-exporters", action="store_true", help="another run's exporters are there already"
    )
    options = parser.parse_args()
    out: Path = options.out.resolve()
    if out.exists():
        print(f"record.py: `{out}` exists already; name a directory that does not", file=sys.stderr)
        return 2
    if shutil.which(options.prometheus) is None:
        print(f"record.py: `{options.prometheus}` is not a program", file=sys.stderr)
        return 2
    exporters = not options.no_exporters
    record(options.prometheus, out, options.listen, old=options.old, exporters=exporters)
    say(f"done: {out / 'snapshot'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
