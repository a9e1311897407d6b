"""`mixwright preview`: every dashboard drawn from recorded metrics, without Grafana."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mixwright.cli.parameters import END, MEMORY, MIXINS, RECORDING, START, server_options
from mixwright.cli.progress import progress_bar
from mixwright.driver.preview import preview_project

if TYPE_CHECKING:
    from mixwright.recordings import Location


@click.command("preview")
@MIXINS
@click.option("-r", "--recording", type=RECORDING, required=True, help="The metrics to draw.")
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write the pages to.",
)
@START
@END
@MEMORY
@click.option(
    "--strict", is_flag=True, help="Exit 1 when a panel stays empty or a link leads nowhere."
)
@server_options
@click.pass_obj
def preview_command(
    root: Path,
    mixins: tuple[str, ...],
    recording: Location,
    report: Path,
    start: int | None,
    end: int | None,
    memory: int,
    strict: bool,
) -> None:
    """Draw the dashboards of MIXINS, or all, as HTML pages with working drill-downs."""
    with progress_bar() as progress:
        result = preview_project(
            root,
            recording,
            report,
            mixins,
            start=start,
            end=end,
            memory=memory,
            progress=progress,
        )
    for problem in result.problems:
        click.echo(str(problem), err=True)
    click.echo(f"{len(result.pages)} dashboards: {report / 'index.html'}")
    if strict and result.problems:
        sys.exit(1)
