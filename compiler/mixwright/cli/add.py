"""`mixwright add`: a standard or installed mixin becomes one of the project."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.cli.parameters import MixinName
from mixwright.driver.add import add


@click.command("add")
@click.argument("mixin", type=MixinName())
@click.pass_obj
def add_command(root: Path, mixin: str) -> None:
    """Take the standard or installed MIXIN into the project: a module that sets it up, and a pin of its version."""
    file = add(root, mixin)
    click.echo(f"  {click.style('+', fg='green')} {file.relative_to(root)}")
    click.echo("next: mixwright compile")
