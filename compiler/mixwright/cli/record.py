"""`mixwright record`: metrics from where they lie into a recording that outlives their server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mixwright.cli.parameters import END, RECORDING, START, server_options
from mixwright.cli.progress import progress_bar
from mixwright.driver.record import Part, record

if TYPE_CHECKING:
    from mixwright.recordings import Location


@click.command("record")
@click.argument("source", type=RECORDING)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--select",
    "selectors",
    multiple=True,
    metavar="SELECTOR",
    help='Keep only these series, such as `{job="node"}`; may be given several times.',
)
@click.option(
    "--rules",
    multiple=True,
    metavar="MIXIN|FILE",
    help="Keep only what this mixin, rule file or PrometheusRule reads; several times. "
    "Default for a server: all mixins.",
)
@START
@END
@click.option("--provenance", default="", help="Where the metrics come from, in a sentence.")
@server_options
@click.pass_obj
def record_command(
    root: Path,
    source: Location,
    out: Path,
    selectors: tuple[str, ...],
    rules: tuple[str, ...],
    start: int | None,
    end: int | None,
    provenance: str,
) -> None:
    """Copy SOURCE, or a part of it, into a recording at OUT.

    SOURCE is a Prometheus data, snapshot or block directory, an OpenMetrics file, the output of
    `promtool tsdb dump`, another recording, or the address of a live server: Prometheus, Thanos,
    Mimir or VictoriaMetrics. Of a server, only what the mixins read is fetched, over the look-back
    that they need before `--start`; an interrupted run goes on when it is repeated. A recording at
    OUT is replaced once the new one is complete.
    """
    part = Part(root=root, selectors=selectors, rules=rules, start=start, end=end)
    with progress_bar() as progress:
        info = record(source, out, part, provenance=provenance, progress=progress)
    for note in info.notes:
        click.echo(f"note: {note}", err=True)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    click.echo(
        f"{out}: {info.series} series, {info.samples} samples, {size / 1e6:.1f} MB "
        f"({size / max(1, info.samples):.2f} bytes a sample)"
    )
