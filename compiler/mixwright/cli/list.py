"""`mixwright list`: the mixins that can be named."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.driver.available import Available, available


@click.command("list")
@click.pass_obj
def list_command(root: Path) -> None:
    """List the project's mixins, and the installed and standard ones that it can take."""
    rows = [_row(one) for one in available(root)]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, wide, strict=True) if width)
        click.echo("  ".join(cells).rstrip())


def _row(one: Available) -> tuple[str, ...]:
    pinned = "" if one.pinned in ("", one.version) else f"(pinned {one.pinned})"
    return one.name, one.version, pinned, one.source, one.description
