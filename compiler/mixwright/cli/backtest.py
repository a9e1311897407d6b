"""`mixwright backtest`: what the alerts would have done on recorded metrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mixwright.cli.parameters import (
    ALERTMANAGER,
    CLUSTER,
    DEADLINE,
    END,
    ENGINE,
    INCIDENTS,
    INTERVAL,
    MEMORY,
    RECORDING,
    RULES,
    SALVAGE,
    START,
    metrics,
    output_format,
    server_options,
)
from mixwright.cli.progress import progress_bar
from mixwright.driver.backtest import backtest_project
from mixwright.driver.report import write_report
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.cluster import Cluster
    from mixwright.recordings import Location, Server


@click.command("backtest")
@RULES
@click.option("-r", "--recording", type=RECORDING, help="The metrics to replay over.")
@ENGINE
@INCIDENTS
@ALERTMANAGER
@click.option(
    "--silences",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Silences of that time: what `amtool silence query -o json` prints.",
)
@DEADLINE
@START
@END
@INTERVAL
@output_format("json", "markdown", help="What to print; `markdown` is for a pull request.")
@click.option(
    "--coverage", is_flag=True, help="Say what of the rules the recording did not exercise."
)
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write JUnit XML here too: a missed incident, or a rule that fails, is a failure.",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the HTML report here, with every dashboard drawn from the recording.",
)
@MEMORY
@CLUSTER
@SALVAGE
@server_options
@click.pass_obj
def backtest_command(
    root: Path,
    rules: tuple[str, ...],
    recording: Location | None,
    engine: Server | None,
    incidents: Path | None,
    alertmanager: Path | None,
    silences: Path | None,
    deadline: Duration | None,
    start: int | None,
    end: int | None,
    interval: Duration,
    form: str,
    coverage: bool,
    junit: Path | None,
    report: Path | None,
    memory: int,
    cluster: Cluster | None,
    salvage: bool,
) -> None:
    """Replay RULES over a recording and score them against its incidents.

    RULES are names of mixins and paths of rule files, plain or as PrometheusRule resources; without
    any, all mixins of the project. A recording is whatever can be read: a mixwright recording, a
    Prometheus data, snapshot or block directory, an OpenMetrics file, the address of a live server.
    With `--engine` the expressions are evaluated by a server, and what becomes of their values is
    told here.
    """
    from mixwright.report import json, markdown, terminal
    from mixwright.report import junit as xml

    source = metrics(recording, engine)
    with progress_bar() as progress:
        done = backtest_project(
            root,
            source,
            rules,
            incidents=incidents,
            alertmanager=alertmanager,
            silences=silences,
            deadline=deadline,
            start=start,
            end=end,
            interval=interval,
            memory=memory,
            cluster=cluster,
            coverage=coverage,
            salvage=salvage,
            progress=progress,
        )
        drawn = (
            None if report is None else write_report(done, source, report, progress, memory=memory)
        )
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    if junit is not None:
        junit.write_text(xml.render(done.result), "utf-8")
    match form:
        case "json":
            click.echo(json.render(done.result, done.coverage), nl=False)
        case "markdown":
            click.echo(markdown.render(done.result), nl=False)
        case _:
            terminal.render(done.result)
    if done.coverage is not None and form == "text":
        from mixwright.coverage import text

        click.echo(text(done.coverage), nl=False)
    if drawn is not None:
        click.echo(f"report: {drawn.index}", err=form != "text")
        if drawn.dashboards is not None:
            click.echo(f"dashboards: {drawn.dashboards}", err=form != "text")
