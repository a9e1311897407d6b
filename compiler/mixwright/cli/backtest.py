"""`mixwright backtest`: what the alerts would have done on recorded metrics."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.parameters import END, MEMORY, MIXINS, RECORDING, SALVAGE, START, Span
from mixwright.cli.progress import progress_bar
from mixwright.driver.backtest import backtest_project
from mixwright.driver.report import write_report
from mixwright.values import Duration


@click.command("backtest")
@MIXINS
@click.option(
    "-r", "--recording", type=RECORDING, required=True, help="The metrics to replay over."
)
@click.option(
    "--incidents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What really happened. Default: incidents.yaml in or beside the recording.",
)
@START
@END
@click.option(
    "--interval",
    type=Span(),
    default="1m",
    show_default=True,
    help="How often groups are evaluated that do not say it themselves.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="What to print; `markdown` is for a pull request.",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the HTML report here, with every dashboard drawn from the recording.",
)
@MEMORY
@SALVAGE
@click.pass_obj
def backtest_command(
    root: Path,
    mixins: tuple[str, ...],
    recording: Path,
    incidents: Path | None,
    start: int | None,
    end: int | None,
    interval: Duration,
    form: str,
    report: Path | None,
    memory: int,
    salvage: bool,
) -> None:
    """Replay the rules of MIXINS, or all, over a recording and score them against its incidents.

    A recording is whatever can be read: a mixwright recording, a Prometheus data, snapshot or block
    directory, an OpenMetrics file.
    """
    from mixwright.report import json, markdown, terminal

    with progress_bar() as progress:
        done = backtest_project(
            root,
            recording,
            mixins,
            incidents=incidents,
            start=start,
            end=end,
            interval=interval,
            memory=memory,
            salvage=salvage,
            progress=progress,
        )
        drawn = (
            None
            if report is None
            else write_report(done, recording, report, progress, memory=memory)
        )
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    match form:
        case "json":
            click.echo(json.render(done.result), nl=False)
        case "markdown":
            click.echo(markdown.render(done.result), nl=False)
        case _:
            terminal.render(done.result)
    if drawn is not None:
        click.echo(f"report: {drawn.index}\ndashboards: {drawn.dashboards}", err=form != "text")
