"""`mixwright diff`: what a change changes in meaning, and what it would have done."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixwright.cli.parameters import (
    DEADLINE,
    END,
    INCIDENTS,
    INTERVAL,
    MEMORY,
    RECORDING,
    START,
    output_format,
)
from mixwright.cli.progress import progress_bar
from mixwright.driver.diff import FAILURES, diff, failures
from mixwright.values import Duration


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("-r", "--recording", type=RECORDING, help="Replay both versions over these metrics.")
@INCIDENTS
@click.option(
    "--alertmanager",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The alertmanager.yml that says who is told what. Default: what each version compiles to.",
)
@DEADLINE
@START
@END
@INTERVAL
@MEMORY
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(list(FAILURES)),
    help="Exit 1 for this; may be given several times.",
)
@output_format("json", "markdown", help="What to print; `markdown` is for a pull request.")
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the diff as a page here.",
)
@click.pass_obj
def diff_command(
    root: Path,
    old: str,
    new: str,
    recording: Path | None,
    incidents: Path | None,
    alertmanager: Path | None,
    deadline: Duration | None,
    start: int | None,
    end: int | None,
    interval: Duration,
    memory: int,
    fail_on: tuple[str, ...],
    form: str,
    report: Path | None,
) -> None:
    """Compare OLD with NEW: projects, compiled folders, or git revisions `REV` or `REV:PATH`.

    Of a revision its committed out/ counts, if there is one; definitions are compiled. `--fail-on` takes
    `undetected` (an incident is no longer told of), `later` (one is told of later), `noise` (more false pages),
    `links` (a link leads nowhere any more) and `version` (a version that does not go as far as its changes).
    """
    from mixwright.report import changes

    with progress_bar() as progress:
        found = diff(
            root,
            old,
            new,
            recording=recording,
            incidents=incidents,
            alertmanager=alertmanager,
            deadline=deadline,
            start=start,
            end=end,
            interval=interval,
            memory=memory,
            progress=progress,
        )
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    match form:
        case "json":
            click.echo(changes.json.render(found), nl=False)
        case "markdown":
            click.echo(changes.markdown.render(found), nl=False)
        case _:
            changes.terminal.render(found)
    if report is not None:
        click.echo(f"report: {changes.html.write(found, report)}", err=form != "text")
    for failure in (failed := tuple(failures(found, fail_on))):
        click.echo(click.style("failed: ", fg="red", bold=True) + failure, err=True)
    if failed:
        sys.exit(1)
