"""`mixwright record`: metrics from where they lie into a recording that outlives their server."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.parameters import END, RECORDING, START
from mixwright.driver.record import record


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
@START
@END
@click.option("--provenance", default="", help="Where the metrics come from, in a sentence.")
def record_command(
    source: Path,
    out: Path,
    selectors: tuple[str, ...],
    start: int | None,
    end: int | None,
    provenance: str,
) -> None:
    """Copy SOURCE, or a part of it, into a recording at OUT.

    SOURCE is a Prometheus data, snapshot or block directory, an OpenMetrics file, the output of
    `promtool tsdb dump`, or another recording. A recording at OUT is replaced once the new one is
    complete.
    """
    info = record(source, out, selectors=selectors, start=start, end=end, provenance=provenance)
    for note in info.notes:
        click.echo(f"note: {note}", err=True)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    click.echo(
        f"{out}: {info.series} series, {info.samples} samples, {size / 1e6:.1f} MB "
        f"({size / max(1, info.samples):.2f} bytes a sample)"
    )
