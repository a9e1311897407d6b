"""`mixwright query`: one PromQL expression over a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mixwright.cli.parameters import (
    ENGINE,
    MEMORY,
    RECORDING,
    Span,
    Time,
    metrics,
    output_format,
    server_options,
)
from mixwright.driver.query import query
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.recordings import Location, Server


@click.command("query")
@click.argument("expression")
@click.option("-r", "--recording", type=RECORDING, help="What to read.")
@ENGINE
@click.option("--time", type=Time(), help="Evaluate once, here. Default: the last sample.")
@click.option("--start", type=Time(), help="Evaluate a range from here …")
@click.option("--end", type=Time(), help="… to here …")
@click.option("--step", type=Span(), default="1m", show_default=True, help="… every so often.")
@MEMORY
@output_format("json")
@server_options
def query_command(
    expression: str,
    recording: Location | None,
    engine: Server | None,
    time: int | None,
    start: int | None,
    end: int | None,
    step: Duration,
    memory: int,
    form: str,
) -> None:
    """Evaluate EXPRESSION as Prometheus would.

    `--format json` prints what Prometheus' HTTP API would answer.
    """
    from mixwright.report import query as report

    if (start is None) != (end is None) or (time is not None and start is not None):
        raise click.UsageError("give `--time`, or both `--start` and `--end`, or none of them")
    at = time if start is None else start
    source = metrics(recording, engine)
    answer = query(source, expression, start=at, end=end, step=step.ms, memory=memory)
    click.echo(report.to_json(answer) if form == "json" else report.to_table(answer))
