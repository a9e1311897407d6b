"""`mixwright outdated`: mixins from elsewhere that have moved on."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixwright.driver.upgrade import outdated


@click.command("outdated")
@click.pass_obj
def outdated_command(root: Path) -> None:
    """Tell which mixins from elsewhere are there in another version than mixwright.lock pins; exit 1 when some are."""
    found = outdated(root)
    for one in found:
        click.echo(f"{one.name} {one.pinned or '(not pinned)'} → {one.there}")
    if found:
        click.echo("`mixwright upgrade` shows what that changes, and takes it", err=True)
        sys.exit(1)
