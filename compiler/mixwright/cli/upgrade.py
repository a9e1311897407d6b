"""`mixwright upgrade`: the versions that are there are taken."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixwright.cli.parameters import (
    INCIDENTS,
    RECORDING,
)
from mixwright.cli.progress import progress_bar
from mixwright.driver.upgrade import outdated, preview, upgrade


@click.command("upgrade")
@click.option(
    "-r",
    "--recording",
    type=RECORDING,
    help="Show what it would have done over these metrics, too.",
)
@INCIDENTS
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 when there is something to take."
)
@click.pass_obj
def upgrade_command(
    root: Path, recording: Path | None, incidents: Path | None, check: bool
) -> None:
    """Take the versions of mixins from elsewhere that are installed: show what changes, pin, and compile.

    To have newer ones installed is the work of pip or uv.
    """
    from mixwright.report import changes

    found = outdated(root)
    if not found:
        click.echo("everything is as pinned")
        return
    with progress_bar() as progress:
        differing = preview(root, recording=recording, incidents=incidents, progress=progress)
    if differing is not None:
        changes.terminal.render(differing)
    for one in found:
        click.echo(f"{one.name} {one.pinned or '(not pinned)'} → {one.there}")
    if check:
        sys.exit(1)
    upgrade(root, found)
