"""`mixwright init`: a new repository of definitions."""

from __future__ import annotations

from pathlib import Path

import click

from mixwright.driver.init import init


@click.command("init")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
def init_command(directory: Path) -> None:
    """Lay out a repository in DIRECTORY: one dashboard tree, one alert, CI, Grafana and Prometheus.

    Nothing that is there already is overwritten.
    """
    for path in init(directory):
        click.echo(f"  {click.style('+', fg='green')} {path}")
    here = "" if directory == Path() else f"cd {directory} && "
    click.echo(f"next: {here}mixwright compile && mixwright lint")
