"""`mixwright release`: a new version of a mixin."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from mixwright.cli.parameters import (
    INCIDENTS,
    RECORDING,
    MixinName,
)
from mixwright.cli.progress import progress_bar
from mixwright.driver.release import propose, release


def _version(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"\d+\.\d+\.\d+", value):
        raise click.BadParameter(f"`{value}` is not a version; write `1.2.0`")
    return value


@click.command("release")
@click.argument("mixin", type=MixinName())
@click.option("--version", default="", callback=_version, help="Default: what the changes deserve.")
@click.option(
    "--since",
    default="",
    help="The git revision whose out/ has the last release. Default: found by its digest.",
)
@click.option(
    "-r",
    "--recording",
    type=RECORDING,
    help="Replay the last release and this one over these metrics: an incident lost is a major change.",
)
@INCIDENTS
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 when there is something to release."
)
@click.pass_obj
def release_command(
    root: Path,
    mixin: str,
    version: str,
    since: str,
    recording: Path | None,
    incidents: Path | None,
    check: bool,
) -> None:
    """Release MIXIN: write the version that its changes deserve, its changelog, and out/.

    The changes are those in meaning since the last release in changelogs/MIXIN.md. A version that does not go as
    far is refused; one in the definition that is newer than the last release is taken as it is.
    """
    from mixwright.report import changes

    with progress_bar() as progress:
        proposal = propose(
            root,
            mixin,
            version=version,
            since=since,
            recording=recording,
            incidents=incidents,
            progress=progress,
        )
    if not proposal.version:
        click.echo(f"{mixin} {proposal.last}: released, nothing has changed since")
        return
    if proposal.differing is not None:
        changes.terminal.render(proposal.differing)
    click.echo(f"{mixin} {proposal.last or '(never released)'} → {proposal.version}")
    if check:
        sys.exit(1)
    for path in release(root, proposal):
        click.echo(f"  {click.style('~', fg='yellow')} {path.relative_to(root)}")
