"""`mixwright record`: metrics from where they lie into a recording that outlives their server."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.parameters import (
    END,
    RECORDING,
    SALVAGE,
    SELECT,
    START,
    Span,
    access_said,
    server_options,
)
from mixwright.cli.progress import progress_bar
from mixwright.driver.record import Part, record
from mixwright.driver.scrape import scrape
from mixwright.values import Duration


@click.command("record")
@click.argument("sources", metavar="SOURCE", nargs=-1)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@SELECT
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
@click.option(
    "--append", is_flag=True, help="Put it into the recording at OUT, beside what is there."
)
@SALVAGE
@click.option(
    "--scrape",
    "targets",
    multiple=True,
    metavar="[JOB=]URL",
    help="Scrape this exporter instead of copying; several times.",
)
@click.option(
    "--interval", type=Span(), default="15s", show_default=True, help="How often to scrape."
)
@click.option(
    "--timeout", type=Span(), default="10s", show_default=True, help="How long a scrape may take."
)
@click.option("--for", "length", type=Span(), help="How long to scrape. Default: until Ctrl-C.")
@server_options
@click.pass_obj
def record_command(
    root: Path,
    sources: tuple[str, ...],
    out: Path,
    selectors: tuple[str, ...],
    rules: tuple[str, ...],
    start: int | None,
    end: int | None,
    provenance: str,
    append: bool,
    salvage: bool,
    targets: tuple[str, ...],
    interval: Duration,
    timeout: Duration,
    length: Duration | None,
) -> None:
    """Copy SOURCE, or a part of it, into a recording at OUT; or scrape exporters into it.

    SOURCE is a Prometheus data, snapshot or block directory, an OpenMetrics file, the output of
    `promtool tsdb dump`, a VictoriaMetrics export, CSV, another recording, or the address of a live
    server: Prometheus, Thanos, Mimir or VictoriaMetrics. Of a server, only what the mixins read is
    fetched, over the look-back that they need before `--start`; an interrupted run goes on when it is
    repeated. A recording at OUT is replaced once the new one is complete.

    With `--scrape`, all further URLs before OUT are scraped, too, as Prometheus would; a recording at
    OUT is continued, and Ctrl-C ends it in order.
    """
    with progress_bar() as progress:
        if targets:
            info = scrape(
                (*targets, *sources),
                out,
                interval=interval,
                timeout=timeout,
                length=length,
                provenance=provenance,
                access=access_said(),
                progress=progress,
            )
        else:
            if len(sources) != 1:
                raise click.UsageError(
                    "name one SOURCE and OUT, or exporters with `--scrape` and OUT"
                )
            (source,) = sources
            info = record(
                RECORDING.convert(source, None, click.get_current_context()),
                out,
                Part(root=root, selectors=selectors, rules=rules, start=start, end=end),
                provenance=provenance,
                salvage=salvage,
                append=append,
                progress=progress,
            )
    for note in info.notes:
        click.echo(f"note: {note}", err=True)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    click.echo(
        f"{out}: {info.series} series, {info.samples} samples, {size / 1e6:.1f} MB "
        f"({size / max(1, info.samples):.2f} bytes a sample)"
    )
