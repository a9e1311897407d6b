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
    "--strict",
    is_flag=True,
    help="Exit 1 when a panel stays empty whatever is chosen, or a link leads nowhere.",
)
@click.option(
    "--junit",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write what was found as JUnit XML.",
)
@click.option("--png", is_flag=True, help="Write pictures of the pages too; needs a Chromium.")
@click.option(
    "--theme",
    type=click.Choice(["dark", "light"]),
    default="dark",
    show_default=True,
    help="How the pictures look.",
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
    junit: Path | None,
    png: bool,
    theme: str,
) -> None:
    """Draw the dashboards of MIXINS, or all, as HTML pages with working drill-downs.

    The rules are replayed over the recording too: what fired is drawn on the panels that show it.
    """
    from mixwright.preview.junit import junit as to_junit
    from mixwright.preview.pictures import find_browser, pictures

    if png:
        find_browser()  # before the work, not after it
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
        drawn = pictures(result, theme=theme, progress=progress) if png else ()
    if junit is not None:
        junit.write_text(to_junit(result), "utf-8")
    for problem in result.problems:
        click.echo(str(problem), err=True)
    click.echo(f"{len(result.pages)} dashboards: {report / 'index.html'}")
    if drawn:
        click.echo(f"{len(drawn)} pictures: {drawn[0].parent}")
    if strict and result.failures:
        sys.exit(1)
